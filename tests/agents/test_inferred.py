"""Inferred policies: likelihoods against torch's distributions, and who asks whom."""

from dataclasses import replace

import pytest
import torch
from stacks import SPEC, Supplied, double_, noise, one_hot_actions, random_batch
from torch.distributions import Categorical, Normal
from torch.nn.functional import one_hot

from agents.actor_critic.inferred import ENTROPY, WIDTH, Watched, log_likelihood
from agents.actor_critic.learner import ActorCritic
from agents.networks.heads import Heads, entropy
from agents.training.learner import Spec
from arena.game import Head

MOVE, WORD, PUSH = Head(0, 5), Head(5, 3), Head(8, 2, is_range=True)
MIXED = ((MOVE, WORD, PUSH), (WORD,), (MOVE, PUSH))
SEATS, ROWS = 3, 24


def test_likelihood_and_entropy_are_those_of_torch(rng):
    heads = Heads.of(MIXED, 10, members=1)
    outputs = torch.randn(3, 50, 10, generator=rng, dtype=torch.float64)
    action = torch.rand(3, 50, 10, generator=rng, dtype=torch.float64)  # a soft action stands for its strongest
    likelihood, spread = log_likelihood(heads, outputs, action), entropy(heads, outputs)
    for seat, own in enumerate(MIXED):
        expected = expected_entropy = torch.zeros(50, dtype=torch.float64)
        for start, width, is_range in own:
            part, done = outputs[seat, :, start : start + width], action[seat, :, start : start + width]
            if is_range:
                expected = expected + Normal((torch.tanh(part) + 1) / 2, WIDTH).log_prob(done).sum(1)
            else:
                choice = Categorical(logits=part)
                expected = expected + choice.log_prob(done.argmax(1))
                expected_entropy = expected_entropy + choice.entropy()
        torch.testing.assert_close(likelihood[seat], expected)
        torch.testing.assert_close(spread[seat], expected_entropy)


def test_a_narrow_choice_is_likely_within_its_width_only():
    heads = Heads.of(((Head(0, 2),), (Head(0, 5),)), 5, members=1)
    action = one_hot(torch.tensor([[1], [1]]), 5).float()
    assert log_likelihood(heads, torch.zeros(2, 1, 5), action).exp().flatten().tolist() == pytest.approx([1 / 2, 1 / 5])
    assert entropy(heads, torch.zeros(2, 1, 5)).exp().flatten().tolist() == pytest.approx([2, 5])


def watching(rng, **settings):
    learner = Supplied(inferred=True, hidden=(12, 8), **settings)
    return learner, double_(learner.init(replace(SPEC, sides=(0, 1, 1)), 2, rng))


def test_a_step_is_maximum_likelihood_with_entropy(rng):
    """The step of every approximation against torch's autograd on torch's distributions."""
    _, stack = watching(rng)
    inferred, latest = stack.inferred, one_hot_actions(random_batch(2, ROWS, rng))
    alive = (torch.rand(2, ROWS, SEATS, generator=rng) < 0.7).double()
    latest = replace(latest, alive=alive)
    before = inferred.online.clone()
    flat = before.clone().requires_grad_()
    outputs = inferred.outputs(flat, latest.obs).view(2, SEATS, SEATS, ROWS, 5)  # member, who watches, whom
    total, likelihood = 0.0, torch.zeros(2, SEATS)
    for member in range(2):
        for seat in range(SEATS):
            for other in range(SEATS):
                choice = Categorical(logits=outputs[member, seat, other])
                weight = alive[member, :, other] / alive[member, :, other].sum()
                mean = (choice.log_prob(latest.action[member, :, other].argmax(1)) * weight).sum()
                total = total - mean - ENTROPY * (choice.entropy() * weight).sum()
                likelihood[member, seat] += mean.item() / 2 if other != seat else 0
    (grad,) = torch.autograd.grad(total, flat)
    seen = inferred.learn(latest, rate=0.01, clip=1e9, tau=0.1)
    torch.testing.assert_close(inferred.optimiser.mean, 0.1 * grad)
    torch.testing.assert_close(seen.float(), likelihood.flatten())
    torch.testing.assert_close(inferred.target, 0.9 * before + 0.1 * inferred.online)
    assert (inferred.online - before).abs().max() > 0.009


