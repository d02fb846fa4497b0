"""Mixed seats: in a game of one side, everyone by itself and as a guest in everyone else's team.

Axes: G legs, A seats, L line-ups, P players.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from arena.errors import ArenaError
from arena.game import Game
from arena.games import Games
from league.schedules.round_robin import can_hold


def mixed_seats(scenario: Game, names: Sequence[str], seeds: np.ndarray, sides: Mapping[str, Sequence[str]]) -> Games:
    """From the same seeds every team of one player, and for each two a team of the one with the other in each seat.

    `sides` says which sides each player (a content hash) can hold. A game of two seats has no hosts: both are guests of
    each other, and each line-up is there once. The legs of a line-up stand together.
    """
    if len(scenario.sides) != 1 or len(scenario.seats) < 2:
        has = f"{len(scenario.sides)} sides" if len(scenario.sides) > 1 else "one seat"
        raise ArenaError(f"{scenario.name} has {has}; seats are mixed in games of one side and several seats")
    if len(set(names)) < len(names):
        raise ArenaError("a player is entered twice; enter each checkpoint once")
    players, seats = np.flatnonzero(can_hold(scenario, names, sides)[:, 0]), len(scenario.seats)
    host, guest, seat = np.indices((len(players), len(players), seats)).reshape(3, -1)
    is_new = (seat == 0) | (host != guest) & (seats > 2)
    line_ups = seated(players[host[is_new]], players[guest[is_new]], seat[is_new], seats)
    by_leg = np.repeat(line_ups, len(seeds), axis=0)
    return Games.unplayed(scenario, names, by_leg, np.tile(seeds, len(line_ups)))


def seated(host: np.ndarray, guest: np.ndarray, seat: np.ndarray, seats: int) -> np.ndarray:
    """Who sits in each of so many seats, [L, A]: guest [L] in seat [L], host [L] in all others."""
    return np.where(np.arange(seats) == seat[:, None], guest[:, None], host[:, None])
