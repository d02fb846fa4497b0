"""Targets, losses, schedules and optimiser steps against small tables worked out by hand, and against torch."""

import math
from dataclasses import replace

import pytest
import torch
from stacks import Supplied, double_, random_batch
from torch import Tensor, nn

from agents.networks.optimise import Adam, clip_
from agents.networks.perceptron import layers
from agents.q_learning.learner import Dqn
from agents.training.learner import Spec
from arena.transition import Transition

ONE = Spec(sees=(1,), obs_width=1, action_width=2)
TWO = Spec(sees=(1, 1), obs_width=1, action_width=2)
NAN = float("nan")


def rows(spec: Spec, reward, discount, next_obs, frozen=None, action=None, obs=0.0) -> Transition:
    """Transitions [1, K] from columns [K]; every seat has the same, but for `frozen` [K][A][U]."""
    reward, discount, next_obs = (torch.tensor(c, dtype=torch.float64) for c in (reward, discount, next_obs))
    count, seats = len(reward), spec.seats
    none = torch.full((1, count, seats, 2), NAN, dtype=torch.float64)
    by_seat = [c.view(1, count, 1).expand(1, count, seats) for c in (reward, discount, next_obs)]
    return Transition(
        obs=torch.full((1, count, seats, 1), obs, dtype=torch.float64),
        action=torch.tensor(action or [[1.0, 0.0]] * count, dtype=torch.float64)
        .view(1, count, 1, 2)
        .expand(1, count, seats, 2),
        reward=by_seat[0],
        discount=by_seat[1],
        next_obs=by_seat[2].unsqueeze(-1),
        last=torch.ones(1, count, dtype=torch.float64),
        alive=torch.ones(1, count, seats, dtype=torch.float64),
        frozen=none if frozen is None else torch.tensor(frozen, dtype=torch.float64).view(1, count, seats, 2),
        owner=torch.zeros(1, count, seats, dtype=torch.float64),
    )


def linear_(flat: Tensor, shape, weight: list[list[float]], bias: list[float]) -> None:
    """Makes every network of a stack without hidden layers this linear function."""
    (w, b), *_ = layers(flat, shape)
    w.copy_(torch.tensor(weight).expand_as(w))
    b.copy_(torch.tensor(bias).expand_as(b))


def quiet() -> list[Tensor]:
    """No noise: softmax of the logits alone."""
    return [torch.zeros(1, dtype=torch.float64)] * 2


def linear_actor_critic(spec: Spec, critic: list[float], rng, **settings):
    """An actor that takes each action by half and a linear target critic, for gamma 0.5."""
    learner = Supplied(hidden=(), gamma=0.5, **settings)
    stack = double_(learner.init(spec, 1, rng))
    for flat in (stack.actor, stack.target_actor):
        linear_(flat, stack.actor_shape, [[0.0, 0.0]], [0.0, 0.0])
    *weights, bias = critic
    for flat in (stack.critic, stack.target_critic):
        linear_(flat, stack.critic_shape, [[w] for w in weights], [bias])
    return learner, stack


def target_of(learner, stack, batch) -> Tensor:
    """The targets of an actor-critic whose samples have no noise."""
    return learner.target(stack, batch, learner.next_actions(stack, batch, iter(quiet())))


def test_a_time_limit_bootstraps_and_an_ending_does_not(rng):
    # Q'(next) = 2 next_obs + 4 first action + 1, the first action being 0.5: 3, 5, 7 for next_obs 0, 1, 2
    learner, stack = linear_actor_critic(ONE, [2, 4, 0, 1], rng)
    batch = rows(ONE, reward=[10, 10, 10, -1], discount=[1, 1, 0, 0], next_obs=[0, 2, 2, 1])
    assert (batch.last == 1).all()  # all four games end here: two by the clock, two truly
    assert target_of(learner, stack, batch).tolist() == [[11.5, 13.5, 10.0, -1.0]]


