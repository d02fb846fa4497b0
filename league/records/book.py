"""Finished legs in memory, found by what they are."""

from dataclasses import replace
from functools import cached_property

import numpy as np

from arena.games import COLUMNS, Games
from league.records.legs import Index, Rows, only_finished

RESULTS = tuple(name for name in COLUMNS if name not in ("player", "seed"))


class Book:
    """The finished legs among some games."""

    def __init__(self, games: Games) -> None:
        self._games = only_finished(games)
        self._index = Index()
        self._keys = self._index.keys(self._games)

    def results(self, schedule: Games) -> Games:
        """The schedule with the results of these legs filled in."""
        wanted = self._index.keys(schedule)
        written = {name: getattr(self._games, name) for name in RESULTS}
        if np.array_equal(wanted, self._keys):
            return replace(schedule, **written)
        row = self._rows.of(wanted)
        if (row >= 0).all():
            return replace(schedule, **{name: column[row] for name, column in written.items()})
        found = np.flatnonzero(row >= 0)
        columns = {name: getattr(schedule, name).copy() for name in RESULTS}
        for name, column in columns.items():
            column[found] = written[name][row[found]]
        return replace(schedule, **columns)

    @cached_property
    def _rows(self) -> Rows:
        return Rows(self._keys)
