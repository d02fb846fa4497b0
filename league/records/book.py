"""Finished legs in memory, found by what they are."""

from dataclasses import replace

import numpy as np

from arena.games import COLUMNS, Games
from league.records.legs import Index, is_finished

RESULTS = tuple(name for name in COLUMNS if name not in ("player", "seed"))


class Book:
    """The finished legs among some games."""

    def __init__(self, games: Games) -> None:
        self._games = games if (finished := is_finished(games)).all() else games[finished]
        self._index = Index()
        keys = self._index.keys(self._games)
        self._order = np.argsort(keys)
        self._keys = keys[self._order]

    def results(self, schedule: Games) -> Games:
        """The schedule with the results of these legs filled in."""
        if not len(self._keys):
            return schedule
        wanted = self._index.keys(schedule)
        place = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        found = np.flatnonzero(self._keys[place] == wanted)
        row = self._order[place[found]]
        columns = {name: getattr(schedule, name).copy() for name in RESULTS}
        for name, column in columns.items():
            column[found] = getattr(self._games, name)[row]
        return replace(schedule, **columns)