def test_a_frozen_next_action_replaces_the_target_actor_of_its_seat_alone(rng):
    # Q' = 1 a0 + 10 a1 + 100 b0 + 1000 b1 over the two seats' actions (a0, a1), (b0, b1); free: one half each
    learner, stack = linear_actor_critic(TWO, [0, 0, 1, 10, 100, 1000, 0], rng)
    frozen = [[[NAN, NAN], [NAN, NAN]], [[1, 0], [NAN, NAN]], [[NAN, NAN], [0, 1]], [[0, 1], [1, 0]]]
    batch = rows(TWO, [0, 0, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0], frozen)
    expected = [555.5, 551.0, 1005.5, 110.0]
    target = target_of(learner, stack, batch)
    assert target.tolist() == [[0.5 * q for q in expected]] * 2


def test_critic_loss_and_step_by_hand(rng):
    # Q = obs + a0 (obs 1, a = (1, 0)): 2. Targets 5 and 1: loss (9 + 1) / 2; dQ = -2 (3 - 1) / 2 = -2
    learner, stack = linear_actor_critic(ONE, [1, 1, 0, 0], rng)
    batch = rows(ONE, [5, 1], [0, 0], [0, 0], obs=1.0)
    joint = torch.cat([batch.obs.flatten(2), batch.action.flatten(2)], 2)
    loss, grad = learner.critic_step(stack, joint, batch, target_of(learner, stack, batch))
    assert loss.tolist() == [5.0]
    assert grad.tolist() == [[-2.0, -2.0, 0.0, -2.0]]  # obs, a0, a1, bias


def test_actor_gradient_and_penalty_by_hand(rng):
    # value = 3 a0; a0 = softmax(0, 0)[0] = 1/2, d a0 / d logits = (1/4, -1/4); logits are 0, so is their penalty
    learner, stack = linear_actor_critic(ONE, [0, 3, 0, 0], rng, logit_penalty=0.5)
    batch = rows(ONE, [0], [0], [0], obs=2.0, action=[[0.0, 1.0]])
    joint = torch.cat([batch.obs.flatten(2), batch.action.flatten(2)], 2)
    value, grad = learner.actor_step(stack, joint, batch, iter(quiet()))
    assert value.tolist() == [1.5]
    assert grad.tolist() == [[-1.5, 1.5, -0.75, 0.75]]  # by obs 2 for the weights, then the biases
    linear_(stack.actor, stack.actor_shape, [[0.0, 0.0]], [4.0, 4.0])
    _, penalised = learner.actor_step(stack, joint, batch, iter(quiet()))
    # 0.5 x mean of squared logits: d / d logit = 0.5 x 2 x 4 / 2 = 2
    assert penalised.tolist() == [[-1.5 + 4, 1.5 + 4, -0.75 + 2, 0.75 + 2]]


def test_the_worth_of_entropy_by_hand(rng):
    # entropy of softmax(1, 0): d H / d logits = -p0 p1 (1, -1)
    learner, stack = linear_actor_critic(ONE, [0, 0, 0, 0], rng, logit_penalty=0.0)
    linear_(stack.actor, stack.actor_shape, [[0.0, 0.0]], [1.0, 0.0])
    batch = rows(ONE, [0], [0], [0], obs=2.0)
    joint = torch.cat([batch.obs.flatten(2), batch.action.flatten(2)], 2)
    _, grad = learner.actor_step(stack, joint, batch, iter(quiet()), 0.3)
    slope = 0.3 * math.exp(1) / (1 + math.exp(1)) ** 2
    assert grad.flatten().tolist() == pytest.approx([2 * slope, -2 * slope, slope, -slope])


@pytest.mark.parametrize(("progress", "is_felt"), [(0.0, True), (1.0, False)])
def test_the_worth_of_entropy_falls_to_nothing(progress, is_felt, rng):
    batch, moved = rows(ONE, [1], [0], [0], obs=2.0), []
    for worth in (0.0, 0.3):
        learner, stack = linear_actor_critic(ONE, [0, 3, 0, 0], rng, entropy=worth)
        linear_(stack.actor, stack.actor_shape, [[0.0, 0.0]], [1.0, 0.0])
        learner.update(stack, batch, progress, iter(quiet()))
        moved.append(stack.actor_optimiser.mean.clone())
    assert torch.equal(*moved) != is_felt


