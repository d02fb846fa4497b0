"""Physical deception: MADDPG, independent DDPG and DQN on simple_adversary (N=2), both sides trained together.

Success is at radius 0.4 on the last frame, the mean over 1,000 games from seeds that nobody trained on; guessing a
landmark gives the adversary 0.552. Ten seeds of MADDPG train for 1 million world steps with the default preset; then
each good side meets the scripted adversaries, each adversary the scripted good side that splits up, and three good
sides an adversary that is trained against them, as they stay, for 0.3 million steps with 20 samples for each. Five
seeds of each learner train for 1.5 million steps and are judged at 0.3 million too. Intervals are 95 % over seeds.
"""

from collections.abc import Iterator
from typing import Any

from agents.policies.export import player_of
from agents.policies.scripted import scripted_player
from agents.training.loop import Training
from agents.training.settings import find_learner
from agents.training.team import held
from arena.scenario import load
from benchmarks.measure import calibration, row_of_seeds
from benchmarks.seeds import Job, Numbers, itself, judged, metrics

SCENARIO, STEPS = "simple_adversary", 1_000_000
SEEDS, OTHER_SEEDS = 10, 5
MARKS = (300_000, 1_500_000)  # where learners are compared
LEARNERS = ("maddpg", "ddpg", "dqn")
SIDES = {"good": 0.94, "adversary": 0.58}  # what MADDPG should reach at the end: at least, at most
HUNTED, HUNT_STEPS = 3, 300_000  # the first seeds meet a best response
SCRIPTS = ("greedy", "deceptive")


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    yield calibration()
    jobs = [Job(SCENARIO, "maddpg", seed, (STEPS,)) for seed in range(SEEDS)]
    jobs += [Job(SCENARIO, algo, seed, MARKS) for algo in LEARNERS for seed in range(OTHER_SEEDS)]
    found: dict[tuple[str, int], list[Numbers]] = {}
    for job, mark, numbers in judged(jobs, judge):
        own = found.setdefault((job.algo, mark), [])
        own.append(numbers)
        if len(own) == (SEEDS if mark == STEPS else OTHER_SEEDS):
            yield from together(job.algo, mark, own)
            if mark == STEPS:
                yield from against_others(own)


def together(algo: str, mark: int, found: list[Numbers]) -> Iterator[dict[str, Any]]:
    """Success of both sides of a learner against each other."""
    is_judged = mark == STEPS
    for side, bar in SIDES.items():
        better = "higher" if side == "good" else "lower"
        for act in ("greedy", "sample"):
            if act == "sample" and algo == "dqn":
                continue  # values are no probabilities
            values = [numbers[f"{act}/{side}"] for numbers in found]
            name = f"simple_adversary, {algo}, {mark / 1e6:g} M steps, {act}: {side}"
            yield row_of_seeds(name, values, "success", better, bar if is_judged else None)


def against_others(found: list[Numbers]) -> Iterator[dict[str, Any]]:
    """What the sides of MADDPG do against players that they have never met."""
    bars = {f"good against {name}": ("higher", 0.90) for name in (*SCRIPTS, "its best response")}
    bars |= {"best response": ("lower", 0.65), "adversary against deceptive": ("higher", 0.50)}
    for name, (better, bar) in bars.items():
        values = [numbers[name] for numbers in found if name in numbers]
        yield row_of_seeds(f"simple_adversary, maddpg, greedy: {name}", values, "success", better, bar)


def judge(job: Job, training: Training, member: int) -> Numbers:
    """Success of both sides of what was trained, against each other and against others."""
    found = {name.replace("_success_0.4", ""): value for name, value in itself(job, training, member).items()}
    if job.marks == (STEPS,):
        found |= tried(job, training, member)
    return found


def tried(job: Job, training: Training, member: int) -> Numbers:
    """Success against scripted players, and against a best response to the good side."""
    game = load(SCENARIO)
    player = player_of(training, member, job.algo, "greedy")
    found = {}
    for name in SCRIPTS:
        script = scripted_player(game, name)
        found[f"good against {name}"] = metrics(game, [script, player])["good_success_0.4"]
        found[f"adversary against {name}"] = metrics(game, [player, script])["adversary_success_0.4"]
    if job.seed < HUNTED:
        learner = find_learner("maddpg", settings={"samples_per_step": 20.0})
        holders = {"adversary": learner, "good": held(player, game, "good")}
        hunt = Training(game, holders, steps=HUNT_STEPS, seed=100 + job.seed)
        list(hunt.run(HUNT_STEPS))
        hunter = player_of(hunt, 0, f"adversary={job.algo},good={player.name}", "greedy")
        met = metrics(game, [hunter, player])
        found["good against its best response"] = met["good_success_0.4"]
        found["best response"] = met["adversary_success_0.4"]
    return found
