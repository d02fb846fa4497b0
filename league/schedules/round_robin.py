"""Who meets whom: pure functions of the players and the seeds, with no counters to restore.

Axes: G legs, A seats, S sides, L line-ups.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from arena.errors import ArenaError, nearest
from arena.game import Game
from arena.games import Games, seat_of_sides


def round_robin(scenario: Game, names: Sequence[str], seeds: np.ndarray, sides: Mapping[str, Sequence[str]]) -> Games:
    """Everyone against everyone from the same seeds; `sides` says which sides each player (a content hash) can hold.

    Two sides: each two players who can meet are a pair of legs a seed, one with the sides swapped; who holds only one
    side meets those who hold the other. One side: each player alone, a leg a seed. The legs of a line-up stand
    together, for a batch of one line-up is the cheapest to play.
    """
    if len(set(names)) < len(names):
        raise ArenaError("a player is entered twice; enter each checkpoint once")
    can = can_hold(scenario, names, sides)
    count = can.shape[1]
    if count > 2:
        raise ArenaError(f"{scenario.name} has {count} sides; a round-robin is for one side or two")
    lineups = _meetings(can) if count == 2 else np.flatnonzero(can[:, 0])[:, None]
    if not len(lineups):
        raise ArenaError(f"nobody can meet: {scenario.name} needs players for {' and '.join(scenario.sides)}; add some")
    by_leg = np.repeat(lineups, len(seeds), axis=0)
    return Games.unplayed(scenario, names, seat_of_sides(scenario, by_leg), np.tile(seeds, len(lineups)))


def can_hold(scenario: Game, names: Sequence[str], sides: Mapping[str, Sequence[str]]) -> np.ndarray:
    """Which player [P] can hold which side [S], bool; ArenaError for a side that the scenario does not have."""
    known = list(scenario.sides)
    can = np.zeros((len(names), len(known)), np.bool_)
    for row, name in enumerate(names):
        for side in sides[name]:
            if side not in known:
                raise ArenaError(f"player {name} holds side {side!r} of {scenario.name}; {nearest(side, known)}")
            can[row, known.index(side)] = True
    return can


def _meetings(can: np.ndarray) -> np.ndarray:
    """The line-ups [L, 2] of distinct players: for each two, first one way round, then the other."""
    one, other = np.triu_indices(len(can), k=1)
    both = np.stack([np.stack([one, other], axis=1), np.stack([other, one], axis=1)], axis=1).reshape(-1, 2)
    return np.asarray(both[can[both[:, 0], 0] & can[both[:, 1], 1]])
