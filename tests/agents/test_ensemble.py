"""Ensembles: which policy plays, what each learns from, and that a checkpoint plays as training did."""

from dataclasses import fields, replace

import numpy as np
import pytest
import torch
from scipy.stats import chisquare
from stacks import SPEC, Supplied, double_, random_batch

from agents.actor_critic.ensemble import draw_, pick, rows_of_each
from agents.actor_critic.learner import ActorCritic
from agents.networks.perceptron import named_layers
from agents.policies import checkpoint
from agents.policies.card import ScenarioCard
from agents.policies.drawn import DrawnPolicy
from agents.policies.export import player_of, policies_of, sides_of
from agents.training.loop import Training
from arena.draw import seeds_of
from arena.errors import ArenaError
from arena.games import Games
from arena.playing import play, seat_streams
from arena.scenario import load
from arena.transition import Transition, seat_major

SEATS, K, E = SPEC.seats, 40, 3
SMALL = {"hidden": (8,), "batch_size": 16, "samples_per_step": 0.7, "warmup": 90}
SCENARIO = load("simple_adversary")


def owned_batch(members: int, rng, policies: int = E, count: int = K, dtype=torch.float64) -> Transition:
    batch = random_batch(members, policies * count, rng, dtype=dtype)
    return replace(batch, owner=torch.randint(policies, batch.owner.shape, generator=rng).to(dtype))


def test_a_game_draws_one_policy_evenly_and_keeps_it(rng):
    index = torch.zeros(6, 3000)
    number = draw_(index, E, rng)
    assert torch.equal(index, number + 1.0)
    for row in number:
        assert chisquare(torch.bincount(row, minlength=E)).pvalue > 1e-4
    index[:, :1500] = 0
    again = draw_(index, E, rng)
    assert torch.equal(again[:, 1500:], number[:, 1500:]) and not torch.equal(again[:, :1500], number[:, :1500])
    assert abs(np.corrcoef(number[0], number[1])[0, 1]) < 0.08  # seats draw alone


def test_the_owner_of_each_row_is_picked(rng):
    x, owner = torch.randn(2 * E, 5, 4, generator=rng), torch.randint(E, (2, 5), generator=rng)
    picked = pick(x, owner)
    for n in range(2):
        for k in range(5):
            assert torch.equal(picked[n, k], x[n * E + owner[n, k], k])


def test_each_policy_is_given_the_rows_that_it_played_in_their_order(rng):
    batch = owned_batch(2, rng)
    following = torch.randn(2, E * K, SEATS, 5, generator=rng)
    rows, after = rows_of_each(batch, following, SPEC, E)
    short = 0
    for n in range(2 * SEATS * E):
        member, seat, policy = n // (SEATS * E), n // E % SEATS, n % E
        own = [k for k in range(E * K) if batch.owner[member, k, seat] == policy][:K]
        short += len(own) < K
        for name in (f.name for f in fields(rows) if f.name != "frozen"):
            given, source = getattr(rows, name)[n], getattr(batch, name)[member]
            assert torch.equal(given[: len(own)], source[own])
            if name == "alive":
                assert not given[len(own) :].any()
        assert torch.equal(after[n, : len(own)], following[member, own])
    assert 0 < short < 2 * SEATS * E


