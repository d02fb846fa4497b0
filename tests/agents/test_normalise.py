"""Scales of observations and rewards: moments against NumPy's, and a policy that acts the same without them."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from stacks import random_batch

from agents.actor_critic.learner import ActorCritic
from agents.policies.neural import NeuralPolicy
from agents.q_learning.learner import Dqn
from agents.training.learner import Spec
from agents.training.loop import Training
from agents.training.normalise import Moments, Normaliser
from arena.errors import ArenaError
from arena.scenario import load
from arena.transition import seat_major

SMALL = {"hidden": (8,), "batch_size": 16, "samples_per_step": 0.7, "warmup": 90}
SCALED = ActorCritic(normalise_obs=True, normalise_reward=True, gamma=0.9, **SMALL)
SCENARIO = load("simple_adversary")


def training(learner, **changes) -> Training:
    return Training(SCENARIO, learner, **{"steps": 300, "members": 2, "worlds": 10, "seed": 3, **changes})


def test_moments_of_parts_are_those_of_the_whole(rng):
    moments, parts = Moments(2, 3), [5 + 3 * torch.randn(2, n, 3, generator=rng) for n in (1, 4, 20)]
    for part in parts:
        moments.add(part, torch.ones(part.shape))
        moments.add(7 * part, torch.zeros(part.shape))  # as if it were not there
    whole = torch.cat(parts, 1).double().numpy()
    np.testing.assert_allclose(moments.mean, whole.mean(1), rtol=1e-12)
    np.testing.assert_allclose(moments.deviation(), whole.std(1), rtol=1e-12)


def test_what_never_changes_keeps_its_scale():
    moments = Moments(1, 2)
    for _ in range(3):
        moments.add(torch.tensor([[[7.0, 0.0], [7.0, 1e-4]]]), torch.ones(1, 2, 2))
    assert moments.deviation().tolist() == [[1.0, 1.0]]


def test_observations_that_were_seen_have_mean_0_and_variance_1(rng):
    normaliser = Normaliser(SCALED, 2, 3, 6, 50)
    obs = 4 + 3 * torch.randn(2, 3, 50, 6, generator=rng)
    normaliser.watch(replace(random_batch(2, 50, rng), obs=obs.transpose(1, 2)))
    seen = normaliser.seen(obs)
    assert seen.mean(2).abs().max() < 1e-5
    assert torch.allclose(seen.std(2, correction=0), torch.ones(()), atol=1e-5)


def test_a_seat_that_has_left_the_game_shifts_no_scale(rng):
    """It sees and earns 0, which says nothing of the game."""
    normaliser, batch = Normaliser(SCALED, 2, 3, 6, 50), random_batch(2, 50, rng)
    alive = (torch.rand(2, 50, 3, generator=rng) < 0.6).double()
    batch = replace(batch, obs=(5 + batch.obs) * alive.unsqueeze(-1), reward=batch.reward * alive, alive=alive)
    normaliser.watch(batch)
    for member in range(2):
        for seat in range(3):
            own = alive[member, :, seat].bool()
            expected = batch.obs[member, own, seat]
            torch.testing.assert_close(normaliser.centre[member, seat].double(), expected.mean(0), atol=1e-5, rtol=0)
            deviation = batch.reward[member, own, seat].std(correction=0)
            torch.testing.assert_close(normaliser.returns.deviation()[member, seat], deviation, atol=1e-5, rtol=0)


def test_rewards_are_divided_by_the_deviation_of_the_discounted_return(rng):
    normaliser = Normaliser(SCALED, 1, 1, 6, 4)
    rewards, returns, running = 3 * torch.randn(30, 4, generator=rng) - 2, [], np.zeros(4)
    for step, reward in enumerate(rewards):
        last = torch.full((1, 4), step % 7 == 6)
        step = random_batch(1, 4, rng, Spec((6,), 6, 5))
        normaliser.watch(replace(step, reward=reward.view(1, 4, 1), last=last))
        running = 0.9 * running + reward.numpy()
        returns.append(running.copy())
        running *= not bool(last[0, 0])
    deviation = np.std(returns)
    batch = random_batch(1, 9, rng)
    batch = replace(batch, reward=batch.reward[:, :, :1])
    plain = Normaliser(replace(SCALED, normalise_obs=False), 1, 1, 6, 4)
    plain.returns = normaliser.returns
    np.testing.assert_allclose(plain.drawn(batch).reward, batch.reward / deviation, rtol=1e-5)


@pytest.mark.parametrize("networks", [1, 3])
def test_every_member_and_seat_has_scales_of_its_own(networks, rng):
    normaliser = Normaliser(SCALED, 2, 3, 6, 5)
    normaliser.watch(random_batch(2, 5, rng))
    batch = random_batch(2 * networks, 4, rng, dtype=torch.float32)
    drawn = normaliser.drawn(batch)
    for row in range(2 * networks):
        for seat in range(3):
            m = row // networks
            expected = (batch.obs[row, :, seat] - normaliser.centre[m, seat]) / normaliser.scale[m, seat]
            assert torch.allclose(drawn.obs[row, :, seat], expected)
            scale = normaliser.returns.deviation()[m, seat].float()
            assert torch.allclose(drawn.reward[row, :, seat], batch.reward[row, :, seat] / scale)


@pytest.mark.parametrize("learner", [SCALED, Dqn(normalise_obs=True, **SMALL)])
def test_a_saved_policy_takes_what_the_game_says(learner):
    """The compiled policy on raw observations is the network in training on scaled ones."""
    run = training(learner)
    list(run.run(300))
    part = run.parts[0]
    for member in range(2):
        tensors, acting = part.policy(member)
        weights = {name: tensor.numpy() for name, tensor in tensors.items()}
        policy = NeuralPolicy.of(weights, acting["normed"], acting["head"], "greedy", SCENARIO)
        obs = torch.from_numpy(run.worlds.obs.copy())  # [A, M*W, O]
        scaled = seat_major(part.normaliser.seen(obs.unflatten(1, (2, -1)).transpose(0, 1)).transpose(1, 2))
        if isinstance(learner, Dqn):
            best = learner.values(part.stack.online, scaled, part.stack).argmax(-1)
        else:
            best = learner.outputs(part.stack.actor, scaled, part.stack).argmax(-1)
        for seat in range(3):
            rows = obs[seat].unflatten(0, (2, -1))[member].numpy()
            played = policy.act(seat, rows, np.zeros((10, 0), np.float32), np.zeros(10, np.uint64), 0)
            assert played.argmax(1).tolist() == best[member * 3 + seat].tolist()


@pytest.mark.parametrize("name", ["normalise_obs", "normalise_reward"])
def test_each_switch_changes_what_is_learnt(name):
    plain = replace(SCALED, normalise_obs=False, normalise_reward=False)
    runs = [training(learner) for learner in (plain, replace(plain, **{name: True}))]
    for run in runs:
        list(run.run(300))
    assert not torch.equal(runs[0].parts[0].stack.critic, runs[1].parts[0].stack.critic)


def test_a_mixed_team_scales_what_is_seen_alike():
    ddpg = replace(SCALED, view="own", normalise_obs=False)
    with pytest.raises(ArenaError, match="for all of its learners, or for none"):
        training({"adversary": ddpg, "good": SCALED})
    run = training({"adversary": replace(ddpg, normalise_obs=True), "good": SCALED})
    assert [part.normaliser is not None for part in run.parts] == [True, True]
