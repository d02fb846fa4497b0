"""Lowe et al. 2017, "Multi-Agent Actor-Critic for Mixed Cooperative-Competitive Environments" (arXiv 1706.02275).

The tables stand in an appendix that few public copies have. Numbers marked READ stand in the text of a public copy, or
in the repository named; those marked REMEMBERED could not be looked up.

Source: of the replication, google/maddpg-replication: openai/maddpg of spring 2018, 60,000 episodes, five runs a
pairing, success on the last frame at radius 0.4; cooperative navigation with 128 units, 130,000 episodes and more.
"""

from arena.verbs.reproducing.publication import READ, REMEMBERED, Cell, Claim, Experiment, Place, Publication

PAPER, REPLICATION = "Lowe et al. 2017", "google/maddpg-replication"
EPISODE = 25  # steps
FULL = 60_000 * EPISODE
GOOD, ADVERSARY = "good_success_0.4", "adversary_success_0.4"
PAIRS_PER_EPISODE = 25 * 3 / 2  # from agents overlapped by each agent and frame to colliding pairs, three agents


def deception(source: str, sure: str, numbers: dict[tuple[str, str], tuple[float, float]]) -> tuple[Cell, ...]:
    """Cells of physical deception: success of the good agents and of the adversary, by who holds them."""
    return tuple(
        Cell(f"{who} success, {good} against {adversary}", value, sure, source, Place(measure, good, adversary))
        for (good, adversary), values in numbers.items()
        for who, measure, value in zip(("good", "adversary"), (GOOD, ADVERSARY), values, strict=True)
    )


DECEPTION = Experiment(
    name="deception-2",
    title="Physical deception, N = 2",
    scenario="simple_adversary",
    algos="maddpg,ddpg,dqn",
    steps=FULL,
    cells=(
        Cell("good success, maddpg against maddpg", 0.944, READ, PAPER, Place(GOOD, "maddpg", "maddpg")),
        Cell(
            "adversary success, maddpg against maddpg", 0.392, REMEMBERED, PAPER, Place(ADVERSARY, "maddpg", "maddpg")
        ),
        Cell("good success, maddpg against ddpg", 0.922, REMEMBERED, PAPER, Place(GOOD, "maddpg", "ddpg")),
        Cell("adversary success, maddpg against ddpg", 0.164, READ, PAPER, Place(ADVERSARY, "maddpg", "ddpg")),
        *deception(PAPER, REMEMBERED, {("ddpg", "maddpg"): (0.689, 0.590), ("ddpg", "ddpg"): (0.747, 0.386)}),
        *deception(
            REPLICATION,
            READ,
            {
                ("maddpg", "maddpg"): (0.947, 0.340),
                ("maddpg", "ddpg"): (0.948, 0.319),
                ("ddpg", "maddpg"): (0.446, 0.340),
                ("ddpg", "ddpg"): (0.525, 0.356),
            },
        ),
    ),
    claims=(
        Claim(
            "good agents of MADDPG reach the goal more often than those of DDPG, against adversaries of MADDPG",
            Place(GOOD, "maddpg", "maddpg"),
            Place(GOOD, "ddpg", "maddpg"),
            READ,
            REPLICATION,
        ),
        Claim(
            "and against adversaries of DDPG",
            Place(GOOD, "maddpg", "ddpg"),
            Place(GOOD, "ddpg", "ddpg"),
            READ,
            REPLICATION,
        ),
        Claim(
            "an adversary of DDPG finds the goal less often than one of MADDPG, against good agents of MADDPG",
            Place(ADVERSARY, "maddpg", "maddpg"),
            Place(ADVERSARY, "maddpg", "ddpg"),
            READ,
            PAPER,
        ),
    ),
    differs="The radius of success is not published; 0.4 resembles the paper's table.",
)
DECEPTION_OF_FOUR = Experiment(
    name="deception-4",
    title="Physical deception, N = 4",
    scenario="simple_adversary",
    algos="maddpg,ddpg,dqn",
    steps=FULL,
    options=("N=4",),
    cells=deception(
        PAPER,
        REMEMBERED,
        {("maddpg", "maddpg"): (0.815, 0.283), ("maddpg", "ddpg"): (0.696, 0.198), ("ddpg", "maddpg"): (0.357, 0.321)},
    ),
    claims=(
        Claim(
            "DDPG agents do not even deceive other DDPG agents: MADDPG's reach the goal more often",
            Place(GOOD, "maddpg", "ddpg"),
            Place(GOOD, "ddpg", "ddpg"),
            READ,
            PAPER,
        ),
    ),
)
REACH, DISTANCE = "success_0.2", "distance"
COMMUNICATION = Experiment(
    name="communication",
    title="Cooperative communication",
    scenario="simple_speaker_listener",
    algos="maddpg,maddpg:inferred=true,ddpg,dqn",
    steps=25_000 * EPISODE,
    cells=(
        Cell("target reach, maddpg", 0.84, READ, PAPER, Place(REACH, "maddpg")),
        Cell("target reach, ddpg", 0.32, REMEMBERED, PAPER, Place(REACH, "ddpg")),
        Cell("target reach, dqn", 0.248, REMEMBERED, PAPER, Place(REACH, "dqn")),
        Cell("average distance, maddpg", 0.133, REMEMBERED, PAPER, Place(DISTANCE, "maddpg")),
        Cell("average distance, ddpg", 0.456, REMEMBERED, PAPER, Place(DISTANCE, "ddpg")),
        Cell("average distance, dqn", 0.754, REMEMBERED, PAPER, Place(DISTANCE, "dqn")),
    ),
    claims=(
        Claim("MADDPG solves it and DDPG fails", Place(REACH, "maddpg"), Place(REACH, "ddpg"), READ, PAPER),
        Claim("MADDPG solves it and DQN fails", Place(REACH, "maddpg"), Place(REACH, "dqn"), READ, PAPER),
        Claim(
            "with inferred policies of the other it is still solved better than by DDPG",
            Place(REACH, "maddpg:inferred=true"),
            Place(REACH, "ddpg"),
            READ,
            PAPER,
        ),
    ),
    differs="The radius of target reach is not published; ours is 0.2. The distance is that of the last frame.",
)


