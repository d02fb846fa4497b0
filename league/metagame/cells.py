"""The payoff matrix of a league of two sides: what each player of the second side scores against each of the first.

Axes: B blocks of seeds, R resamples, P players, I of whom hold the second side (rows) and J the first (columns).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from arena.errors import ArenaError
from league.fits.resample import multiplicities
from league.metagame.decomposition import decompose
from league.payoff import Payoff

By = Literal["wins", "margins"]
HALF = 0.5  # what a pair of which nothing is known counts


@dataclass(frozen=True)
class Cells:
    """The legs of every match-up that could be, by block of seeds."""

    rows: np.ndarray  # [I] the players who have held the second side
    columns: np.ndarray  # [J] those who have held the first
    legs: np.ndarray  # [B, I, J]
    points: np.ndarray  # [B, I, J] what the rows made of them
    by: By

    @property
    def both(self) -> np.ndarray:
        """The players who have held both sides."""
        return np.intersect1d(self.rows, self.columns)

    @property
    def unseen(self) -> np.ndarray:
        """[I, J] bool, the match-ups without a leg."""
        return np.asarray(self.legs.sum(0) == 0)

    def payoff(self, weight: np.ndarray | None = None) -> np.ndarray:
        """What the rows score in a leg, [I, J], each block counted `weight` [B] times; see `fill` for unseen ones."""
        weight = np.ones(len(self.legs)) if weight is None else weight
        legs, points = (np.tensordot(weight, part, 1) for part in (self.legs, self.points))
        return fill(np.divide(points, legs, out=np.full(legs.shape, np.nan), where=legs > 0), self.by)

    def resampled(self, resamples: int, seed: int) -> Iterator[np.ndarray]:
        """Payoffs [I, J], the blocks drawn with replacement for each."""
        for weight in multiplicities(len(self.legs), resamples, seed):
            yield self.payoff(weight)


def cells(payoff: Payoff, by: By) -> Cells:
    """The cells of a payoff, by blocks or not, by wins, draws half, or by margins.

    The margin of a leg is half of what the second side scored more than the first: in a zero-sum game, its score.
    """
    if len(payoff.sides) != 2:
        raise ArenaError(f"the meta-game is played by two sides, not by {len(payoff.sides)}; see the scores instead")
    outcomes, total = payoff.outcomes, payoff.total
    points = outcomes[:, 1] + outcomes[:, 2] / 2 if by == "wins" else (total[:, 1] - total[:, 0]) / 2
    legs, points = payoff.planes(payoff.legs if by == "wins" else payoff.scored), payoff.planes(points)
    seen = legs.sum(0)
    columns, rows = np.flatnonzero(seen.sum(1)), np.flatnonzero(seen.sum(0))
    if not len(rows):
        raise ArenaError("the league has no finished leg to make a meta-game of; play some")
    place = np.ix_(np.arange(len(legs)), columns, rows)
    return Cells(rows, columns, legs[place].swapaxes(1, 2).astype(float), points[place].swapaxes(1, 2), by)


def fill(payoff: np.ndarray, by: By) -> np.ndarray:
    """The payoff [I, J] with what the additive model expects where it is nan; one half if that cannot tell either.

    A player's leg against itself is seldom played, and one half there would be far off wherever one side is favoured:
    the side game would be decided by legs that nobody saw.
    """
    unknown = np.isnan(payoff)
    if not unknown.any():
        return payoff
    try:
        expected = decompose(payoff).fitted
    except ValueError:  # rows and columns that no match-up connects
        expected = np.full(payoff.shape, HALF if by == "wins" or unknown.all() else np.nanmean(payoff))
    if by == "wins":
        expected = np.clip(expected, 0, 1)
    return np.where(unknown, expected, payoff)
