"""A stack is N learners trained alone, to rounding; its forward pass is torch's own layers."""

import itertools
from dataclasses import replace

import pytest
import torch
from stacks import SPEC, OneEach, Supplied, double_, noise, one_hot_actions, part, random_batch, take_, take_member_
from torch import nn

from agents.actor_critic.inferred import Watched
from agents.networks.perceptron import Shape, forward, initialise, layers, named_layers
from agents.q_learning.learner import Dqn
from agents.training.learner import Spec

MEMBERS, SEATS, ROWS, UPDATES = 3, SPEC.seats, 24, 60
VARIANTS = list(itertools.product(("all", "own"), (False, True), (False, True)))  # view, hard, normed


MORE = [
    {"critics": 2, "delay": 2, "view": "team"},
    {"others": "current"},
    {"shared": True},
    {"shared": True, "critics": 2, "view": "own"},
    {"inferred": True},
    {"inferred": True, "view": "team", "critics": 2},
    {"ensemble": 2},
    {"ensemble": 3, "view": "own"},
    {"ensemble": 2, "shared": True, "critics": 2, "delay": 2, "view": "team"},
]
TEAMS = replace(SPEC, sides=(0, 1, 1))


def loud(batch):
    """The batch with the first member's rewards thirty times as large: only that one is clipped throughout."""
    scale = torch.tensor([30.0, 1.0, 0.1], dtype=torch.float64).view(-1, 1, 1)
    return replace(batch, reward=batch.reward * scale)


def largest_difference(stack, solos, rows) -> float:
    """Between the rows of every [N, P] tensor of the stack and the stacks of one member or one seat."""
    return max(
        (tensor[rows[k]] - solo.tensors()[name]).abs().max().item()
        for k, solo in enumerate(solos)
        for name, tensor in stack.tensors().items()
        if tensor.dim() == 2
    )