def navigation(agents: int, cells: tuple[Cell, ...] = ()) -> Experiment:
    """Cooperative navigation of so many agents."""
    return Experiment(
        name=f"navigation-{agents}",
        title=f"Cooperative navigation, N = {agents}",
        scenario="simple_spread",
        algos="maddpg,ddpg,dqn",
        steps=FULL,
        options=(f"N={agents}",),
        setting=("hidden=[128,128]",),
        cells=cells,
        claims=(
            Claim("agents of MADDPG stay closer to the landmarks than those of DDPG", Place("cover", "ddpg"),
                  Place("cover", "maddpg"), READ, PAPER),
            Claim("and collide less, by almost half", Place("hits", "ddpg"), Place("hits", "maddpg"), READ, PAPER),
        ),
        differs="How the paper averaged distances is not known, so its own numbers have none of ours beside them. "
        "Agents of mpe2 are paid half for their own collisions; the replication's trained for 130,000 episodes.",
    )  # fmt: skip


NAVIGATION = navigation(
    3,
    (
        Cell("cover, maddpg", 0.629, READ, REPLICATION, Place("cover", "maddpg")),
        Cell("cover, ddpg", 0.692, READ, REPLICATION, Place("cover", "ddpg")),
        Cell(
            "colliding pairs an episode, maddpg",
            0.388,
            READ,
            REPLICATION,
            Place("hits", "maddpg", "", PAIRS_PER_EPISODE),
        ),
        Cell(
            "colliding pairs an episode, ddpg", 0.371, READ, REPLICATION, Place("hits", "ddpg", "", PAIRS_PER_EPISODE)
        ),
        Cell("average distance, maddpg", 1.767, REMEMBERED, PAPER, None),
        Cell("average distance, ddpg", 1.858, REMEMBERED, PAPER, None),
        Cell("collisions, maddpg", 0.209, REMEMBERED, PAPER, None),
        Cell("collisions, ddpg", 0.375, REMEMBERED, PAPER, None),
    ),
)
NAVIGATION_OF_SIX = navigation(
    6,
    (
        Cell("average distance, maddpg", 3.345, REMEMBERED, PAPER, None),
        Cell("average distance, ddpg", 3.350, REMEMBERED, PAPER, None),
        Cell("collisions, maddpg", 1.366, REMEMBERED, PAPER, None),
        Cell("collisions, ddpg", 1.585, REMEMBERED, PAPER, None),
    ),
)
CATCHES = "adversary_catches"
PURSUIT = Experiment(
    name="predator-prey",
    title="Predator-prey",
    scenario="simple_tag",
    algos="maddpg,maddpg:ensemble=2,ddpg,dqn",
    steps=FULL,
    setting=("hidden=[128,128]",),
    cells=(
        Cell("touches an episode, maddpg after maddpg", 11.0, REMEMBERED, PAPER, Place(CATCHES, "maddpg", "maddpg")),
        Cell("touches an episode, maddpg after ddpg", 16.1, READ, PAPER, Place(CATCHES, "ddpg", "maddpg")),
        Cell("touches an episode, ddpg after maddpg", 10.3, READ, PAPER, Place(CATCHES, "maddpg", "ddpg")),
        Cell("touches an episode, ddpg after ddpg", 9.4, REMEMBERED, PAPER, Place(CATCHES, "ddpg", "ddpg")),
    ),
    claims=(
        Claim(
            "predators of MADDPG catch prey of DDPG more often than predators of DDPG catch prey of MADDPG",
            Place(CATCHES, "ddpg", "maddpg"),
            Place(CATCHES, "maddpg", "ddpg"),
            READ,
            PAPER,
        ),
        Claim(
            "predators with an ensemble catch prey of single policies more often than predators of single policies",
            Place(CATCHES, "maddpg", "maddpg:ensemble=2"),
            Place(CATCHES, "maddpg", "maddpg"),
            REMEMBERED,
            PAPER,
        ),
    ),
    differs="The paper has three prey and three obstacles; the released code and mpe2 have one prey and two, and with "
    "them its published code comes to about one touch an episode. The second speed of the paper, prey twice as fast, "
    "is not in mpe2.",
)
PUSH_GOOD = "good_success_0.2"
KEEP_AWAY = Experiment(
    name="keep-away",
    title="Keep-away",
    scenario="simple_push",
    algos="maddpg,maddpg:ensemble=3,ddpg,dqn",
    steps=FULL,
    claims=(
        Claim(
            "good agents with an ensemble reach the goal more often than single policies, against single policies",
            Place(PUSH_GOOD, "maddpg:ensemble=3", "maddpg"),
            Place(PUSH_GOOD, "maddpg", "maddpg"),
            REMEMBERED,
            PAPER,
        ),
    ),
    differs="No public number was found. The released game, and mpe2's, has one agent on either side.",
)
BOB, EVE = "bob_accuracy", "eve_accuracy"


