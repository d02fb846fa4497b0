"""The joint MADDPG update against its matrix products alone, and MADDPG's learning on simple_spread.

Update: 3 seats, observations of 14, batch 1,024, two hidden layers of 64, eager, the gather from a full replay
included. Beside it the matrix products that the update cannot do without, forward and backward, of the same shapes,
as bare batched products. The two alternate on one thread; medians over rounds.

Learning: the default preset, 400,000 world steps on simple_spread (N=3), three seeds one after the other; cover +
hits of the greedy policy, the mean over 1,000 games of each. One thread, as `arena train` takes for this batch.
"""

import time
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from agents.actor_critic.learner import ActorCritic
from agents.maddpg import PRESETS
from agents.policies.neural import NeuralPolicy
from agents.training.learner import Spec
from agents.training.loop import Training
from agents.training.replay import Replay, Row
from agents.training.settings import find_learner
from arena.draw import seeds_of
from arena.games import Games, seat_of_sides
from arena.memory import keep_freed_memory
from arena.player import Player
from arena.playing import play
from arena.scenario import load
from benchmarks.measure import calibration, paired, row

SEATS, WIDE, ACT, BATCH, HIDDEN = 3, 14, 5, 1024, 64
STEPS, GAMES = 400_000, 1_000


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    torch.set_num_threads(1)
    keep_freed_memory()
    yield calibration()
    update, products = paired(joint_update(), matrix_products(), rounds=15, repeats=20)
    yield row(
        "joint MADDPG update, batch 1,024, 3 seats, 64-64", update * 1e3, "ms", "lower", products * 1e3, 2.5, True
    )
    for seed in range(3):
        score, seconds = learn(seed)
        yield row(f"MADDPG on simple_spread, seed {seed}: cover + hits", score, "per frame", "lower", None, 0.95)
        yield row(f"MADDPG on simple_spread, seed {seed}: training", seconds, "s", "lower", None, 90)


def joint_update() -> Any:
    """One update of all three learners, sampling included."""
    learner = ActorCritic(hidden=(HIDDEN, HIDDEN), batch_size=BATCH)
    rng = torch.Generator().manual_seed(0)
    stack = learner.init(Spec((WIDE,) * SEATS, WIDE, ACT), 1, rng)
    replay = Replay(Row(SEATS, WIDE, ACT), 1, 200_000, worlds=100)
    replay.rows.normal_(generator=rng)
    replay.row.cut(replay.rows)["frozen"].fill_(float("nan"))
    replay.added = replay.capacity
    return lambda: learner.update(stack, replay.sample(BATCH, rng), 0.0, rng)


def matrix_products() -> Any:
    """The products of one update alone.

    Target actor and target critic forward; critic forward and backward; actor forward, critic forward and back to
    the action, actor backward. First-layer inputs need no gradient.
    """
    joint = SEATS * (WIDE + ACT)
    obs, x = torch.randn(SEATS, BATCH, WIDE), torch.randn(SEATS, BATCH, joint)
    h, out, q = torch.randn(SEATS, BATCH, HIDDEN), torch.randn(SEATS, BATCH, ACT), torch.randn(SEATS, BATCH, 1)
    w_obs, w_x, w_own = (torch.randn(SEATS, n, HIDDEN) for n in (WIDE, joint, ACT))
    w_h, w_out, w_q = (torch.randn(SEATS, HIDDEN, n) for n in (HIDDEN, ACT, 1))

    def back(inputs: Tensor, grad: Tensor, weight: Tensor, to_input: bool = True, to_weight: bool = True) -> None:
        if to_weight:
            torch.bmm(inputs.transpose(1, 2), grad)
        if to_input:
            torch.bmm(grad, weight.transpose(1, 2))

    def actor() -> None:
        torch.bmm(obs, w_obs), torch.bmm(h, w_h), torch.bmm(h, w_out)

    def critic() -> None:
        torch.bmm(x, w_x), torch.bmm(h, w_h), torch.bmm(h, w_q)

    def products() -> None:
        actor(), critic()  # targets
        critic()
        back(h, q, w_q), back(h, h, w_h), back(x, h, w_x, to_input=False)
        actor(), critic()
        back(h, q, w_q, to_weight=False), back(h, h, w_h, to_weight=False), back(out, h, w_own, to_weight=False)
        back(h, out, w_out), back(h, h, w_h), back(obs, h, w_obs, to_input=False)

    return products


def learn(seed: int) -> tuple[float, float]:
    """(cover + hits of the greedy policy, seconds of training) of one seed with the default preset."""
    scenario = load("simple_spread")
    learner = find_learner("maddpg", next(iter(PRESETS)))
    started = time.perf_counter()
    training = Training(scenario, learner, steps=STEPS, seed=seed)
    for _ in training.run(report_steps=STEPS):
        pass
    seconds = time.perf_counter() - started
    tensors, acting = learner.policy(training.parts[0].stack, 0)
    weights = {k: v.numpy() for k, v in tensors.items()}
    policy = NeuralPolicy.of(weights, acting["normed"], acting["head"], "greedy", scenario)
    player = Player("maddpg", "maddpg", policy, tuple(scenario.sides))
    line_up = seat_of_sides(scenario, torch.zeros(GAMES, 1, dtype=torch.int64).numpy())
    games = Games.unplayed(scenario, ["maddpg"], line_up, seeds_of(GAMES, "benchmark", "spread"))
    played, _ = play(games, {"maddpg": player}, scenario)
    metrics = dict(zip(scenario.metric_names, played.metrics.mean(0).tolist(), strict=True))
    return metrics["cover"] + metrics["hits"], seconds
