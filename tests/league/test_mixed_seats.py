"""Mixed seats: who sits where, from which worlds."""

import numpy as np
import pytest
from league_fakes import GAME, TEAM

from arena.errors import ArenaError
from arena.games import world_seeds
from arena.scenario import load
from league.records.legs import Index
from league.schedules.mixed_seats import mixed_seats

PAIR = load("simple_reference")
SIDES = dict.fromkeys(("ann", "bob", "cyd"), ("team",))


def line_ups(scenario, names, count=2):
    seeds = world_seeds(0, scenario, count)
    games = mixed_seats(scenario, names, seeds, SIDES)
    np.testing.assert_array_equal(games.seed, np.tile(seeds, len(games) // count))
    assert len(np.unique(Index().keys(games))) == len(games)
    by_leg = games.player.reshape(-1, count, len(scenario.seats))
    assert (by_leg == by_leg[:, :1]).all()  # the legs of a line-up stand together
    return by_leg[:, 0].tolist()


def test_of_two_seats_every_player_meets_every_other_in_both():
    assert line_ups(PAIR, ["ann", "bob"]) == [[0, 0], [1, 0], [0, 1], [1, 1]]


def test_of_three_seats_a_guest_takes_each():
    expected = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 0], [1, 1, 1]]
    assert line_ups(TEAM, ["ann", "bob"]) == expected
    assert len(line_ups(TEAM, ["ann", "bob", "cyd"])) == 3 + 6 * 3
    assert line_ups(TEAM, ["ann"]) == [[0, 0, 0]]


def test_games_without_partners_are_refused():
    for scenario, reason in ((GAME, "2 sides"), (load("simple"), "one seat")):
        with pytest.raises(ArenaError, match=f"has {reason}; seats are mixed in games of one side"):
            mixed_seats(scenario, ["ann"], np.arange(2), {"ann": tuple(scenario.sides)})
    with pytest.raises(ArenaError, match="twice"):
        mixed_seats(TEAM, ["ann", "ann"], np.arange(2), SIDES)