def secrecy(good: str, eve: str, bob_value: float, eve_value: float) -> tuple[Cell, Cell]:
    """Two cells of covert communication."""
    return (
        Cell(f"Bob, {good} against {eve}", bob_value, REMEMBERED, PAPER, Place(BOB, good, eve)),
        Cell(f"Eve, {good} against {eve}", eve_value, REMEMBERED, PAPER, Place(EVE, good, eve)),
    )


SECRECY = Experiment(
    name="covert-communication",
    title="Covert communication",
    scenario="simple_crypto",
    algos="maddpg,ddpg,dqn",
    steps=FULL,
    cells=(
        *secrecy("maddpg", "maddpg", 0.965, 0.521),
        *secrecy("maddpg", "ddpg", 0.968, 0.444),
        *secrecy("ddpg", "maddpg", 0.653, 0.643),
        *secrecy("ddpg", "ddpg", 0.927, 0.676),
    ),
    claims=(
        Claim(
            "Eve understands Alice of DDPG more often than Alice of MADDPG (Eves of DDPG)",
            Place(EVE, "ddpg", "ddpg"),
            Place(EVE, "maddpg", "ddpg"),
            READ,
            PAPER,
        ),
    ),
    differs="Success is the share of frames in which the right colour was said. Frozen teams of different seeds never "
    "agreed on a cipher, but Alice and Bob are always of one seed; only Eve is a stranger.",
)
PUBLICATION = Publication(
    title="MADDPG (Lowe et al. 2017)",
    preset="paper",
    seeds=10,
    experiments=(
        DECEPTION,
        DECEPTION_OF_FOUR,
        COMMUNICATION,
        NAVIGATION,
        NAVIGATION_OF_SIX,
        PURSUIT,
        KEEP_AWAY,
        SECRECY,
    ),
    differs="The games are those of mpe2, where an action moves its agent one step later than in the paper's games and "
    "the adversary of physical deception is paid by its distance, not by the square of it. All pairs of seeds meet "
    "after training; the paper's numbers are of agents that were trained together.",
    left_out="TRPO, REINFORCE and the actor-critic of the paper's tables, and the second speed of predator-prey.",
    quick="A tenth of the training with three seeds. Rankings at this budget differ from those of full runs: on "
    "physical deception DDPG leads early and falls back later.",
)
