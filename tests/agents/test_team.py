"""Mixed teams: who learns what from whom, and players that stay as they are."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from stacks import SPEC, Supplied, double_, random_batch

from agents.actor_critic.learner import ActorCritic
from agents.actor_critic.view import joint_rows
from agents.networks.perceptron import forward, layers
from agents.q_learning.learner import Dqn
from agents.training.held import Held
from agents.training.loop import Training
from agents.training.replay import Replay
from agents.training.settings import find_learner
from agents.training.team import learners_of, parts_of
from arena.draw import children
from arena.errors import ArenaError
from arena.player import Player
from arena.scenario import load

SMALL = {"hidden": (8,), "batch_size": 16, "samples_per_step": 0.7, "warmup": 90}
MADDPG, DDPG, DQN = ActorCritic(**SMALL), ActorCritic(view="own", hard=True, **SMALL), Dqn(**SMALL)
SCENARIO = load("simple_adversary")
BAD, GOOD = replace(SPEC, sides=(0, 1, 1), mine=(0,)), replace(SPEC, sides=(0, 1, 1), mine=(1, 2))


def training(holders, **changes) -> Training:
    return Training(SCENARIO, holders, **{"steps": 400, "members": 2, "worlds": 10, "seed": 3, **changes})


def trained(holders, **changes) -> Training:
    run = training(holders, **changes)
    list(run.run(400))
    return run


def test_sides_with_equal_learners_are_one_part_and_train_as_if_named_once(rng):
    holders = {"adversary": MADDPG, "good": replace(MADDPG)}
    assert [part.spec.mine for part in parts_of(SCENARIO, holders, 2, 4, rng)] == [(0, 1, 2)]
    both, one = trained(holders), trained(MADDPG)
    first, second = both.parts[0].stack.tensors(), one.parts[0].stack.tensors()
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_sides_with_unequal_learners_are_parts_of_their_own(rng):
    holders = {"adversary": DDPG, "good": MADDPG}
    parts = parts_of(SCENARIO, holders, 2, 4, rng)
    assert [part.spec.mine for part in parts] == [(0,), (1, 2)]
    assert [part.memory.shape for part in parts] == [(2, 4, 0), (4, 4, 0)]
    assert [part.stack.actor.shape[0] for part in parts] == [2, 4]
    assert parts[1].stack.critic_shape.inputs == 3 * (10 + 5)  # reads the side that is not its own
    words = {"adversary": "ddpg", "good": "maddpg"}
    chosen = learners_of(words, "fast", {"tau": 0.02, "good.gamma": 0.7})
    assert [(chosen[side].view, chosen[side].gamma, chosen[side].tau) for side in words] == [
        ("own", find_learner("ddpg").gamma, 0.02),
        ("all", 0.7, 0.02),
    ]


def test_an_independent_side_learns_as_if_it_were_alone(rng):
    """The DDPG of a mixed team is moved as the same seats of a DDPG for all, whatever the others are."""

    def silent():
        return iter([torch.zeros(1, dtype=torch.float64)] * 2)

    learner = Supplied(view="own", hidden=(12, 8))
    whole = double_(learner.init(SPEC, 2, rng))
    part = double_(learner.init(BAD, 2, rng))
    for name in ("actor", "critic", "target_actor", "target_critic"):
        getattr(part, name).copy_(getattr(whole, name)[[0, 3]])
    for _ in range(10):
        batch = random_batch(2, 24, rng)
        learner.update(whole, batch, 0.0, silent())
        learner.update(part, batch, 0.0, silent())
    for name in ("actor", "critic", "target_actor", "target_critic"):
        torch.testing.assert_close(getattr(part, name), getattr(whole, name)[[0, 3]], atol=1e-10, rtol=0)


@pytest.mark.parametrize("other", [DDPG, DQN])
def test_a_central_critic_takes_the_other_learners_target_action(other):
    run = trained({"adversary": other, "good": MADDPG})
    bad, good = run.parts
    batch = run.replay.sample(50, torch.Generator().manual_seed(1))
    run.rng.manual_seed(5)
    told = run.with_others(good, batch)
    expected = other.next_action(bad.stack, batch, torch.Generator().manual_seed(5))  # [M, K, U]
    assert torch.equal(told.frozen[:, :, 0], expected) and told.frozen[:, :, 1:].isnan().all()
    following = MADDPG.next_actions(good.stack, told, torch.Generator().manual_seed(6))
    own = MADDPG.next_action(good.stack, told, torch.Generator().manual_seed(6)).view(2, 2, 50, 5)
    assert torch.equal(following, torch.stack([expected, own[:, 0], own[:, 1]], 2))
    weights = layers(good.stack.target_critic, good.stack.critic_shape)
    joint = joint_rows(batch.next_obs, following).repeat_interleave(2, 0)
    q_next = forward(weights, joint).view(2, 2, 50)
    by_hand = batch.reward[..., 1:].transpose(1, 2) + 0.95 * batch.discount[..., 1:].transpose(1, 2) * q_next
    target = MADDPG.target(good.stack, told, following).view(2, 2, 50)
    torch.testing.assert_close(target, by_hand)
    with_nothing = MADDPG.target(good.stack, told, torch.where(torch.arange(3).view(3, 1) == 0, 0, following))
    assert not torch.allclose(with_nothing.view(2, 2, 50), by_hand)


@pytest.mark.parametrize(
    ("learner", "asked"),
    [(MADDPG, True), (replace(MADDPG, view="team"), False), (replace(MADDPG, inferred=True), False), (DDPG, False)],
)
def test_only_a_learner_that_reads_others_asks_them(learner, asked, monkeypatch):
    run, calls = training({"adversary": DQN, "good": learner}), []
    real = Dqn.next_action
    monkeypatch.setattr(Dqn, "next_action", lambda self, *args: calls.append(1) or real(self, *args))
    (*_, report) = run.run(400)
    assert [part.updates for part in run.parts] == [13, 13] and report.updates == 26
    assert len(calls) == (13 if asked else 0)


class Counting:
    """Plays by its stream and by how often it has acted in the game, which it keeps in its memory."""

    memory_width = 1

    def act(self, seat, obs, memory, stream, step):
        assert (memory[:, 0] == step).all()
        memory[:, 0] += 1
        draw = (children(stream, step) >> np.uint64(40)).astype(np.float32) / (1 << 24)
        action = np.zeros((len(obs), 5), np.float32)
        action[:, seat], action[:, 3] = draw, memory[:, 0] / 100
        return action


def replayed(run: Training):
    """All transitions [M, T, W] of a run whose replay holds them."""
    rounds = run.replay.added // run.replay.worlds
    rows = run.replay.rows[:, : run.replay.added].view(run.members, rounds, run.replay.worlds, -1)
    return run.replay.row.unpack(rows)


def held(side: str = "good") -> Held:
    return Held.by(Player("counting", "0" * 64, Counting(), (side,)), SCENARIO.action_width)


def test_what_a_held_player_is_said_to_do_next_is_what_it_then_does():
    run = trained({"adversary": MADDPG, "good": held()}, steps=700)
    t = replayed(run)
    goes_on = ~t.last[:, :-1].bool()
    said, done = t.frozen[:, :-1, :, 1:][goes_on], t.action[:, 1:, :, 1:][goes_on]
    assert torch.equal(said, done) and len(said) == 2 * 10 * (70 - 1 - 2)
    assert t.frozen[:, :, :, 0].isnan().all()
    drawn = t.action[..., 1, 1]
    assert len(drawn.unique()) > 0.99 * drawn.numel()  # worlds and games have streams of their own


def test_a_held_player_acts_as_in_a_game_that_counts():
    """Its memory starts at 0 with every game, its frames count from 0, and it has one stream for a game."""
    run = training({"adversary": MADDPG, "good": held()}, steps=500)
    stack, streams = run.parts[1].stack, []
    for _ in run.run(10):
        streams.append(stack.stream.clone())
    t = replayed(run)
    for frame in range(50):
        before = streams[frame - 1] if frame else None
        if frame % 25 == 0 and frame:
            assert not torch.equal(before, streams[frame - 2])
        if frame % 25 > 1:
            assert torch.equal(before, streams[frame - 2])
        assert torch.allclose(t.action[:, frame, :, 1:, 3], torch.tensor((frame % 25 + 1) / 100))
    for n in range(4):
        member, seat = divmod(n, 2)
        stream = streams[0][n].numpy().view(np.uint64)
        for frame in range(24):
            seen = t.obs[member, frame, :, 1 + seat].numpy()
            memory = np.full((10, 1), frame, np.float32)
            played = Counting().act(1 + seat, seen, memory, stream, frame)
            assert np.array_equal(t.action[member, frame, :, 1 + seat].numpy(), played)


def test_a_critic_is_told_what_a_held_player_does_next(rng):
    """The stored action of the seat that is held stands in the target; the seats that learn are asked."""
    learner = Supplied(hidden=(12, 8))
    stack = double_(learner.init(GOOD, 1, rng))
    batch = random_batch(1, 30, rng)
    frozen = torch.full_like(batch.frozen, torch.nan)
    frozen[:, :, 0] = torch.rand(1, 30, 5, generator=rng, dtype=torch.float64)
    following = learner.next_actions(stack, replace(batch, frozen=frozen), iter([torch.zeros(1)]))
    assert torch.equal(following[:, :, 0], frozen[:, :, 0])
    outputs = learner.outputs(stack.target_actor, batch.next_obs[0].transpose(0, 1)[1:], stack)
    torch.testing.assert_close(following[0, :, 1:].transpose(0, 1), outputs.softmax(-1))


def test_each_learner_of_a_team_draws_from_as_many_transitions_as_it_keeps(monkeypatch):
    """The common replay is as large as the largest asked for."""
    run = training({"adversary": replace(DQN, replay=50), "good": MADDPG})
    ages, real = [], Replay.draw

    def draw(self, count, rng):
        number = real(self, count, rng)
        ages.append((self.added - number).max().item())
        return number

    monkeypatch.setattr(Replay, "draw", draw)
    list(run.run(400))
    short, long = sorted((ages[::2], ages[1::2]), key=max)  # each learner draws in its turn
    assert 40 < max(short) <= 50 and max(long) > 300


def test_a_preset_is_for_all_sides_or_for_some():
    words = {"adversary": "dqn", "good": "maddpg"}
    fast, paper = ({side: find_learner(word, name) for side, word in words.items()} for name in ("fast", "paper"))
    assert learners_of(words, "paper", {}) == paper
    assert learners_of(words, "good=paper", {}) == {"adversary": fast["adversary"], "good": paper["good"]}
    assert learners_of(words, "adversary=naive,good=paper", {})["adversary"] == find_learner("dqn", "naive")


@pytest.mark.parametrize(
    ("preset", "message"),
    [
        ("good=papr", "did you mean 'paper'"),
        ("god=paper", "did you mean 'good'"),
        ("good=paper,good=fast", "name one for good"),
        ("good=", "name one for good"),
    ],
)
def test_presets_of_sides_that_cannot_be(preset, message):
    with pytest.raises(ArenaError, match=message):
        learners_of({"adversary": "dqn", "good": "maddpg"}, preset, {})
