"""Who teaches whom: actor i learns from critic i alone, which sees seat i live and the others as recorded."""

from dataclasses import replace

import pytest
import torch
from stacks import SPEC, Supplied, double_, noise, random_batch
from torch import Tensor

from agents.networks.perceptron import forward, layers
from arena.transition import seat_major

MEMBERS, SEATS, ROWS, MOVES = 2, SPEC.seats, 16, SPEC.action_width


class Case:
    """A stack, a batch and the noise of one actor step."""

    def __init__(self, view: str, rng: torch.Generator, hard: bool = False, normed: bool = False) -> None:
        self.learner = Supplied(view=view, hidden=(12, 8), hard=hard, normed=normed, clip=1e9)
        self.stack = double_(self.learner.init(SPEC, MEMBERS, rng))
        self.batch = random_batch(MEMBERS, ROWS, rng)
        self.draw = noise((MEMBERS * SEATS, ROWS, MOVES), rng, count=1)[0]

    def joint(self) -> Tensor:
        return torch.cat([self.batch.obs.flatten(2), self.batch.action.flatten(2)], 2)

    def actor_step(self) -> tuple[Tensor, Tensor]:
        return self.learner.actor_step(self.stack, self.joint(), self.batch, iter([self.draw]))

    def target(self) -> Tensor:
        following = self.learner.next_actions(self.stack, self.batch, iter([self.draw]))
        return self.learner.target(self.stack, self.batch, following)

    def critic_step(self) -> tuple[Tensor, Tensor]:
        return self.learner.critic_step(self.stack, self.joint(), self.batch, self.target())


def is_changed(before: Tensor, after: Tensor) -> list[bool]:
    """For each of N rows, whether a single bit differs."""
    return [not torch.equal(b, a) for b, a in zip(before, after, strict=True)]


def only(*rows: int) -> list[bool]:
    return [n in rows for n in range(MEMBERS * SEATS)]


@pytest.mark.parametrize("hard", [False, True])
@pytest.mark.parametrize("view", ["all", "own"])
@pytest.mark.parametrize("n", range(MEMBERS * SEATS))
def test_a_critic_teaches_its_own_actor_only(n, view, hard, rng):
    case = Case(view, rng, hard)
    value, grad = case.actor_step()
    case.stack.critic[n] += torch.randn(case.stack.critic.shape[1], generator=rng)
    new_value, new_grad = case.actor_step()
    assert is_changed(value, new_value) == only(n)
    assert is_changed(grad, new_grad) == only(n)


@pytest.mark.parametrize("view", ["all", "own"])
def test_no_gradient_crosses_from_one_critic_to_another_actor(view, rng):
    """The Jacobian d value_j / d actor_i by autograd through the real step is block diagonal, exactly."""
    case = Case(view, rng)
    flat = case.stack.actor
    blocks = torch.zeros(MEMBERS * SEATS, MEMBERS * SEATS)
    for n in range(MEMBERS * SEATS):
        moved = flat.clone()
        moved[n] += 0.1 * torch.randn(flat.shape[1], generator=rng)
        before, _ = case.actor_step()
        case.stack.actor = moved
        after, _ = case.actor_step()
        case.stack.actor = flat
        blocks[:, n] = (after - before).abs()
    assert torch.equal(blocks > 0, torch.eye(MEMBERS * SEATS, dtype=torch.bool))


