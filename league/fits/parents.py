"""Parents as a prior: a player is thought to be about as good as the one it was trained from.

Source: KataGo's distributed training, which rates networks by virtual draws with their parents. Differs: they come out
as all legs of the league together, not as draws, so they say nothing of the side advantage or of draws.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from league.fits.matchups import Matchups

VIRTUAL = 1.0  # legs, each way round


def with_parents(matchups: Matchups, names: Sequence[str], parents: Mapping[str, str]) -> Matchups:
    """The match-ups, and the virtual legs of players with those they were trained from."""
    row_of = {name: row for row, name in enumerate(names)}
    known = [(row_of[c], row_of[p]) for c, p in parents.items() if c in row_of and p in row_of]
    pairs = np.array([pair for c, p in known for pair in ((c, p), (p, c))], np.int64).reshape(-1, 2)
    first, second = pairs[matchups.held[pairs[:, 0], 0] & matchups.held[pairs[:, 1], 1]].T
    return matchups.with_virtual(first, second, VIRTUAL) if len(first) else matchups
