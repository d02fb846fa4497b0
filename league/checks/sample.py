"""Which pairs of a league are played again: the same ones whoever asks, in whatever order the legs lie.

Axes: G legs, P players.
"""

import numpy as np

from arena.draw import children, seed_of, units
from arena.games import Games


def sampled(games: Games, share: float, fewest: int, key: int) -> np.ndarray:
    """Which legs [G] belong to a sample of about `share` of all pairs, or of `fewest` pairs if that is more.

    A pair is all legs of one seed and the same two players; a leg of one player is a pair by itself. Each is in or out
    by a number that is a hash of what it is and of `key`, so that whoever asks for a larger share gets those of a
    smaller one too.
    """
    if not len(games):
        return np.zeros(0, np.bool_)
    number = np.array([seed_of(name) for name in games.names], np.uint64)[games.player]
    draw = units(children(games.seed ^ number.min(1), 1) ^ number.max(1), key)
    least = np.unique(draw)[:fewest]
    return np.asarray(draw <= max(share, least[-1] if fewest else 0.0))
