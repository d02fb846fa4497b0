"""Anchors: players whose rating is given, so that leagues which share them have one scale.

On each side the anchors who have held it take the place of everybody: their mean there is what is given, an equal part
of the rating for each side that an anchor has held. What the others are worth is relative to them, and so is the side
advantage; the error of an anchor is part of the others' intervals, and a single anchor has none itself. A side that no
anchor has held has mean zero over its holders, as without anchors.

Source: as a shift after the fit, like Ordo's and bayeselo's, for only differences are known from games. Differs: by
side, and in every resample, so that intervals are those of differences to the anchors.
Axes: P players, S = 2 sides, N = 1 + 3P readings, see `league.fits.readout`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from arena.errors import ArenaError


@dataclass(frozen=True)
class Zero:
    """Where a scale begins."""

    centre: np.ndarray  # [P, S] bool, the players whose mean on a side is known
    level: np.ndarray  # [S] what it is

    @classmethod
    def of(cls, names: Sequence[str], held: np.ndarray, anchors: Mapping[str, float]) -> Self:
        """Of anchors by content hash; ArenaError for one that has held no side."""
        row_of = {name: row for row, name in enumerate(names)}
        rows = [row_of.get(anchor, -1) for anchor in anchors]
        for anchor, row in zip(anchors, rows, strict=True):
            if row < 0 or not held[row].any():
                raise ArenaError(f"the anchor {anchor} has played no leg; anchor players that have")
        is_anchor = np.zeros(len(names), np.bool_)
        given = np.zeros(len(names))
        is_anchor[rows], given[rows] = True, list(anchors.values())
        anchored = held & is_anchor[:, None]
        part = given / np.maximum(1, held.sum(1))
        level = (anchored * part[:, None]).sum(0) / np.maximum(1, anchored.sum(0))
        return cls(np.where(anchored.any(0), anchored, held), level)

    def offset(self, held: np.ndarray) -> np.ndarray:
        """What is to be added to readings [N] whose centres read 0."""
        sides = held * self.level
        return np.concatenate([[self.level[1] - self.level[0]], *sides.T, sides.sum(1)])
