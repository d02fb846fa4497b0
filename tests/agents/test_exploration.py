"""Noise on ranges: its spread, its memory and its annealing, and the noise on target actions."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from stacks import random_batch

from agents.actor_critic.exploration import gaussian_, ou_, smooth_
from agents.actor_critic.learner import ActorCritic
from agents.networks.heads import Heads
from agents.training.learner import Spec
from agents.training.team import Part
from arena.game import Head

MOVE, PUSH = Head(0, 5), Head(5, 2, is_range=True)
SEATS = ((MOVE, PUSH), (PUSH,), (MOVE,))
SPEC = Spec((4, 6, 6), 6, 7, SEATS)


def test_ornstein_uhlenbeck_noise_is_the_autoregression_it_should_be(rng):
    """x' = (1 - theta) x + sigma e: variance sigma^2 / (1 - (1 - theta)^2), correlation 1 - theta."""
    theta, sigma = 0.15, 0.02
    heads = Heads.of(SEATS, 7, members=1)
    state, seen = torch.zeros(3, 400, 7), []
    for frame in range(300):
        action = ou_(heads, torch.full((3, 400, 7), 0.5), state, sigma, theta, rng)
        if frame >= 100:
            seen.append(action[:, :, 5:] - 0.5)
    x = torch.stack(seen)
    deviation = sigma / (1 - (1 - theta) ** 2) ** 0.5
    for seat in (0, 1):
        assert x[:, seat].std().item() == pytest.approx(deviation, rel=0.02)
        pairs = np.corrcoef(x[:-1, seat].flatten(), x[1:, seat].flatten())
        assert pairs[0, 1] == pytest.approx(1 - theta, abs=0.01)
    assert np.corrcoef(x[:, 0].flatten(), x[:, 1].flatten())[0, 1] == pytest.approx(0, abs=0.02)
    assert (x[:, 2] == -0.5).all()  # the third has no range, where its action stays 0


def test_one_step_by_hand():
    heads = Heads.of(((Head(0, 1, True),),), 1, members=1)
    state = torch.tensor([[[0.4], [-2.0]]])
    draw = torch.randn(1, 2, 1, generator=torch.Generator().manual_seed(3))
    action = ou_(heads, torch.full((1, 2, 1), 0.5), state, 0.1, 0.5, torch.Generator().manual_seed(3))
    expected = torch.tensor([[[0.2], [-1.0]]]) + 0.1 * draw
    torch.testing.assert_close(state, expected)
    torch.testing.assert_close(action, (0.5 + expected).clamp(0, 1))


def test_the_noise_of_a_game_is_kept_and_starts_anew_with_the_next(rng):
    learner = ActorCritic(explore="ou", hidden=(8,))
    stack = learner.init(SPEC, 2, rng)
    part = Part(learner, SPEC, stack, torch.zeros(6, 4, learner.memory_width(SPEC)))
    part.act(torch.zeros(2, 3, 4, 6), 0.0, rng)
    assert (part.memory[[0, 1, 3, 4]][..., 5:] != 0).all() and not part.memory[..., :5].any()
    before = part.memory.clone()
    last = torch.tensor([[1.0, 0, 0, 0], [0, 0, 1, 0]])
    part.count(replace(random_batch(2, 4, rng), last=last))
    for n in range(6):
        for world in range(4):
            expected = torch.zeros(7) if last[n // 3, world] else before[n, world]
            assert torch.equal(part.memory[n, world], expected)


def test_noise_falls_linearly_to_its_end(rng):
    learner = ActorCritic(noise=0.08, noise_end=0.25, hidden=(8,))
    assert [learner.spread(p) for p in (0, 0.5, 1)] == pytest.approx([0.08, 0.05, 0.02])
    assert ActorCritic(noise=0.08).spread(1.0) == 0.08
    stack = learner.init(SPEC, 1, rng)
    for progress, deviation in ((0.0, 0.08), (1.0, 0.02)):
        action = learner.act(stack, torch.zeros(3, 40_000, 6), torch.zeros(3, 40_000, 0), progress, rng)
        assert action[0, :, 5].std().item() == pytest.approx(deviation, rel=0.02)


def test_smoothing_is_cut_off(rng):
    heads = Heads.of(SEATS, 7, members=1)
    action = torch.full((3, 40_000, 7), 0.5)
    noisy = smooth_(heads, action.clone(), 0.1, 0.15, rng)[0, :, 5] - 0.5
    assert noisy.abs().max().item() == pytest.approx(0.15) and noisy.mean().item() == pytest.approx(0, abs=0.003)
    assert (noisy.abs() > 0.1499).float().mean().item() == pytest.approx(0.1336, abs=0.008)  # beyond 1.5 deviations
    plain = gaussian_(heads, action.clone(), 0.1, rng)[0, :, 5] - 0.5
    assert plain.std().item() == pytest.approx(0.1, rel=0.02) and plain.abs().max() > 0.3


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_target_actions_are_smoothed_and_choices_are_not(smoothing, rng):
    learner = ActorCritic(smoothing=smoothing, hidden=(8,), hard=True)
    stack = learner.init(SPEC, 1, rng)
    batch = random_batch(1, 500, rng, SPEC, torch.float32)
    action = learner.next_action(stack, batch, torch.Generator().manual_seed(1))
    plain = ActorCritic(hidden=(8,), hard=True).next_action(stack, batch, torch.Generator().manual_seed(1))
    assert torch.equal(action[..., :5], plain[..., :5])
    distance = (action - plain)[:2, :, 5:]
    assert distance.std().item() == pytest.approx(smoothing, rel=0.1) and distance.abs().max() <= 0.25
