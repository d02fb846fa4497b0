"""Playing legs: results depend on who sat where and on the seed, and on nothing else."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from arena.draw import units
from arena.engine.worlds import Worlds
from arena.games import End, Games, seat_of_sides, world_seeds
from arena.player import Player
from arena.playing import play, seat_streams
from arena.scenario import DRAW, load

ADVERSARY, GOOD = 0, 1


@dataclass
class Still:
    """Rests; a hook may spoil its actions."""

    spoil: object = None
    memory_width: int = 0

    def act(self, seat, obs, memory, stream, step):
        action = np.zeros((len(obs), 5), np.float32)
        return action if self.spoil is None else self.spoil(action, obs, step)


class Wanderer:
    """Draws from its streams and remembers how far it went, so that a mixed-up row would show."""

    memory_width = 2

    def act(self, seat, obs, memory, stream, step):
        action = np.zeros((len(obs), 5), np.float32)
        action[:, 2] = units(stream, 5 * step)
        action[:, 3] = np.clip(memory[:, 0], 0, 1)
        memory[:, 0] = 0.5 * memory[:, 0] + 0.1 * action[:, 2] + 0.01 * np.abs(obs[:, 0])
        memory[:, 1] += 1
        assert (memory[:, 1] == step + 1).all()
        return action


@pytest.fixture(scope="module")
def scenario():
    return load("simple_adversary", max_cycles=6)


def player(policy, key):
    return Player(key, key, policy, ("adversary", "good"))


def round_robin(scenario, policies, seeds=7):
    """Every ordered pair of players from the same seeds, and the players by hash."""
    names = tuple(policies)
    sides = np.array([[i, j] for i in range(len(names)) for j in range(len(names)) for _ in range(seeds)])
    seed = np.tile(world_seeds(3, scenario, seeds), len(names) ** 2)
    games = Games.unplayed(scenario, names, seat_of_sides(scenario, sides), seed)
    return games, {name: player(policy, name) for name, policy in policies.items()}


def assert_same(left, right):
    for name in ("score", "winner", "end", "fault", "metrics"):
        np.testing.assert_array_equal(getattr(left, name), getattr(right, name), err_msg=name)


def test_results_do_not_depend_on_the_batch_or_the_order(scenario):
    games, players = round_robin(scenario, {"a": Still(), "b": Wanderer(), "c": Wanderer()})
    whole, errors = play(games, players, scenario)
    assert not errors and (whole.end == End.PLAYED).all() and np.isfinite(whole.score).all()
    for batch_legs in (1, 5, 7, 1000):
        assert_same(play(games, players, scenario, batch_legs)[0], whole)
    order = np.random.default_rng(0).permutation(len(games))
    assert_same(play(games[order], players, scenario, 11)[0], whole[order])


def test_a_leg_is_the_game_of_its_seed(scenario):
    """Resting players against the engine itself: returns, metrics and winner are those of the world."""
    games, players = round_robin(scenario, {"a": Still()}, seeds=30)
    played, _ = play(games, players, scenario)
    worlds = Worlds(scenario, 30)
    worlds.reset(games.seed)
    for _ in range(6):
        out = worlds.step(np.zeros((3, 30), np.int64))
    np.testing.assert_array_equal(played.score, np.stack([out.returns[:, 0], out.returns[:, 1:].mean(1)], 1))
    np.testing.assert_array_equal(played.metrics, out.metrics)
    np.testing.assert_array_equal(played.winner, out.winner)
    assert {ADVERSARY, GOOD, DRAW} == set(played.winner.tolist())


def test_the_same_players_on_the_same_seed_play_the_same_leg_whatever_they_are_called(scenario):
    games, players = round_robin(scenario, {"b": Wanderer(), "c": Wanderer()})
    played, _ = play(games, players, scenario)
    first = played[slice(0, 7)]
    for lo in (7, 14, 21):
        assert_same(played[slice(lo, lo + 7)], first)


def test_seats_draw_from_streams_of_their_own(scenario):
    seeds = world_seeds(1, scenario, 100)
    streams = np.concatenate([seeds, *(seat_streams(seeds, seat) for seat in range(3))])
    assert len(np.unique(streams)) == 400


def spoil_late(action, obs, step):
    """Illegal in the last step, in the rows whose first observation is positive."""
    action[:, 0] = np.where((obs[:, 0] > 0) & (step == 5), np.nan, 0)
    return action


def test_an_illegal_action_forfeits_its_leg_and_no_other(scenario):
    games, players = round_robin(scenario, {"good": Still(), "bad": Still(spoil_late)}, seeds=20)
    played, errors = play(games, players, scenario)
    clean, _ = play(games, {name: replace(players["good"], hash=name) for name in players}, scenario)
    assert not errors
    at_fault = played.end == End.FORFEIT
    assert 10 < at_fault.sum() < 60 and not at_fault[:20].any()
    assert_same(played[~at_fault], clean[~at_fault])
    only_adversary = at_fault & (games.player[:, 0] == 1) & (games.player[:, 1] == 0)
    assert only_adversary.any() and (played.winner[only_adversary] == GOOD).all()
    assert (played.fault[only_adversary] == 0).all()
    only_good = at_fault & (games.player[:, 0] == 0)
    assert only_good.any() and (played.winner[only_good] == ADVERSARY).all() and (played.fault[only_good] > 0).all()
    assert np.isnan(played.score[at_fault]).all() and np.isnan(played.metrics[at_fault]).all()


SHAPES = [
    np.zeros((7, 4), np.float32),
    np.zeros(5, np.float32),
    np.zeros((7, 5), np.int64),
    "push",
    None,
    np.float32(1),
]


@pytest.mark.parametrize("answer", SHAPES, ids=repr)
def test_an_answer_of_the_wrong_shape_forfeits(scenario, answer):
    games, players = round_robin(scenario, {"good": Still(), "bad": Still(lambda *_: answer)})
    played, errors = play(games, players, scenario)
    assert not errors
    assert (played.end[:7] == End.PLAYED).all() and (played.end[7:] == End.FORFEIT).all()


def explode(kind):
    def spoil(action, obs, step):
        if step == 3:
            raise kind("no")
        return action

    return spoil


@pytest.mark.parametrize("kind", [ValueError, SystemExit, ZeroDivisionError])
def test_a_player_that_raises_voids_its_legs_and_says_why(scenario, kind):
    games, players = round_robin(scenario, {"good": Still(), "bad": Still(explode(kind))})
    played, errors = play(games, players, scenario)
    clean, _ = play(games, {name: replace(players["good"], hash=name) for name in players}, scenario)
    assert errors == {"bad": f"{kind.__name__}: no"}
    assert (played.end[7:] == End.VOID).all() and (played.winner[7:] == DRAW).all()
    assert np.isnan(played.score[7:]).all() and (played.fault[7:14] > 0).all() and (played.fault[14:21] == 0).all()
    assert_same(played[slice(0, 7)], clean[slice(0, 7)])


def test_control_c_is_not_a_fault_of_a_player(scenario):
    games, players = round_robin(scenario, {"bad": Still(explode(KeyboardInterrupt))})
    with pytest.raises(KeyboardInterrupt):
        play(games, players, scenario)


def test_one_sided_games_have_no_winner_even_by_forfeit():
    scenario = load("simple_spread", max_cycles=3)
    seed = world_seeds(0, scenario, 4)
    games = Games.unplayed(scenario, ("a",), np.zeros((4, 3)), seed)
    played, _ = play(games, {"a": player(Still(), "a")}, scenario)
    assert (played.winner == DRAW).all() and played.score.shape == (4, 1) and (played.score < 0).all()
    forfeited, _ = play(games, {"a": player(Still(lambda *_: None), "a")}, scenario)
    assert (forfeited.winner == DRAW).all() and (forfeited.end == End.FORFEIT).all()


def test_no_games_are_played_at_once(scenario):
    games = Games.unplayed(scenario, (), np.zeros((0, 3)), np.zeros(0))
    assert len(play(games, {}, scenario)[0]) == 0