def test_a_policy_that_is_watched_is_found(rng):
    """Seat 1 chooses by a linear softmax of what it sees; after training the divergence from it is small."""
    spec = Spec((3, 3), 3, 4)
    learner = ActorCritic(inferred=True, hidden=(16,), actor_lr=0.01, clip=10.0)
    stack, weight = learner.init(spec, 1, rng), torch.randn(3, 4, generator=rng)

    def watched(count: int):
        batch = random_batch(1, count, rng, spec, torch.float32)
        choice = Categorical(logits=batch.obs[0] @ weight)
        action = torch.multinomial(choice.probs.flatten(0, 1), 1, generator=rng).view(1, count, 2)
        return replace(batch, action=one_hot(action, 4).float()), choice

    def divergence() -> float:
        batch, choice = watched(500)
        outputs = stack.inferred.outputs(stack.inferred.target, batch.obs)
        return (
            torch.distributions.kl_divergence(Categorical(choice.probs[:, 1]), Categorical(logits=outputs[1]))
            .mean()
            .item()
        )

    start = divergence()
    for _ in range(400):
        batch, _ = watched(64)
        metrics = learner.update(stack, Watched(batch, batch), 0.0, rng)
    assert start > 0.2 and divergence() < 0.02
    choice = watched(2000)[1]
    assert metrics["likelihood"][0].item() == pytest.approx(-choice.entropy()[:, 1].mean().item(), abs=0.25)


def test_the_target_asks_approximations_of_others_and_the_own_target_actor(rng):
    learner, stack = watching(rng)
    batch, draws = random_batch(2, ROWS, rng), [*noise((6, ROWS, 5), rng, 1), *noise((18, ROWS, 5), rng, 1)]

    def target():
        return learner.target(stack, batch, learner.next_actions(stack, batch, iter(draws)))

    before = target()
    for n in range(6):
        stack.target_actor[n] += 0.5
        after = target()
        assert [not torch.equal(a, b) for a, b in zip(before, after, strict=True)] == [k == n for k in range(6)]
        before = after
    for row in range(18):
        watcher, other = divmod(row, SEATS)
        stack.inferred.target[row] += 0.5
        after = target()
        is_asked = watcher % SEATS != other
        changed = [not torch.equal(a, b) for a, b in zip(before, after, strict=True)]
        assert changed == [k == watcher and is_asked for k in range(6)]
        before = after
    stack.inferred.online += 1
    assert torch.equal(before, target())


def test_with_perfect_approximations_the_target_is_that_of_maddpg(rng):
    learner, stack = watching(rng)
    plain = replace(learner, inferred=False)
    by_member = stack.target_actor.view(2, 1, SEATS, -1).expand(-1, SEATS, -1, -1)
    stack.inferred.target.copy_(by_member.flatten(0, 2))
    batch = random_batch(2, ROWS, rng)
    batch = replace(batch, frozen=torch.full_like(batch.frozen, torch.nan))
    (draw,) = noise((6, ROWS, 5), rng, 1)
    spread = draw.view(2, 1, SEATS, ROWS, 5).expand(-1, SEATS, -1, -1, -1).flatten(0, 2)
    own = learner.next_actions(stack, batch, iter([draw, spread]))
    other = plain.next_actions(replace(stack, inferred=None), batch, iter([draw]))
    torch.testing.assert_close(learner.target(stack, batch, own), plain.target(stack, batch, other), atol=1e-12, rtol=0)


def test_it_needs_nothing_of_other_learners(rng):
    assert ActorCritic().reads_others and not ActorCritic(inferred=True).reads_others
    assert not ActorCritic(view="team").reads_others and not ActorCritic(view="own").reads_others
    spec = replace(SPEC, sides=(0, 1, 1), mine=(1, 2))
    learner = ActorCritic(inferred=True, hidden=(8,))
    batch = random_batch(2, ROWS, rng, SPEC, torch.float32)
    moved = []
    for frozen in (0.3, torch.nan):  # what the seat of another learner does next is not looked at
        stack = learner.init(spec, 2, torch.Generator().manual_seed(1))
        known = batch.frozen.clone()
        known[:, :, 0] = frozen
        given = Watched(replace(batch, frozen=known), batch)
        learner.update(stack, given, 0.0, torch.Generator().manual_seed(2))
        moved.append(stack.critic)
    assert torch.equal(*moved) and torch.isfinite(moved[0]).all()
    assert stack.inferred.online.shape[0] == 2 * 2 * 3
    assert stack.inferred.others.sum(1).tolist() == [2] * 4