def test_targets_move_by_tau(rng):
    learner, stack = linear_actor_critic(ONE, [2, 4, 0, 1], rng, tau=0.1)
    old = {name: tensor.clone() for name, tensor in stack.tensors().items()}
    learner.update(stack, rows(ONE, [1, 2], [1, 0], [0, 1]), 0.0, iter(quiet()))
    for online, target in (("actor", "target_actor"), ("critic", "target_critic")):
        assert not torch.equal(old[online], stack.tensors()[online])
        expected = 0.9 * old[target] + 0.1 * stack.tensors()[online]
        assert torch.allclose(stack.tensors()[target], expected, atol=1e-14)


def linear_dqn(rng, **settings):
    """Q(obs) = (obs, 2), and (obs, 3 - obs) for the target network; gamma 0.5."""
    learner = Dqn(hidden=(), gamma=0.5, **settings)
    stack = double_(learner.init(ONE, 1, rng))
    linear_(stack.online, stack.network.shape, [[1.0, 0.0]], [0.0, 2.0])
    linear_(stack.target, stack.network.shape, [[1.0, -1.0]], [0.0, 3.0])
    return learner, stack


def test_dqn_target_and_huber_loss_by_hand(rng):
    # largest Q' of the target network: 3, 2, 3 for next_obs 0, 2, 3; Q(obs 1) = (1, 2)
    # targets 1 + 1.5, 0.5 + 1, 9; errors 1 - 2.5, 2 - 1.5, 1 - 9: Huber 1, 0.125, 7.5
    learner, stack = linear_dqn(rng, clip=1e9)
    batch = rows(ONE, [1, 0.5, 9], [1, 1, 0], [0, 2, 3], action=[[1, 0], [0, 1], [1, 0]], obs=1.0)
    metrics = learner.update(stack, batch, 0.0, rng)
    assert metrics["q_loss"].item() == pytest.approx((1 + 0.125 + 7.5) / 3, abs=1e-12)
    assert metrics["value"].item() == pytest.approx((1 + 2 + 1) / 3, abs=1e-12)
    grad = (stack.optimiser.mean / 0.1)[0].tolist()  # Huber's slope is the error clamped to +-1: -1, 0.5, -1
    assert grad == pytest.approx([-2 / 3, 0.5 / 3, -2 / 3, 0.5 / 3], abs=1e-12)


def test_double_dqn_lets_the_online_network_choose_and_the_target_network_judge(rng):
    """Online Q(o) = (-o, -0.5) chooses action 0 for o = 0 and 1 for o = 2, 3; see above for Q'."""
    learner, stack = linear_dqn(rng, clip=1e9)
    linear_(stack.online, stack.network.shape, [[-1.0, 0.0]], [0.0, -0.5])
    batch = rows(ONE, [0, 0, 0], [1, 1, 1], [0, 2, 3], action=[[1, 0]] * 3, obs=0.0)  # Q of what was done is 0
    q_t = learner.values(stack.target, torch.tensor([[[0.0], [2.0], [3.0]]], dtype=torch.float64), stack)[0]
    for double, judged in ((False, q_t.amax(1)), (True, torch.stack([q_t[0, 0], q_t[1, 1], q_t[2, 1]]))):
        learner_, stack_ = replace(learner, double=double), double_(learner.init(ONE, 1, rng))
        stack_.online.copy_(stack.online), stack_.target.copy_(stack.target)
        error = 0.5 * judged
        huber = torch.where(error.abs() < 1, error.square() / 2, error.abs() - 0.5).mean()
        assert learner_.update(stack_, batch, 0.0, rng)["q_loss"].item() == pytest.approx(huber.item(), abs=1e-12)
    assert not torch.equal(q_t.amax(1), judged)


def test_dqn_copies_its_target_every_c_updates(rng):
    learner, stack = linear_dqn(rng, target_every=3)
    copied = []
    for _ in range(9):
        learner.update(stack, random_batch(1, 8, rng, ONE), 0.0, rng)
        copied.append(torch.equal(stack.target, stack.online))
    assert copied == [False, False, True] * 3


