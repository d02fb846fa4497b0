"""Whether a likelihood of results has a maximum, or would send a rating, the advantage or the ties to infinity.

It has none where some direction of the parameters makes no game that was observed less likely: where the difference
(l_i - l_j + delta z) - kappa does not fall for a win of i over j, and |l_i - l_j + delta z| - kappa does not rise for a
draw. Here l are the strengths, delta is the advantage of the favoured side (z = 1), and kappa says how likely ties are.

Source: Albert and Anderson 1984, "On the existence of maximum likelihood estimates in logistic regression models",
theorem 2; for strengths alone, Ford 1957, "Solution of a ranking problem from binary comparisons", assumption 1.
"""

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from league.ratings.results import Cells


def undecided(cells: Cells, players: int) -> np.ndarray:
    """Which players [P] are outside the set, if any, that holds most of them and hangs together.

    Draw an arrow from each player to all those it took a win or a draw from; in such a set, arrows lead from everyone
    to everyone.
    """
    took, gave = cells.counts[:, :2].any(1), cells.counts[:, 1:].any(1)
    start = np.concatenate([cells.first[took], cells.second[gave]])
    stop = np.concatenate([cells.second[took], cells.first[gave]])
    arrows = coo_array((np.ones(len(start)), (start, stop)), shape=(players, players))
    _, label = connected_components(arrows, connection="strong")
    return np.asarray(2 * np.bincount(label)[label] <= players)


def is_connected(cells: Cells, players: int) -> bool:
    """Whether everybody can be compared with everybody, through others if need be."""
    met = coo_array((np.ones(len(cells.first)), (cells.first, cells.second)), shape=(players, players))
    return int(connected_components(met, directed=False)[0]) == 1


def is_bounded(cells: Cells, players: int, with_ties: bool) -> bool:
    """Whether the advantage and the ties have finite estimates, given that the players hang together."""
    has_sides, has_ties = bool(cells.favoured.any()), with_ties and bool(cells.counts[:, 1].any())
    if not (has_sides or has_ties) or _is_plainly_bounded(cells, players):
        return True
    rows = _constraints(cells, players, has_ties)
    bounds = [(None, None)] * players + [(-float(has_sides), float(has_sides)), (0, float(has_ties))]
    for column, sign in ((players, 1), (players, -1), (players + 1, 1)):
        aim = np.zeros(players + 2)
        aim[column] = -sign
        if linprog(aim, rows, np.zeros(rows.shape[0]), bounds=bounds).fun < -1e-7:
            return False
    return True


def _is_plainly_bounded(cells: Cells, players: int) -> bool:
    """A quick proof for large tables: both won in one cell; in pairs, each won favoured, and each won against it."""
    wins, _, losses = cells.counts.T
    if not (wins * losses).any():
        return False
    if not cells.favoured.any():
        return True
    sides = cells.favoured == 1
    key, turned = cells.first * players + cells.second, cells.second * players + cells.first

    def is_mutual(rows: np.ndarray) -> bool:
        return bool(np.isin(key[rows], turned[rows]).any())

    return is_mutual(sides & (wins > 0)) and is_mutual(sides & (losses > 0))


def _constraints(cells: Cells, players: int, has_ties: bool) -> coo_array:
    """Rows that must not be positive, in (l, delta, kappa): one for each outcome of each cell that occurred."""
    parts = []
    # a draw bounds the difference from both ends
    for outcome, sign, tie in ((0, -1, 1), (1, -1, -1), (1, 1, -1), (2, 1, 1)):
        rows = np.flatnonzero(cells.counts[:, outcome])
        tie_column = np.full(len(rows), tie * has_ties)
        values = np.stack(
            [np.full(len(rows), sign), np.full(len(rows), -sign), sign * cells.favoured[rows], tie_column], 1
        )
        columns = np.stack(
            [cells.first[rows], cells.second[rows], np.full(len(rows), players), np.full(len(rows), players + 1)], 1
        )
        parts.append((values, columns))
    values, columns = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    row = np.repeat(np.arange(len(values)), 4)
    return coo_array((values.ravel().astype(float), (row, columns.ravel())), shape=(len(values), players + 2))
