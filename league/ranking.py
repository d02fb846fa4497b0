"""Ranks from resampled ratings: who is better than whom, and the places that a player may have.

Axes: P players, R resamples.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from league.fits.resample import LEVEL, Resampled, expansion

AT_ONCE = 1 << 22  # numbers
DIGITS = 6  # ratings that differ by less are one
UNKNOWN = 1e9  # the spread of a rating of which no error is known


@dataclass(frozen=True)
class Draws:
    """What the ratings might be as well, according to their errors."""

    resampled: Resampled
    readings: slice  # which of them are the ratings
    spread: np.ndarray  # [P] the standard deviation of a rating whose error resampling does not show, else nan
    blocks: int
    count: int  # R

    def batches(self) -> Iterator[np.ndarray]:
        """Ratings [r, P] of a few resamples after the other, as far out as their intervals reach."""
        rng, value = np.random.default_rng(0), self.resampled.value[self.readings]
        unsure = np.flatnonzero(~np.isnan(self.spread))
        spread = np.minimum(self.spread[unsure], UNKNOWN)
        rows = max(1, AT_ONCE // max(1, len(value)))
        for lo in range(0, self.count, rows):
            moved = self.resampled.at(self.readings, slice(lo, min(lo + rows, self.count))) - value
            moved *= expansion(max(2, self.blocks))
            moved[:, unsure] = spread * rng.standard_normal((len(moved), len(unsure)))
            yield np.round(value + moved, DIGITS)

    def table(self) -> np.ndarray:
        """All of them: [P, R]."""
        return np.concatenate([batch.astype(np.float32).T for batch in self.batches()], axis=1)

    def rank_range(self) -> tuple[np.ndarray, np.ndarray]:
        """The best and the worst rank [P] that the errors leave open, 95%; that of the rating itself is within."""
        found = [ranks(rating) for batch in self.batches() for rating in batch]
        best, worst = (np.array([pair[end] for pair in found]) for end in (0, 1))
        low = np.quantile(best, (1 - LEVEL) / 2, axis=0, method="inverted_cdf")
        high = np.quantile(worst, (1 + LEVEL) / 2, axis=0, method="inverted_cdf")
        own_best, own_worst = ranks(np.round(self.resampled.value[self.readings], DIGITS))
        return np.minimum(low, own_best), np.maximum(high, own_worst)


def ranks(rating: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rank [P] of each rating [P], the largest first: the best and the worst of those that equals share."""
    ascending, players = np.sort(rating), len(rating)
    best = 1 + players - np.searchsorted(ascending, rating, side="right")
    return best.astype(np.int32), (players - np.searchsorted(ascending, rating, side="left")).astype(np.int32)


def superiority(rating: np.ndarray) -> np.ndarray:
    """How likely the player of the row is better than that of the column, [P, P], from ratings [P, R].

    The share of the resamples in which it is, and half of those in which both are equal. Source: the matrices of Ordo
    ("confidence for superiority") and BayesElo ("likelihood of superiority"). Differs: from resamples, in which the
    worlds that both played are drawn together.
    """
    players, resamples = rating.shape
    better = np.full((players, players), 0.5)
    for row, own in enumerate(rating[:-1]):
        others = rating[row + 1 :]
        halves = (own > others).sum(1, dtype=np.int32) + (own >= others).sum(1, dtype=np.int32)
        better[row, row + 1 :] = halves / (2 * resamples)
        better[row + 1 :, row] = 1 - better[row, row + 1 :]
    return better