def test_epsilon_falls_linearly_over_its_share():
    learner = Dqn(epsilon_start=1.0, epsilon_end=0.05, epsilon_share=0.3)
    assert [learner.epsilon(p) for p in (0, 0.15, 0.3, 1)] == pytest.approx([1, 0.525, 0.05, 0.05])
    assert replace(learner, epsilon_share=0.0).epsilon(0.0) == pytest.approx(0.05)


@pytest.mark.parametrize(("progress", "share"), [(0.0, 1.0), (0.15, 0.525), (1.0, 0.05)])
def test_dqn_explores_with_epsilon(progress, share, rng):
    learner, stack = linear_dqn(rng, epsilon_start=1.0, epsilon_end=0.05, epsilon_share=0.3)
    action = learner.act(
        stack, torch.zeros(1, 40_000, 1, dtype=torch.float64), torch.zeros(1, 40_000, 0), progress, rng
    )
    assert torch.equal(action.sum(-1), torch.ones(1, 40_000))
    surprised = (
        action[0, :, 0].mean().item()
    )  # at obs 0 the second action is better; a random one is the first half the time
    assert surprised == pytest.approx(share / 2, abs=0.01)


def test_clip_is_torchs_own_for_each_row_alone(rng):
    grad = torch.randn(4, 50, generator=rng) * torch.tensor([[1e-3], [0.01], [1.0], [100.0]])
    plain = []
    for row in grad:
        parameter = nn.Parameter(torch.zeros(50))
        parameter.grad = row.clone()
        nn.utils.clip_grad_norm_([parameter], 0.5)
        plain.append(parameter.grad)
    clip_(grad, 0.5)
    assert torch.allclose(grad, torch.stack(plain), rtol=1e-7, atol=0)
    exact = torch.tensor([[0.5], [0.0]], dtype=torch.float64)  # a norm of exactly 0.5 shrinks by torch's 1e-6
    clip_(exact, 0.5)
    assert exact.flatten().tolist() == pytest.approx([0.5 * 0.5 / (0.5 + 1e-6), 0.0], rel=1e-12)


def test_adam_is_torchs_adam(rng):
    start = torch.randn(3, 20, generator=rng)
    ours, theirs = start.clone(), nn.Parameter(start.clone())
    adam, plain = Adam(ours), torch.optim.Adam([theirs], lr=0.01)
    for step in range(50):
        grad = torch.randn(3, 20, generator=rng) * 10 ** (step % 5 - 3)
        rate = 0.01 * (1 - step / 100)
        adam.step_(ours, grad, rate)
        plain.param_groups[0]["lr"] = rate
        theirs.grad = grad.clone()
        plain.step()
    assert torch.allclose(ours, theirs.detach(), atol=1e-6, rtol=0)
    assert (ours - start).abs().max() > 0.05


@pytest.mark.parametrize("make", [linear_dqn, lambda rng, **s: linear_actor_critic(ONE, [2, 4, 0, 1], rng, **s)])
def test_learning_rates_fall_linearly(make, rng):
    def step(progress: float, **settings) -> dict[str, Tensor]:
        learner, stack = make(torch.Generator().manual_seed(1), **settings)
        before = {name: tensor.clone() for name, tensor in stack.tensors().items()}
        source = iter(quiet()) if isinstance(learner, Supplied) else rng
        learner.update(stack, rows(ONE, [1, 2], [1, 0], [0, 1], obs=1.0), progress, source)
        return {k: stack.tensors()[k] - before[k] for k in ("actor", "critic", "online") if k in before}

    full = step(0.0, lr_end=0.0)
    for progress, lr_end, share in (
        (0.5, 0.0, 0.5),
        (1.0, 0.0, 0.0),
        (1.0, 0.2, 0.2),
        (0.5, 0.2, 0.6),
        (0.7, 1.0, 1.0),
    ):
        for name, change in step(progress, lr_end=lr_end).items():
            assert full[name].abs().max() > 1e-4
            assert torch.allclose(change, share * full[name], atol=1e-12)
