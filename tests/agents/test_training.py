"""Training: what is remembered, what is counted, and that the same seed gives the same weights."""

import math

import numpy as np
import pytest
import torch

from agents.actor_critic.learner import ActorCritic
from agents.q_learning.learner import Dqn
from agents.training import loop
from agents.training.loop import Training
from agents.training.settings import find_learner, known_learners
from arena.errors import ArenaError
from arena.norm import normalised
from arena.scenario import load
from arena.verbs.train import Options, is_due

SCENARIO = load("simple_adversary")
SMALL = {"hidden": (8,), "batch_size": 16, "samples_per_step": 0.7, "warmup": 90}
LEARNERS = {
    "maddpg": ActorCritic(**SMALL),
    "ddpg": ActorCritic(view="own", hard=True, **SMALL),
    "dqn": Dqn(**SMALL),
}


def training(learner, **changes) -> Training:
    return Training(SCENARIO, learner, **{"steps": 400, "members": 2, "worlds": 10, "seed": 3, **changes})


def weights(run: Training) -> dict[str, torch.Tensor]:
    for _ in run.run(report_steps=100):
        pass
    return {name: tensor.clone() for name, tensor in run.parts[0].stack.tensors().items()}


@pytest.mark.parametrize("name", LEARNERS)
def test_the_same_seed_gives_the_same_weights(name):
    first, second = weights(training(LEARNERS[name])), weights(training(LEARNERS[name]))
    assert all(torch.equal(first[k], second[k]) for k in first)
    other = weights(training(LEARNERS[name], seed=4))
    drawn = [k for k in first if k in ("actor", "critic", "online", "target_actor", "target_critic", "target")]
    assert not any(torch.equal(first[k], other[k]) for k in drawn)
    for tensor in (first[k] for k in drawn):  # nor are two members the same
        assert not torch.equal(tensor[:3], tensor[3:])


@pytest.mark.parametrize("name", LEARNERS)
def test_global_random_state_is_neither_read_nor_changed(name):
    torch.manual_seed(1)
    np.random.seed(1)  # noqa: NPY002
    before = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    first = weights(training(LEARNERS[name]))
    assert torch.equal(before[0], torch.get_rng_state())
    assert np.array_equal(before[1], np.random.get_state()[1])  # noqa: NPY002
    torch.manual_seed(2)
    assert all(torch.equal(tensor, first[k]) for k, tensor in weights(training(LEARNERS[name])).items())


