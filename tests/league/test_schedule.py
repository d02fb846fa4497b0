"""Who meets whom."""

import numpy as np
import pytest
from league_fakes import ADVERSARY, GAME, GOOD, TEAM

from arena.errors import ArenaError
from arena.games import End, world_seeds
from league.schedules.round_robin import round_robin

SEEDS = world_seeds(3, GAME, 4)
BOTH = (ADVERSARY, GOOD)


def test_everyone_meets_everyone_on_both_sides_from_the_same_seeds() -> None:
    names = ["a", "b", "c"]
    games = round_robin(GAME, names, SEEDS, dict.fromkeys(names, BOTH))
    assert len(games) == 3 * 2 * 4
    assert (games.end == End.UNPLAYED).all()
    lineups = [(row[0], row[1], row[2]) for row in games.player.tolist()]
    # Runs of one line-up, and a pair's two line-ups side by side.
    assert lineups[::4] == [(0, 1, 1), (1, 0, 0), (0, 2, 2), (2, 0, 0), (1, 2, 2), (2, 1, 1)]
    for run in range(6):
        assert len(set(lineups[4 * run : 4 * run + 4])) == 1
        np.testing.assert_array_equal(games.seed[4 * run : 4 * run + 4], SEEDS)


def test_players_of_one_side_meet_those_of_the_other() -> None:
    sides = {"a": (ADVERSARY,), "g": (GOOD,), "h": (GOOD,), "x": BOTH}
    games = round_robin(GAME, list(sides), SEEDS[:1], sides)
    lineups = {(games.names[row[0]], games.names[row[1]]) for row in games.player.tolist()}
    assert lineups == {("a", "g"), ("a", "h"), ("a", "x"), ("x", "g"), ("x", "h")}


def test_one_side_plays_alone() -> None:
    games = round_robin(TEAM, ["a", "b"], SEEDS, {"a": ("team",), "b": ("team",)})
    np.testing.assert_array_equal(games.player, np.repeat([[0, 0, 0], [1, 1, 1]], 4, axis=0))
    np.testing.assert_array_equal(games.seed, np.tile(SEEDS, 2))


@pytest.mark.parametrize(
    ("sides", "names", "message"),
    [
        ({"a": ("godo",), "b": BOTH}, ["a", "b"], "did you mean 'good'"),
        ({"a": BOTH}, ["a"], "nobody can meet"),
        ({"a": (GOOD,), "b": (GOOD,)}, ["a", "b"], "needs players for adversary and good"),
        ({"a": BOTH}, ["a", "a"], "entered twice"),
    ],
)
def test_what_cannot_be_scheduled_is_told(sides: dict, names: list[str], message: str) -> None:
    with pytest.raises(ArenaError, match=message):
        round_robin(GAME, names, SEEDS, sides)
