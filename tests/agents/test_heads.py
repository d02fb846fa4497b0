"""Actions made of several decisions: moves, words, ranges, and seats of one stack that decide different things."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import torch
from scipy.stats import chisquare
from stacks import random_batch

from agents.actor_critic.exploration import gaussian_
from agents.actor_critic.learner import ActorCritic
from agents.maddpg import FAST
from agents.networks.heads import Heads, Products, laid_over
from agents.networks.perceptron import forward, layers
from agents.policies.neural import NeuralPolicy
from agents.q_learning.learner import Dqn
from agents.training.learner import Spec
from arena.draw import seeds_of
from arena.errors import ArenaError
from arena.game import Head
from arena.transition import seat_major

MOVE, WORD, PUSH = Head(0, 5), Head(5, 3), Head(8, 2, is_range=True)
TALKING = ((MOVE, WORD), (WORD,), (MOVE,))  # a mover that talks, a speaker, a mover
MIXED = ((MOVE, WORD, PUSH), (WORD,), (PUSH,))
TALK_SPEC = Spec((4, 6, 6), 6, 8, TALKING)
MIXED_SPEC = Spec((4, 6, 6), 6, 10, MIXED)


class Stub:
    """As much of a game as a policy asks for."""

    def __init__(self, heads, action_width):
        self.seats = [type("Seat", (), {"heads": part}) for part in heads]
        self.action_width = action_width


def test_heads_of_all_seats_are_laid_over_each_other():
    assert laid_over(((Head(0, 3),), (Head(0, 5), Head(7, 2)))) == (Head(0, 5), Head(7, 2))


@pytest.mark.parametrize("is_hard", [False, True])
def test_every_choice_is_a_distribution_of_its_own_and_the_rest_is_zero(is_hard, rng):
    heads = Heads.of(MIXED, 10, members=2)
    outputs = 3 * torch.randn(6, 400, 10, generator=rng)
    action = heads.relax(outputs, rng, is_hard)
    for n, seat in enumerate(MIXED * 2):
        covered = torch.zeros(10, dtype=torch.bool)
        for start, width, is_range in seat:
            part = action[n, :, start : start + width]
            covered[start : start + width] = True
            if is_range:
                torch.testing.assert_close(part, (1 + torch.tanh(outputs[n, :, start : start + width])) / 2)
            else:
                torch.testing.assert_close(part.sum(1), torch.ones(400))
                assert not is_hard or set(part.unique().tolist()) <= {0.0, 1.0}
        assert not action[n][:, ~covered].any()


def test_a_choice_narrower_than_others_of_its_place_never_leaves_its_width(rng):
    heads = Heads.of(((Head(0, 2),), (Head(0, 5),)), 5, members=1)
    action = heads.relax(torch.zeros(2, 20_000, 5), rng, True).sum(1)
    assert action[0].tolist()[2:] == [0, 0, 0]
    assert chisquare(action[0, :2]).pvalue > 1e-4 and chisquare(action[1]).pvalue > 1e-4


def test_one_choice_for_all_takes_the_short_way_to_the_same_bits():
    short, long = Heads.of(((MOVE,),) * 2, 5, 1), Heads.of(((MOVE,),) * 2, 5, 1)
    outputs = torch.randn(2, 50, 5)
    same = [h.relax(outputs, torch.Generator().manual_seed(1), False) for h in (short, replace(long, is_single=False))]
    assert short.is_single and torch.equal(*same)


def test_no_gradient_reaches_what_a_seat_has_no_head_for(rng):
    heads = Heads.of(TALKING, 8, members=1)
    outputs = torch.randn(3, 64, 8, generator=rng, requires_grad=True)
    (heads.relax(outputs, rng, True) * torch.randn(8, generator=rng)).sum().backward()
    reached = outputs.grad.abs().sum(1) > 0
    assert reached.tolist() == [[True] * 8, [False] * 5 + [True] * 3, [True] * 5 + [False] * 3]


def test_exploration_adds_noise_of_its_size_to_ranges_alone(rng):
    heads = Heads.of(MIXED, 10, members=1)
    action = heads.relax(torch.zeros(3, 20_000, 10), rng, True)
    noisy = gaussian_(heads, action.clone(), 0.1, rng)
    assert torch.equal(noisy[:, :, :8], action[:, :, :8]) and not noisy[1, :, 8:].any()
    assert noisy[0, :, 8:].std().item() == pytest.approx(0.1, rel=0.02)
    wild = gaussian_(heads, action.clone(), 5.0, rng)
    assert wild.min() == 0 and wild.max() == 1
    assert torch.equal(gaussian_(heads, action.clone(), 0.0, rng), action)


def test_products_number_actions_as_mpe2_does():
    """move + 5 x word; a seat with fewer combinations never has the others."""
    products = Products.of(TALKING, 8, members=2)
    assert products.most == 15 and products.counts.flatten().tolist() == [15, 3, 5] * 2
    numbers = torch.arange(15).expand(6, -1)
    vectors = products.vectors(numbers)
    assert torch.equal(products.numbers(vectors)[0], numbers[0])
    for word, move in product(range(3), range(5)):
        row = vectors[0, move + 5 * word]
        assert row[:5].argmax() == move and row[5:].argmax() == word and row.sum() == 2
    assert vectors[1, :3].argmax(1).tolist() == [5, 6, 7] and vectors[2, :5].argmax(1).tolist() == list(range(5))
    best = products.mask(torch.arange(15.0).expand(6, 1, 15)).argmax(-1).flatten()
    assert best.tolist() == [14, 2, 4] * 2


def test_dqn_explores_every_combination_of_its_own_and_no_other(rng):
    learner = Dqn(hidden=(), epsilon_start=1.0)
    stack = learner.init(TALK_SPEC, 1, rng)
    action = learner.act(stack, torch.zeros(3, 30_000, 6), torch.zeros(3, 30_000, 0), 0.0, rng)
    numbers = stack.products.numbers(action)
    for seat, count in enumerate((15, 3, 5)):
        seen = torch.bincount(numbers[seat], minlength=15)
        assert not seen[count:].any() and chisquare(seen[:count]).pvalue > 1e-4


def test_dqn_learns_the_value_of_the_combination_that_was_played(rng):
    learner = Dqn(hidden=(), gamma=0.0, lr=0.05, clip=1e9)
    stack = learner.init(TALK_SPEC, 1, rng)
    number = torch.randint(3, (3, 256), generator=rng)
    batch = random_batch(1, 256, rng, TALK_SPEC, torch.float32)
    batch = replace(
        batch,
        obs=torch.zeros_like(batch.obs),
        action=stack.products.vectors(number).transpose(0, 1).unsqueeze(0),
        reward=number.T.unsqueeze(0).float(),
    )
    for _ in range(600):
        learner.update(stack, batch, 0.0, rng)
    values = learner.values(stack.online, torch.zeros(3, 1, 6), stack)
    torch.testing.assert_close(values[:, 0, :3], torch.tensor([[0.0, 1.0, 2.0]] * 3), atol=0.01, rtol=0)


@pytest.mark.parametrize(
    ("heads", "message"),
    [(((PUSH,),), "continuous ones; use ddpg"), (((Head(0, 70), Head(70, 70)),), "4900 outputs")],
)
def test_dqn_refuses_what_it_cannot_number(heads, message, rng):
    with pytest.raises(ArenaError, match=message):
        Dqn().init(Spec((2,), 2, 140, heads), 1, rng)


@pytest.mark.parametrize("spec", [TALK_SPEC, MIXED_SPEC])
@pytest.mark.parametrize(
    "learner",
    [ActorCritic(hidden=(8,)), FAST, ActorCritic(view="own", hidden=(8,), hard=True)],
)
def test_greedy_policies_play_what_their_networks_say(learner, spec, rng):
    stack = learner.init(spec, 2, rng)
    tensors, acting = learner.policy(stack, 1)
    weights = {k: v.numpy() for k, v in tensors.items()}
    policy = NeuralPolicy.of(weights, acting["normed"], acting["head"], "greedy", Stub(spec.heads, spec.action_width))
    obs = torch.randn(3, 500, 6, generator=rng)
    outputs = forward(layers(stack.actor[3:], stack.actor_shape), obs, learner.normed)
    for seat, heads in enumerate(spec.heads):
        played = policy.act(seat, obs[seat].numpy(), np.zeros((500, 0), np.float32), seeds_of(500, "t"), 0)
        expected = torch.zeros(500, spec.action_width)
        for start, width, is_range in heads:
            part = outputs[seat, :, start : start + width]
            choice = part.softmax(1) if acting["head"] == "soft" else torch.eye(width)[part.argmax(1)]
            expected[:, start : start + width] = torch.sigmoid(2 * part) if is_range else choice
        np.testing.assert_allclose(played, expected, atol=1e-5)


def test_greedy_dqn_plays_its_best_combination(rng):
    learner = Dqn(hidden=(16,))
    stack = learner.init(TALK_SPEC, 1, rng)
    tensors, acting = learner.policy(stack, 0)
    policy = NeuralPolicy.of(
        {k: v.numpy() for k, v in tensors.items()}, False, acting["head"], "greedy", Stub(TALKING, 8)
    )
    obs = torch.randn(3, 500, 6, generator=rng)
    expected = stack.products.vectors(learner.values(stack.online, obs, stack).argmax(-1))
    for seat in range(3):
        played = policy.act(seat, obs[seat].numpy(), np.zeros((500, 0), np.float32), seeds_of(500, "t"), 0)
        assert (played == expected[seat].numpy()).all(1).mean() > 0.99  # the last bits of two sums may differ


def test_sampled_products_follow_the_softmax_of_their_values():
    bias = np.log(np.arange(1, 16, dtype=np.float32))
    tensors = {"w.0": np.zeros((3, 6, 15), np.float32), "b.0": np.tile(bias, (3, 1))}
    policy = NeuralPolicy.of(tensors, False, "product", "sample", Stub(TALKING, 8))
    played = policy.act(0, np.zeros((40_000, 6), np.float32), np.zeros((40_000, 0)), seeds_of(40_000, "t"), 3)
    number = played[:, :5].argmax(1) + 5 * played[:, 5:].argmax(1)
    assert chisquare(np.bincount(number, minlength=15), 40_000 * np.arange(1, 16) / 120).pvalue > 1e-4


@pytest.mark.parametrize("learner", [ActorCritic(hidden=(8,), clip=1e9), Dqn(hidden=(8,), clip=1e9)])
def test_a_seat_that_has_left_teaches_nothing(learner, rng):
    """Whatever stands in the rows of a dead seat, its networks are moved as if the rows were not there."""
    spec = Spec((6,), 6, 5)
    batch = random_batch(1, 64, rng, spec, torch.float32)
    batch = replace(batch, action=torch.eye(5)[batch.action.argmax(-1)], frozen=batch.action.softmax(-1))
    alive = (torch.arange(64) < 40).float().view(1, 64, 1)
    kept = {name: getattr(batch, name)[:, :40] for name in vars(batch)}
    moved = []
    for rows in (replace(batch, alive=alive), replace(batch, **kept)):
        stack = learner.init(spec, 1, torch.Generator().manual_seed(5))
        quiet = replace(learner, hard=False) if isinstance(learner, ActorCritic) else learner
        loss = quiet.update(stack, rows, 0.0, torch.Generator().manual_seed(6))
        moved.append((stack.tensors(), loss))
    name = "critic" if isinstance(learner, ActorCritic) else "online"
    torch.testing.assert_close(moved[0][0][name], moved[1][0][name])
    assert seat_major(alive).sum() == 40 and torch.isfinite(moved[0][0][name]).all()
