"""Cells of a cross table with their intervals: contenders in rows and columns, over all pairs of their seeds.

Axes: V measures, X and Y players of a row's and a column's group, G games.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from league.fits.resample import Estimate
from league.studies.cross import CrossPlay, mean_played
from league.studies.intervals import Bounds, cell_mean, own_cell_mean
from league.studies.measures import Measure


@dataclass(frozen=True)
class Group:
    """Players that share a row and a column."""

    name: str
    players: Sequence[int]
    is_sampled: bool  # training seeds, of which there could be others; an anchor is what it is


@dataclass(frozen=True)
class Cell:
    """The games of a row's players against a column's."""

    row: Group
    column: Group
    games: np.ndarray  # [V, X, Y, G], nan where a pair has fewer, and where one was not played to its end
    planned: int

    @classmethod
    def of(cls, cross: CrossPlay, row: Group, column: Group) -> "Cell":
        planned = sum(len(cross.legs(i, j)) for i in row.players for j in column.players)
        return cls(row, column, cross.cell(row.players, column.players), planned)

    @property
    def played(self) -> int:
        """How many games were played to their end."""
        return int((~np.isnan(self.games[0])).sum())

    def estimate(self, measure: Measure) -> Estimate | None:
        """The mean of a measure over all pairs; None if some pair has not played."""
        return mean_of_games(self.row, self.column, self.games[measure.column], measure.bounds)

    def difference(self, one: Measure, other: Measure) -> Estimate | None:
        """The mean by which one measure is above another."""
        games = self.games[one.column] - self.games[other.column]
        is_share = one.is_share and other.is_share
        return mean_of_games(self.row, self.column, games, (-1.0, 1.0) if is_share else one.bounds)


def mean_of_games(row: Group, column: Group, games: np.ndarray, bounds: Bounds) -> Estimate | None:
    """The mean of games [X, Y, G] with its interval over seeds, or over games where nobody was trained.

    The pairs of a group against itself count alike, whether a seed meets itself or another.
    """
    scores = mean_played(games)
    if np.isnan(scores).any():
        return None
    if not (row.is_sampled or column.is_sampled):
        return cell_mean(games[~np.isnan(games)][:, None], (True, False), bounds)
    if row == column:
        seeds = len(scores)
        return own_cell_mean(scores, (seeds - 1) / seeds, 1 / seeds, bounds)
    return cell_mean(scores, (row.is_sampled, column.is_sampled), bounds)
