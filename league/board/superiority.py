"""How likely everybody is better than everybody else."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from arena.errors import ArenaError
from league.joint import MOST_COMPARED, Ratings


def superiority(ratings: Ratings, order: Sequence[str]) -> dict[str, Any]:
    """`cells` [P][P]: how likely the row's player is better overall than the column's, null of a player and itself.

    From the resamples behind the intervals, see `league.ranking`. ArenaError for too many players.
    """
    if (table := ratings.superiority) is None:
        raise ArenaError(f"superiority compares up to {MOST_COMPARED:,} players, not {len(order):,}: leave it out")
    row_of = {name: row for row, name in enumerate(ratings.names)}
    rows = [row_of[player] for player in order]
    cells = np.round(table[np.ix_(rows, rows)].astype(np.float64), 4).tolist()
    return {
        "players": list(order),
        "cells": [[None if i == j else cell for j, cell in enumerate(row)] for i, row in enumerate(cells)],
    }
