"""Numbering what occurs in a long column.

Axes: G rows, D distinct values.
"""

import numpy as np

FEW = 1 << 14  # distinct values, among which a search is quicker than a sort of all rows
ROOMY = 4  # places for each row up to which a table of all places is quicker than a sort


def distinct(column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct values of a column [G], in order, and which of them each row has: [D] and [G]."""
    # Neighbours mostly share a value, so sort the few runs instead of the rows.
    is_new = np.ones(len(column), np.bool_)
    is_new[1:] = column[1:] != column[:-1]
    has_runs = 2 * int(is_new.sum()) < len(column)
    runs = column[is_new] if has_runs else column
    ascending = np.sort(runs)  # not np.unique, which hashes: ten times as long where most are distinct
    values = ascending[np.append(True, ascending[1:] != ascending[:-1])[: len(runs)]]
    index = values.searchsorted(runs) if len(values) < FEW else np.unique(runs, return_inverse=True)[1]
    return values, index[np.cumsum(is_new) - 1] if has_runs else index


def distinct_places(place: np.ndarray, places: int) -> tuple[np.ndarray, np.ndarray]:
    """The same of places [G] that are below `places`."""
    if places > ROOMY * len(place):
        return distinct(place)
    is_taken = np.zeros(places, np.bool_)
    is_taken[place] = True
    return np.flatnonzero(is_taken), (np.cumsum(is_taken, dtype=np.int64) - 1)[place]