@pytest.mark.parametrize(("steps", "worlds", "every"), [(400, 10, 100), (405, 10, 50), (90, 30, 30), (7, 10, 10)])
def test_reports_come_when_they_are_due_and_count_exactly(steps, worlds, every):
    learner = LEARNERS["maddpg"]
    reports = list(training(learner, steps=steps, worlds=worlds).run(report_steps=every))
    end = math.ceil(steps / worlds) * worlds
    expected = [s for s in range(worlds, end + 1, worlds) if s // every > (s - worlds) // every or s == end]
    assert [report.step for report in reports] == expected
    for report in reports:
        due = max(0, math.floor((report.step - 90) * 0.7 / 16))
        assert report.updates == due
        assert [row["member"] for row in report.rows] == [0, 1]
        assert all((row["step"], row["updates"]) == (report.step, due) for row in report.rows)


def test_more_worlds_change_neither_the_samples_nor_the_updates():
    learner = ActorCritic(hidden=(8,), batch_size=16, samples_per_step=0.7, warmup=100)
    updates = [list(training(learner, steps=1200, worlds=w).run(1200))[-1].updates for w in (4, 10, 60)]
    assert updates == [48, 48, 48]


def test_transitions_are_aligned_and_end_where_games_end():
    """The adversary earns minus its distance to the goal, which agent_0 sees: so reward tells which frame it is of."""
    width, members, rounds = 4, 2, 60
    run = training(ActorCritic(warmup=10**6), steps=rounds * width, worlds=width, members=members)
    list(run.run(report_steps=width))
    t = run.replay.row.unpack(run.replay.rows.view(members, rounds, width, -1))
    goal, adversary = t.next_obs[..., 1, 0:2], t.next_obs[..., 1, 6:8]
    assert torch.allclose(t.reward[..., 0], -(goal - adversary).norm(dim=-1), atol=1e-6)
    last = t.last.bool()
    assert last.sum(1).tolist() == [[2] * width] * members
    assert last[:, 24].all() and last[:, 49].all()  # the time limit of 25 steps
    follows = (t.next_obs[:, :-1] == t.obs[:, 1:]).flatten(3).all(3)
    assert torch.equal(follows, ~last[:, :-1])  # and the observation after a reset is not in any next_obs
    assert (t.discount == 1).all()
    assert (t.alive == 1).all() and t.frozen.isnan().all()
    assert torch.allclose(t.action.sum(-1), torch.ones(()), atol=1e-6)
    frames = torch.unique(t.obs.flatten(0, 2)[:, 1], dim=0)  # no two worlds alike; they stand still in a first step
    assert len(frames) == members * width * (rounds - 3)


def test_report_rows_are_means_over_the_games_that_ended():
    run = training(LEARNERS["maddpg"], steps=900, worlds=10)
    seen: list[tuple[int, np.ndarray, np.ndarray]] = []
    step = run.worlds.step

    def spy(action):
        out = step(action)
        for world in np.flatnonzero(out.last):
            seen.append((world // 10, out.returns[world].copy(), out.metrics[world].copy()))
        return out

    run.worlds.step = spy
    for report in run.run(report_steps=300):
        for member, row in enumerate(report.rows):
            own = [(returns, metrics) for m, returns, metrics in seen if m == member]
            returns, metrics = (np.mean(part, 0) for part in zip(*own, strict=True))
            assert row["return/adversary"] == pytest.approx(returns[0], rel=1e-5)
            assert row["return/good"] == pytest.approx(returns[1:].mean(), rel=1e-5)
            for side in SCENARIO.sides:
                assert row[f"normalised/{side}"] == normalised(SCENARIO, side, row[f"return/{side}"])
            for k, name in enumerate(SCENARIO.metric_names):
                assert row[f"metric/{name}"] == pytest.approx(metrics[k], rel=1e-5)
            assert {"critic_loss/adversary_0", "value/agent_1"} <= set(row)
        seen.clear()
    assert report.step == 900


def test_report_rows_are_means_over_updates(monkeypatch):
    run = training(LEARNERS["dqn"], steps=400)
    seen, update = [], Dqn.update

    def spy(self, *args):
        seen.append(update(self, *args))
        return seen[-1]

    monkeypatch.setattr(Dqn, "update", spy)
    for report in run.run(report_steps=200):
        loss = torch.stack([metrics["q_loss"] for metrics in seen]).mean(0)
        named = [row[f"q_loss/{seat.name}"] for row in report.rows for seat in SCENARIO.seats]
        assert named == pytest.approx(loss.tolist(), rel=1e-5)
        seen.clear()


def test_a_restored_tally_reports_in_the_same_order():
    """The tensors of a file come back in an order of their own."""
    tally = training(LEARNERS["dqn"], steps=400).tally
    values = torch.ones(len(SCENARIO.seats) * tally.members)
    orders = []
    for names in (("value", "q_loss"), ("q_loss", "value")):
        tally.restore(
            {**tally.tensors(), "updates": torch.tensor([1])} | {f"learned.0.{name}": values for name in names}
        )
        orders.append([list(row) for row in tally.rows(step=0, updates=1)])
        tally.clear()
    assert orders[0] == orders[1] and len(orders[0][0]) == 3 + 2 * len(SCENARIO.seats)


@pytest.mark.parametrize("steps", [1000, 1234, 40_000])
@pytest.mark.parametrize("worlds", [10, 64])
@pytest.mark.parametrize("saves", [1, 3, 7, 10, 15])
def test_every_save_happens_once(steps, worlds, saves):
    """Reports come every hundredth of the run at most; a save must not fall between two of them."""
    options = Options("simple_adversary", steps=steps, worlds=worlds, saves=saves)
    every, before, due = max(worlds, steps // max(100, saves)), 0, []
    for step in range(worlds, steps + worlds, worlds):
        if step // every > (step - worlds) // every or step >= steps:
            if is_due(before, step, options):
                due.append(step)
            before = step
    assert len(due) == min(saves, math.ceil(steps / every))
    assert due[-1] >= steps
    assert all(step - (k + 1) * steps / saves <= every + worlds for k, step in enumerate(due))


def test_a_replay_smaller_than_a_step_of_all_worlds_is_refused():
    with pytest.raises(ArenaError, match="replay=5 cannot hold one step of 10 worlds"):
        training(ActorCritic(replay=5))
    list(training(ActorCritic(replay=10, warmup=10**6)).run(100))


@pytest.mark.parametrize(("learner", "leaves"), [(LEARNERS["maddpg"], 0), (Dqn(prioritized=True, replay=1000), 1024)])
def test_a_replay_and_what_ranks_it_must_fit_in_memory(learner, leaves, monkeypatch):
    """400 transitions of two members, and a sum tree for each of six networks."""
    width = 3 * (2 * 10 + 2 * 5 + 4) + 1
    needed = 2 * (4 * 400 * width + 3 * 8 * 2 * leaves)
    monkeypatch.setattr(loop, "free_bytes", lambda: needed)
    run = training(learner)
    ranking = getattr(run.parts[0].stack, "ranking", None)
    assert needed == run.replay.rows.nbytes + (ranking.priorities.tree.nbytes if ranking else 0)
    monkeypatch.setattr(loop, "free_bytes", lambda: needed - 1)
    with pytest.raises(ArenaError, match=r"a replay of 400 transitions a member.* would take"):
        training(learner)


def test_the_learners_are_found_on_disk():
    assert known_learners() == ("ddpg", "dqn", "maddpg", "matd3", "rainbow", "td3")
    for name in known_learners():
        assert find_learner(name, "paper").gamma == 0.95
    assert (find_learner("maddpg").view, find_learner("ddpg").view) == ("all", "own")


@pytest.mark.parametrize(
    ("name", "preset", "settings", "message"),
    [
        ("madpg", "", {}, "did you mean 'maddpg'"),
        ("ppo", "", {}, "known: ddpg, dqn, maddpg, matd3, rainbow, td3"),
        ("../maddpg", "", {}, "there is no learner"),
        ("network", "", {}, "there is no learner 'network'"),
        ("dqn", "papr", {}, "did you mean 'paper'"),
        ("dqn", "", {"gama": 0.9}, "did you mean 'gamma'"),
        ("dqn", "", {"gamma": "high"}, "gamma cannot be 'high'"),
        ("dqn", "", {"gamma": float("nan")}, "gamma cannot be nan"),
        ("dqn", "", {"gamma": -0.1}, "gamma cannot be"),
        ("dqn", "", {"gamma": 10**400}, "gamma cannot be"),
        ("dqn", "", {"gamma": True}, "gamma cannot be True"),
        ("dqn", "", {"batch_size": 0}, "batch_size cannot be 0"),
        ("dqn", "", {"batch_size": 2.5}, "batch_size cannot be"),
        ("dqn", "", {"target_every": 0}, "target_every cannot be 0"),
        ("dqn", "", {"replay": 10**20}, "replay cannot be"),
        ("dqn", "", {"n_step": 10**9}, "n_step cannot be"),
        ("maddpg", "", {"recurrent": True, "sequence": 10**9}, "sequence cannot be"),
        ("dqn", "", {"hidden": [64, 0]}, "hidden cannot be"),
        ("dqn", "", {"hidden": [True]}, "hidden cannot be"),
        ("dqn", "", {"hidden": 64}, "hidden cannot be"),
        ("dqn", "", {"hidden": [1] * 17}, "hidden cannot be"),
        ("maddpg", "", {"hard": 1}, "hard cannot be 1"),
    ],
)
def test_bad_learners_and_settings(name, preset, settings, message):
    with pytest.raises(ArenaError) as caught:
        find_learner(name, preset, settings)
    assert message in str(caught.value)


def test_settings_take_the_type_of_their_default():
    learner = find_learner("dqn", "paper", {"hidden": [32], "gamma": 1, "warmup": 0})
    assert (learner.hidden, learner.gamma, learner.warmup) == ((32,), 1.0, 0)
    assert isinstance(learner.gamma, float)
