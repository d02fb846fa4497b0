"""A table of results, and its games counted by who met whom."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np


class Cells(NamedTuple):
    """Games counted by players and side: the same for any order of the games and of the two names in a row."""

    first: np.ndarray  # [C] the favoured player, or where nobody is, the one whose name comes first
    second: np.ndarray  # [C]
    favoured: np.ndarray  # [C]  1 if the first player held the favoured side, 0 if nobody did
    counts: np.ndarray  # [C, 3] won, drawn, lost by the first player


@dataclass(frozen=True)
class Results:
    """Games in the order in which they were played."""

    names: tuple[str, ...]  # [P] sorted
    player: np.ndarray  # [G]   int32, who reports the score
    opponent: np.ndarray  # [G] int32
    score: np.ndarray  # [G]    1, 0.5 or 0, seen from `player`
    favoured: np.ndarray  # [G] int8: 1 if the player held the favoured side, -1 if the opponent did, 0 if nobody

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, float, int]]) -> Self:
        """The table of rows (player, opponent, score, favoured)."""
        place: dict[str, int] = {}
        player, opponent, score, favoured = array("i"), array("i"), array("d"), array("b")
        for name, other, points, side in rows:
            player.append(place.setdefault(name, len(place)))
            opponent.append(place.setdefault(other, len(place)))
            score.append(points)
            favoured.append(side)
        names = tuple(sorted(place))
        rank = np.empty(len(names), np.int32)
        rank[[place[name] for name in names]] = np.arange(len(names))
        return cls(names, rank[player], rank[opponent], np.array(score), np.array(favoured))

    def __len__(self) -> int:
        return len(self.score)

    def __getitem__(self, rows: slice | np.ndarray) -> Self:
        """The games of these rows, of the same players."""
        columns = (self.player, self.opponent, self.score, self.favoured)
        return type(self)(self.names, *(column[rows] for column in columns))

    @property
    def games(self) -> np.ndarray:
        """[P] how many games each player has."""
        return np.bincount(np.concatenate([self.player, self.opponent]), minlength=len(self.names))

    @property
    def has_sides(self) -> bool:
        """Whether anybody was favoured in any game."""
        return bool(self.favoured.any())

    @cached_property
    def cells(self) -> Cells:
        """The games counted."""
        is_turned = (self.favoured < 0) | ((self.favoured == 0) & (self.player > self.opponent))
        first = np.where(is_turned, self.opponent, self.player).astype(np.int64)
        second = np.where(is_turned, self.player, self.opponent).astype(np.int64)
        lost = 1 - self.score
        outcome = np.rint(2 * np.where(is_turned, self.score, lost)).astype(np.int64)
        players = len(self.names)
        key, cell = np.unique((first * players + second) * 2 + np.abs(self.favoured), return_inverse=True)
        counts = np.bincount(cell * 3 + outcome, minlength=3 * len(key)).reshape(-1, 3)
        return Cells(key // 2 // players, key // 2 % players, key % 2, counts)
