"""A stack of any variant of DQN is its networks trained alone; and a run goes on bit for bit where it was stopped."""

from dataclasses import dataclass, fields, replace

import pytest
import torch
from stacks import SPEC, double_, one_hot_actions, random_batch, take_
from torch import Tensor

from agents.q_learning.learner import Dqn
from agents.q_learning.noisy import draw_noise
from agents.q_learning.sampling import Rows, shared_rows
from agents.training.learner import Spec
from agents.training.loop import Training
from agents.training.settings import find_learner
from agents.training.state import load_state, save_state
from arena.scenario import load

MEMBERS, SEATS, ROWS, UPDATES = 2, SPEC.seats, 16, 40
NETWORKS = MEMBERS * SEATS


@dataclass(frozen=True, kw_only=True)
class Given(Dqn):
    """DQN whose noise is handed in: the generator is an iterator of it."""

    def noise(self, stack, rng) -> Tensor | None:
        return next(rng) if self.noisy else None


PLAIN = Given(hidden=(12, 8), lr=0.01, lr_end=0.1, target_every=7, clip=0.05, replay=64, batch_size=ROWS)
VARIANTS = {
    "dueling": replace(PLAIN, dueling=True, double=True),
    "noisy": replace(PLAIN, noisy=True, double=True),
    "prioritized": replace(PLAIN, prioritized=True, tau=0.1, huber=False),
    "atoms": replace(PLAIN, atoms=7),
    "rainbow": replace(PLAIN, double=True, dueling=True, noisy=True, prioritized=True, atoms=7, normed=True),
}


def rows_alone(rows: Rows, n: int) -> Rows:
    return Rows(**{f.name: None if (x := getattr(rows, f.name)) is None else x[n : n + 1] for f in fields(rows)})


@pytest.mark.parametrize("name", VARIANTS)
def test_a_stack_is_networks_alone(name, rng):
    learner = VARIANTS[name]
    stack = double_(learner.init(SPEC, MEMBERS, rng))
    start = stack.online.clone()
    solos = [double_(learner.init(Spec((6,), 6, 5), 1, rng)) for _ in range(NETWORKS)]
    for n, solo in enumerate(solos):
        take_(solo, stack, slice(n, n + 1))
    scale = torch.tensor([30.0, 1.0, 0.1], dtype=torch.float64).repeat(MEMBERS).unsqueeze(1)
    for update in range(UPDATES):
        rows = shared_rows(one_hot_actions(random_batch(MEMBERS, ROWS, rng)), SPEC)
        place = torch.randint(64, (NETWORKS, ROWS), generator=rng) if learner.prioritized else None
        weight = torch.rand(NETWORKS, ROWS, generator=rng, dtype=torch.float64) if learner.prioritized else None
        rows = replace(rows, reward=rows.reward * scale, place=place, weight=weight)
        draws = [draw_noise(stack.network.shape, stack.online, rng) for _ in range(3)] if learner.noisy else []
        learner.update(stack, rows, update / UPDATES, iter(draws))
        for n, solo in enumerate(solos):
            own = iter([noise[n : n + 1] for noise in draws])
            learner.update(solo, rows_alone(rows, n), update / UPDATES, own)
    for key, tensor in stack.tensors().items():
        if tensor.dim() == 2:
            alone = torch.cat([solo.tensors()[key] for solo in solos])
            torch.testing.assert_close(tensor, alone, rtol=1e-10, atol=1e-10)
    assert (stack.online - start).abs().max() > 0.05


SMALL = {"hidden": [8], "batch_size": 16, "samples_per_step": 0.5, "warmup": 100, "replay": 130}


def training(name: str, **settings) -> Training:
    game = load("simple_adversary")
    return Training(game, find_learner(name, "", {**SMALL, **settings}), steps=600, members=2, worlds=20)


def play(run: Training, rounds: int) -> None:
    for _ in range(rounds):
        run.play_step()
        run.learn()


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("rainbow", {}),  # the ring wraps, and new transitions are not yet ranked when the state is saved
        ("rainbow", {"replay": 1000, "noisy": False, "tau": 0.05}),
        ("dqn", {"n_step": 3, "huber": False}),
        ("dqn", {"use_replay": False, "use_target": False, "n_step": 1, "tau": 0.0, "warmup": 0}),
    ],
)
def test_a_run_goes_on_bit_for_bit(name, settings, tmp_path):
    whole = training(name, **settings)
    play(whole, 11)
    save_state(tmp_path, whole)
    play(whole, 12)
    resumed = training(name, **settings)
    assert load_state(tmp_path, resumed)
    play(resumed, 12)
    assert resumed.updates == whole.updates > 6
    for key, tensor in whole.parts[0].stack.tensors().items():
        assert torch.equal(tensor, resumed.parts[0].stack.tensors()[key]), key
    assert torch.equal(whole.rng.get_state(), resumed.rng.get_state())


def test_the_naive_preset_learns_once_from_each_transition():
    run = Training(load("simple_adversary"), find_learner("dqn", "naive"), steps=600, worlds=100)
    play(run, 5)
    assert run.updates == 5
