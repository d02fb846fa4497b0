"""Two critics, slower actors: TD3 by hand on linear functions."""

from dataclasses import replace

import pytest
import torch
from test_td import ONE, linear_actor_critic, quiet, rows, target_of

from agents.actor_critic.view import joint_rows
from agents.networks.perceptron import layers
from agents.training.settings import find_learner


def twin(rng, **settings):
    """Q1 = 2 obs + 4 a0 + 1, Q2 = -obs + 5, where a0 is a half."""
    learner, stack = linear_actor_critic(ONE, [0, 0, 0, 0], rng, critics=2, **settings)
    for flat in (stack.critic, stack.target_critic):
        (weight, bias), *_ = layers(flat, stack.critic_shape)
        weight.copy_(torch.tensor([[[2.0], [4], [0]], [[-1], [0], [0]]]))
        bias.copy_(torch.tensor([[[1.0]], [[5]]]))
    return learner, stack


def test_the_target_is_the_smaller_of_two(rng):
    # at next_obs 0, 1, 2: Q1' = 3, 5, 7 and Q2' = 5, 4, 3
    learner, stack = twin(rng)
    batch = rows(ONE, reward=[10, 10, 10, 10], discount=[1, 1, 1, 0], next_obs=[0, 1, 2, 2])
    assert target_of(learner, stack, batch).tolist() == [[11.5, 12.0, 11.5, 10.0]]


def test_both_critics_learn_that_target_and_the_first_one_teaches(rng):
    # at obs 1, a = (1, 0): Q1 = 7, Q2 = 4; target 5: losses 4 and 1, gradients 2 (Q - 5)
    learner, stack = twin(rng)
    batch = rows(ONE, [5], [0], [0], obs=1.0)
    joint = joint_rows(batch.obs, batch.action)
    loss, grad = learner.critic_step(stack, joint, batch, target_of(learner, stack, batch))
    assert loss.tolist() == [4.0, 1.0]
    assert grad.tolist() == [[4.0, 4.0, 0.0, 4.0], [-2.0, -2.0, 0.0, -2.0]]
    value, grad = learner.actor_step(stack, joint, batch, iter(quiet()))
    assert value.tolist() == [5.0]  # Q1 at a0 = 1/2
    assert grad.tolist() == [[-1.0, 1.0, -1.0, 1.0]]  # 4 x (1/4, -1/4), against the value
    assert learner.update(stack, batch, 0.0, iter(quiet()))["critic_loss"].tolist() == [2.5]


@pytest.mark.parametrize("delay", [1, 2, 3])
def test_actors_and_targets_move_every_so_many_updates(delay, rng):
    learner, stack = twin(rng, delay=delay, tau=0.1)
    batch, moved, values = rows(ONE, [5], [0], [0], obs=1.0), [], []
    for _ in range(6):
        before = {name: tensor.clone() for name, tensor in stack.tensors().items()}
        values.append(learner.update(stack, batch, 0.0, iter(quiet()))["value"].item())
        after = stack.tensors()
        assert not torch.equal(before["critic"], after["critic"])
        now = [not torch.equal(before[name], after[name]) for name in ("actor", "target_actor", "target_critic")]
        assert len(set(now)) == 1
        moved.append(now[0])
    assert moved == [(k + 1) % delay == 0 for k in range(6)]
    for k in range(1, 6):
        assert (values[k] == values[k - 1]) == (not moved[k])  # the last that was measured


@pytest.mark.parametrize(("name", "base"), [("td3", "ddpg"), ("matd3", "maddpg")])
@pytest.mark.parametrize("preset", ["fast", "paper", "long"])
def test_the_twin_learners_are_their_bases_with_what_the_paper_adds(name, base, preset):
    found = find_learner(name, preset)
    assert (found.critics, found.delay, found.smoothing, found.smoothing_clip) == (2, 2, 0.1, 0.25)
    plain = replace(found, critics=1, delay=1, smoothing=0.0)
    assert plain == find_learner(base, preset)
    assert find_learner(base, preset).critics == 1