@pytest.mark.parametrize("view", ["own", "all"])
def test_an_ensemble_is_learners_each_alone_on_what_they_played(view, rng):
    """Each policy and its critic against a plain learner that is given its rows and told what the others do next."""

    def silent(count):
        return iter([torch.zeros(1, dtype=torch.float64)] * count)

    learner = Supplied(view=view, ensemble=E, hidden=(12, 8))
    stack = double_(learner.init(SPEC, 1, rng))
    plain = replace(learner, ensemble=1)
    solos = {}
    for n in range(SEATS * E):
        solos[n] = double_(plain.init(SPEC, 1, rng))
        for name in ("actor", "critic", "target_actor", "target_critic"):
            getattr(solos[n], name)[n // E] = getattr(stack, name)[n]
    start = stack.actor.clone()
    for _ in range(10):
        batch = owned_batch(1, rng)
        following = learner.next_actions(stack, batch, silent(1))
        for n, solo in solos.items():
            seat = n // E
            own = (batch.owner[0, :, seat] == n % E).nonzero().squeeze(1)[:K]
            rows = {f.name: getattr(batch, f.name)[:, own] for f in fields(batch)}
            frozen = following[:, own].clone()
            frozen[:, :, seat] = rows["frozen"][:, :, seat]  # its own next action is its own business
            plain.update(solo, Transition(**{**rows, "frozen": frozen}), 0.0, silent(2))
        learner.update(stack, batch, 0.0, silent(2))
        for n, solo in solos.items():
            for name in ("actor", "critic", "target_actor", "target_critic"):
                assert (getattr(stack, name)[n] - getattr(solo, name)[n // E]).abs().max() < 1e-10
    assert (stack.actor - start).abs().max() > 0.01


def test_what_others_do_next_is_what_the_policy_that_was_playing_would(rng):
    learner = ActorCritic(ensemble=2, hidden=(8,))
    stack = learner.init(SPEC, 1, rng)
    batch = owned_batch(1, rng, 2, dtype=torch.float32)
    for k in range(2):
        action = learner.next_action(stack, batch, torch.Generator().manual_seed(1))
        stack.target_actor[k::2] += 0.5
        changed = learner.next_action(stack, batch, torch.Generator().manual_seed(1)) != action
        assert torch.equal(changed.any(2), seat_major(batch.owner) == k)


def test_in_training_the_owner_plays_a_whole_game():
    learner = ActorCritic(ensemble=E, hard=True, **{**SMALL, "warmup": 10**6})
    run = Training(SCENARIO, learner, steps=40 * 75, members=2, worlds=40, seed=1)
    actor = run.parts[0].stack.actor
    actor.zero_()
    for n, bias in enumerate(named_layers(actor, run.parts[0].stack.actor_shape)["b.1"]):
        bias[n % E] = 1e4  # policy k always does k
    list(run.run(3000))
    t = run.replay.row.unpack(run.replay.rows.view(2, 75, 40, -1))
    assert torch.equal(t.action.argmax(-1).float(), t.owner)
    games = t.owner.unflatten(1, (3, 25))
    assert torch.equal(games, games[:, :, :1].expand_as(games))
    counts = torch.bincount(games[:, :, 0].long().flatten(), minlength=E)
    assert counts.sum() == 2 * 3 * 40 * 3 and chisquare(counts).pvalue > 1e-4


@pytest.fixture(scope="module")
def trained() -> Training:
    torch.set_num_threads(1)
    run = Training(SCENARIO, ActorCritic(ensemble=E, **SMALL), steps=400, members=2, worlds=10, seed=3)
    list(run.run(400))
    return run


def test_a_saved_ensemble_draws_one_policy_for_each_game(trained, tmp_path):
    player = player_of(trained, 1, "maddpg")
    assert isinstance(player.policy, DrawnPolicy)
    obs = np.random.default_rng(1).normal(size=(3000, 10)).astype(np.float32)
    stream, memory = seat_streams(seeds_of(3000, "t"), 2), np.zeros((3000, 0), np.float32)
    played = player.policy.act(2, obs, memory, stream, 3)
    each = np.stack([policy.act(2, obs, memory, stream, 3) for policy in player.policy.policies])
    number = (each == played).all(2).argmax(0)
    assert np.array_equal(each[number, np.arange(3000)], played)
    assert chisquare(np.bincount(number, minlength=E)).pvalue > 1e-4
    later = player.policy.act(2, obs, memory, stream, 9)
    each = np.stack([policy.act(2, obs, memory, stream, 9) for policy in player.policy.policies])
    assert np.array_equal(each[number, np.arange(3000)], later)  # the same one throughout a game
    alone = np.concatenate([player.policy.act(2, obs[k : k + 1], memory[:1], stream[k : k + 1], 3) for k in range(9)])
    assert np.array_equal(alone, played[:9])


def test_its_policies_are_the_actors_of_its_member(trained):
    stack = trained.parts[0].stack
    obs = torch.randn(50, 10, generator=torch.Generator().manual_seed(1))
    outputs = ActorCritic().outputs(stack.actor, obs.expand(2 * SEATS * E, -1, -1), stack).softmax(-1)
    for k, policy in enumerate(player_of(trained, 1, "maddpg", act="greedy").policy.policies):
        for seat in range(SEATS):
            played = policy.act(seat, obs.numpy(), np.zeros((50, 0), np.float32), seeds_of(50, "t"), 0)
            np.testing.assert_allclose(played, outputs[(SEATS + seat) * E + k], atol=1e-5)


def test_a_checkpoint_of_an_ensemble_plays_the_same_games(trained, tmp_path):
    weights, parts = policies_of(trained, 0, "maddpg")
    card = checkpoint.save(
        tmp_path / "saved",
        weights,
        parts=parts,
        scenario=ScenarioCard(name=SCENARIO.name, version=SCENARIO.version, parameters=SCENARIO.parameters),
        seats=[seat.name for seat in SCENARIO.seats],
        sides=sides_of(trained),
        step=400,
        member=0,
        parent=None,
        configuration={},
    )
    assert card.parts[0].ensemble == E
    loaded, *_ = checkpoint.load(tmp_path / "saved")
    played = player_of(trained, 0, "maddpg")
    line_ups = np.zeros((30, SEATS), int)
    scores = []
    for player in (loaded, played):
        legs = Games.unplayed(SCENARIO, ["p"], line_ups, seeds_of(30, "t"))
        results, errors = play(legs, {"p": player}, SCENARIO)
        assert not errors
        scores.append(results.score)
    assert np.array_equal(*scores) and np.isfinite(scores[0]).all()
    wrong = parts[0].model_copy(update={"ensemble": 2})
    checkpoint.write_json(tmp_path / "saved" / "card.json", card.model_copy(update={"parts": [wrong]}).model_dump())
    with pytest.raises(ArenaError, match=r"the card says float32 \(6, "):
        checkpoint.load(tmp_path / "saved")


class Remembering:
    """Adds what it is to its memory, and plays that."""

    memory_width = 1

    def __init__(self, own: float) -> None:
        self.own = own

    def act(self, seat, obs, memory, stream, step):
        memory += self.own
        return memory.copy()


def test_each_game_keeps_the_memory_of_the_policy_that_plays_it():
    policy = DrawnPolicy((Remembering(1), Remembering(10)), 1, memory_width=1)
    stream, memory = seeds_of(50, "t"), np.zeros((50, 1), np.float32)
    for step in range(4):
        played = policy.act(0, np.zeros((50, 2), np.float32), memory, stream, step)
        assert set(played[:, 0] / (step + 1)) == {1, 10} and np.array_equal(played, memory)