def actor_critic_against_solos(learner, rng, solo_seats: bool) -> tuple[float, float]:
    """Trains a stack and its parts apart; returns how far apart they end, and how far the stack has moved."""
    stack = double_(learner.init(SPEC, MEMBERS, rng))
    start = stack.actor.clone()
    if solo_seats:
        seats = [slice(a, a + 1) for _ in range(MEMBERS) for a in range(SEATS)]
        rows = [slice(n, n + 1) for n in range(MEMBERS * SEATS)]
        specs = [Spec(SPEC.sees[s], SPEC.obs_width, SPEC.action_width) for s in seats]
    else:
        seats = [slice(None)] * MEMBERS
        rows = [slice(m * SEATS, (m + 1) * SEATS) for m in range(MEMBERS)]
        specs = [SPEC] * MEMBERS
    members = [row.start // SEATS for row in rows]
    solos = [take_(double_(learner.init(spec, 1, rng)), stack, row) for spec, row in zip(specs, rows, strict=True)]
    for update in range(UPDATES):
        batch, draws = loud(random_batch(MEMBERS, ROWS, rng)), noise((MEMBERS * SEATS, ROWS, 5), rng)
        learner.update(stack, batch, update / UPDATES, iter(draws))
        for solo, row, member, seat in zip(solos, rows, members, seats, strict=True):
            own = iter([draw[row] for draw in draws])
            learner.update(solo, part(batch, member, seat), update / UPDATES, own)
    return largest_difference(stack, solos, rows), (stack.actor - start).abs().max().item()


@pytest.mark.parametrize(("view", "hard", "normed"), VARIANTS)
def test_actor_critics_in_a_stack_are_members_alone(view, hard, normed, rng):
    learner = Supplied(view=view, hidden=(12, 8), normed=normed, hard=hard, lr_end=0.1, clip=0.5)
    apart, moved = actor_critic_against_solos(learner, rng, solo_seats=False)
    assert apart < 1e-10
    assert moved > 0.05


@pytest.mark.parametrize("settings", MORE, ids=str)
def test_actor_critics_of_more_kinds_in_a_stack_are_members_alone(settings, rng):
    learner = OneEach(hidden=(12, 8), lr_end=0.1, **settings)
    stack = double_(learner.init(TEAMS, MEMBERS, rng))
    start = {name: tensor.clone() for name, tensor in stack.tensors().items()}
    solos = [take_member_(double_(learner.init(TEAMS, 1, rng)), stack, m) for m in range(MEMBERS)]
    for update in range(UPDATES // 2):
        batch = loud(random_batch(MEMBERS, ROWS * learner.ensemble, rng, TEAMS))
        owner = torch.randint(learner.ensemble, batch.owner.shape, generator=rng)
        batch, latest = replace(batch, owner=owner.double()), random_batch(MEMBERS, ROWS, rng, TEAMS)

        def given(m=None, batch=batch, latest=latest):
            rows, newest = (batch, latest) if m is None else (part(batch, m), part(latest, m))
            return Watched(rows, newest) if learner.inferred else rows

        def generators(u=update):
            return [torch.Generator().manual_seed(100 * u + m) for m in range(MEMBERS)]

        learner.update(stack, given(), update / UPDATES, generators())
        for m, solo in enumerate(solos):
            learner.update(solo, given(m), update / UPDATES, [generators()[m]])
    for name, tensor in stack.tensors().items():
        if tensor.dim() == 2:
            assert (tensor - torch.cat([solo.tensors()[name] for solo in solos])).abs().max() < 1e-10, name
            assert "optimiser" in name or (tensor - start[name]).abs().max() > 1e-3, name


@pytest.mark.parametrize("hard", [False, True])
def test_independent_actor_critics_are_seats_alone(hard, rng):
    learner = Supplied(view="own", hidden=(12, 8), hard=hard, clip=0.5)
    apart, moved = actor_critic_against_solos(learner, rng, solo_seats=True)
    assert apart < 1e-10
    assert moved > 0.05


@pytest.mark.parametrize("normed", [False, True])
def test_dqn_in_a_stack_is_seats_alone(normed, rng):
    learner = Dqn(hidden=(12, 8), normed=normed, lr=0.01, lr_end=0.1, target_every=7, clip=0.05)
    stack = double_(learner.init(SPEC, MEMBERS, rng))
    start = stack.online.clone()
    rows = [slice(n, n + 1) for n in range(MEMBERS * SEATS)]
    solo_spec = Spec((6,), 6, 5)
    solos = [take_(double_(learner.init(solo_spec, 1, rng)), stack, row) for row in rows]
    for update in range(UPDATES):
        batch = one_hot_actions(loud(random_batch(MEMBERS, ROWS, rng)))
        learner.update(stack, batch, update / UPDATES, rng)
        for n, solo in enumerate(solos):
            own = part(batch, n // SEATS, slice(n % SEATS, n % SEATS + 1))
            learner.update(solo, own, update / UPDATES, rng)
    assert largest_difference(stack, solos, rows) < 1e-10
    assert (stack.online - start).abs().max() > 0.05


@pytest.mark.parametrize("clip", [0.5, 1e9])
def test_the_clipping_of_these_tests_is_active(clip, rng):
    learner = Supplied(hidden=(12, 8), clip=clip)
    stack = double_(learner.init(SPEC, MEMBERS, rng))
    batch = loud(random_batch(MEMBERS, ROWS, rng))
    learner.update(stack, batch, 0.0, iter(noise((MEMBERS * SEATS, ROWS, 5), rng)))
    grad = stack.critic_optimiser.mean / 0.1  # after one step the mean is a tenth of the gradient
    norms = torch.linalg.vector_norm(grad, dim=1).view(MEMBERS, SEATS)
    is_clipped = clip == 0.5
    assert ((norms[0] - 0.5).abs() < 1e-5).all() == is_clipped
    assert (norms[2] < 0.49).all()  # the quiet member never is


@pytest.mark.parametrize("normed", [False, True])
@pytest.mark.parametrize("outputs", [5, 1])
def test_forward_is_torch_sequential(normed, outputs, rng):
    shape = Shape(7, (9, 6), outputs, normed)
    flat = initialise(shape, [7, 7, 3], rng)
    x = torch.randn(3, 11, 7, generator=rng)
    named = named_layers(flat, shape)
    for n in range(3):
        modules: list[nn.Module] = []
        for k, (inputs, width) in enumerate(shape.widths):
            linear = nn.Linear(inputs, width)
            linear.load_state_dict({"weight": named[f"w.{k}"][n].T, "bias": named[f"b.{k}"][n]})
            modules += [linear, nn.LayerNorm(width, elementwise_affine=False), nn.ReLU()]
        modules = [m for m in modules[:-2] if normed or not isinstance(m, nn.LayerNorm)]
        plain = nn.Sequential(*modules)(x[n])
        assert torch.allclose(forward(layers(flat, shape), x, normed)[n], plain, atol=1e-6)


def test_initial_weights_are_uniform_by_the_inputs_that_are_live(rng):
    shape = Shape(100, (400,), 5)
    flat = initialise(shape, [25, 100], rng)
    for n, live in enumerate((25, 100)):
        (weight, bias), (second, _) = [(w[n], b[n]) for w, b in layers(flat, shape)]
        bound = live**-0.5
        assert bound * 0.999 < weight.abs().max() <= bound
        assert bias.abs().max() <= bound
        assert weight.std().item() == pytest.approx(bound / 3**0.5, rel=0.02)
        assert 0.98 / 20 < second.abs().max() <= 1 / 20


def test_the_first_members_of_a_larger_stack_are_the_same():
    learner = Supplied(hidden=(8,))
    small = learner.init(SPEC, 1, torch.Generator().manual_seed(3))
    large = learner.init(SPEC, 4, torch.Generator().manual_seed(3))
    assert torch.equal(large.actor[:SEATS], small.actor)
    assert torch.equal(large.critic[:SEATS], small.critic)
    assert not torch.equal(large.actor[SEATS : 2 * SEATS], small.actor)
