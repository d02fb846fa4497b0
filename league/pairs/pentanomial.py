"""What the scores of one player against another say: Elo, normalised Elo, likelihood of superiority.

A pair is two games from one seed with the sides swapped. Its score is 0, 1/4, 1/2, 3/4 or 1, and the five counts of
these (LL, LD, WL + DD, WD, WW) are the evidence: the two games of a pair hang together, pairs do not. Single games
have three counts (L, D, W).

With mean m and variance v of the score of each of N pairs,

    Elo = -400 log10(1 / m - 1),    nElo = 800 / ln 10 (m - 1/2) / sqrt(2 v),    LOS = Phi((m - 1/2) / sqrt(v / N))

where 2 v becomes v for single games. Intervals (95%) are those of m, with a normal error.

Source: fishtest, server/fishtest/stats; fastchess, app/src/matchmaking/elo. Normalised Elo: Van den Bergh 2020,
"Normalized Elo".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.stats import norm

from league.fits.resample import Estimate, normal

NELO = 800 / np.log(10)  # normalised Elo points in a t-value of one game
LEAST_COUNT = 1e-3  # in place of 0, so that every score is possible and the variance above zero


class Scores(NamedTuple):
    """The distribution of scores: K = 5 for pairs, 3 for single games."""

    number: float  # N, how many there are
    score: np.ndarray  # [K] ascending from 0 to 1
    share: np.ndarray  # [K]

    @property
    def mean(self) -> float:
        """Their mean m."""
        return float(self.share @ self.score)

    @property
    def variance(self) -> float:
        """Their variance v."""
        return float(self.share @ (self.score - self.mean) ** 2)

    @property
    def games(self) -> int:
        """Games in one score: 2 of a pair."""
        return (len(self.score) - 1) // 2


@dataclass(frozen=True)
class Comparison:
    """One player against another."""

    mean: float
    variance: float
    elo: Estimate  # []
    nelo: Estimate  # []
    los: float  # likelihood that the player is the better one
    draw_ratio: float  # share of pairs, or games, that ended even
    pairs_ratio: float  # pairs, or games, that were won for each that was lost; infinite if none was


def scores_of(counts: Sequence[float] | np.ndarray) -> Scores:
    """The distribution that five or three counts describe, of which none is zero any more."""
    if len(counts) not in (3, 5):
        raise ValueError(f"{len(counts)} counts; pairs have five, single games three")
    positive = np.maximum(np.asarray(counts, np.float64), LEAST_COUNT)
    return Scores(float(positive.sum()), np.linspace(0, 1, len(positive)), positive / positive.sum())


def compare(counts: Sequence[float] | np.ndarray) -> Comparison:
    """What five counts of pairs, or three of games, say; ends of the interval of Elo may be infinite."""
    scores = scores_of(counts)
    middle = len(counts) // 2
    error = np.sqrt(scores.variance / scores.number)
    mean = normal(np.array(scores.mean), error)
    won, lost = sum(counts[middle + 1 :]), sum(counts[:middle])
    return Comparison(
        mean=scores.mean,
        variance=scores.variance,
        elo=Estimate(*(_elo(m) for m in (mean.value, mean.low, mean.high))),
        nelo=Estimate(*(_nelo(m, scores) for m in (mean.value, mean.low, mean.high))),
        los=float(norm.cdf((scores.mean - 0.5) / error)),
        draw_ratio=float(counts[middle] / sum(counts)),
        pairs_ratio=float(won / lost) if lost else np.inf,
    )


def _elo(mean: np.ndarray) -> np.ndarray:
    """The Elo difference at which `mean` is expected."""
    inside = np.clip(mean, 0, 1)
    with np.errstate(divide="ignore"):
        return np.asarray(400 * (np.log10(inside) - np.log10(1 - inside)))


def _nelo(mean: np.ndarray, scores: Scores) -> np.ndarray:
    return np.asarray(NELO * (mean - 0.5) / np.sqrt(scores.games * scores.variance))