@pytest.mark.parametrize(
    ("view", "hard", "normed"),
    [("all", False, False), ("all", True, True), ("own", False, True), ("own", True, False)],
)
def test_the_difference_trick_is_the_live_action_put_in_place(view, hard, normed, rng):
    case = Case(view, rng, hard, normed)
    stack, learner = case.stack, case.learner
    value, grad = case.actor_step()
    for n in range(MEMBERS * SEATS):
        member, seat = divmod(n, SEATS)
        flat = stack.actor.detach().requires_grad_()
        logits = learner.outputs(flat, seat_major(case.batch.obs), stack)
        live = learner.relax(logits, stack.heads, iter([case.draw]))
        action = case.batch.action.clone()
        action[member, :, seat] = live[n]
        joint = torch.cat([case.batch.obs.flatten(2), action.flatten(2)], 2)
        q = forward(layers(stack.critic, stack.critic_shape), stack.view.read(joint), normed)[n]
        loss = learner.logit_penalty * logits[n].square().mean() - q.mean()
        (plain,) = torch.autograd.grad(loss, flat)
        assert torch.allclose(plain[n], grad[n], rtol=1e-6, atol=1e-12)
        assert q.mean().item() == pytest.approx(value[n].item(), rel=1e-9)
        assert torch.count_nonzero(plain[torch.arange(len(plain)) != n]) == 0
        assert grad[n].abs().max() > 1e-4


def shift(case: Case, field: str, seat: int) -> None:
    """Changes one field of one seat everywhere in the batch (the columns that it sees, for an observation)."""
    value = getattr(case.batch, field).clone()
    width = SPEC.sees[seat] if field.endswith("obs") else value.shape[-1]
    value[..., seat, :width] += 0.5
    case.batch = replace(case.batch, **{field: value})


@pytest.mark.parametrize("field", ["obs", "action", "next_obs"])
@pytest.mark.parametrize("seat", range(SEATS))
def test_an_independent_view_is_blind_to_other_seats(seat, field, rng):
    case = Case("own", rng)
    before = (*case.actor_step(), *case.critic_step())
    shift(case, field, seat)
    after = (*case.actor_step(), *case.critic_step())
    own = [n for n in range(MEMBERS * SEATS) if n % SEATS == seat]
    touched = [is_changed(b, a) for b, a in zip(before, after, strict=True)]
    reached = {  # value, actor gradient, critic loss, critic gradient
        "obs": [True, True, True, True],
        "action": [False, False, True, True],  # an independent actor step sees the live action alone
        "next_obs": [False, False, True, True],
    }[field]
    for changed, expected in zip(touched, reached, strict=True):
        if expected:
            assert changed == only(*own)
        elif field == "next_obs":
            assert changed == only()
        else:  # the recorded own action cancels out, but for the rounding of the difference trick
            assert all(not c or n in own for n, c in enumerate(changed))


@pytest.mark.parametrize("seat", range(SEATS))
def test_a_central_critic_sees_the_recorded_actions_of_others(seat, rng):
    """openai/maddpg's choice: the others' actions come from the batch, not from their current actors."""
    case = Case("all", rng)
    value, grad = case.actor_step()
    action = case.batch.action
    shift(case, "action", seat)
    new_value, new_grad = case.actor_step()
    case.batch = replace(case.batch, action=action)
    others = [n for n in range(MEMBERS * SEATS) if n % SEATS != seat]
    own = [n for n in range(MEMBERS * SEATS) if n % SEATS == seat]
    assert ((new_value - value)[others].abs() > 1e-6).all()
    assert torch.allclose(new_value[own], value[own], atol=1e-12)  # its own recorded action does not matter to it
    assert torch.allclose(new_grad[own], grad[own], atol=1e-12)
    assert not torch.allclose(new_grad[others], grad[others], atol=1e-6)


@pytest.mark.parametrize("view", ["all", "own"])
def test_the_target_takes_every_target_actor_it_may_see(view, rng):
    case = Case(view, rng)
    before = case.target()
    case.stack.target_actor[1] += 0.5  # the second seat of the first member
    expected = only(*range(SEATS)) if view == "all" else only(1)
    assert is_changed(before, case.target()) == expected


def test_online_networks_do_not_enter_the_target(rng):
    case = Case("all", rng)
    before = case.target()
    case.stack.actor += 1
    case.stack.critic += 1
    assert torch.equal(before, case.target())
