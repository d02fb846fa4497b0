"""When a tournament may stop: by pairs, by precision, by a sequential test.

Source: league.pairs.sprt for the test.
"""

from collections.abc import Sequence

import numpy as np

from league.fits.resample import Estimate
from league.pairs import sprt


def by_pairs(played: np.ndarray, pairs: int) -> bool:
    """Whether so many pairs were played altogether; played [...] of each pairing."""
    return bool(np.sum(played) >= pairs)


def by_precision(ratings: Estimate, within: float, provisional: np.ndarray | bool = False) -> bool:
    """Whether all ratings [P] lie within +-`within`: half their intervals; none that is provisional does."""
    half = (ratings.high - ratings.low) / 2
    return bool(((half <= within) & ~np.asarray(provisional)).all())


def by_sprt(
    counts: Sequence[float] | np.ndarray,
    elo0: float,
    elo1: float,
    *,
    scale: str = "logistic",
    alpha: float = 0.05,
    beta: float = 0.05,
) -> bool:
    """Whether the five counts of pairs decide between the differences elo0 and elo1."""
    ratio = sprt.log_likelihood_ratio(counts, scale, elo0, elo1)
    return sprt.verdict(ratio, sprt.bounds(alpha, beta)) != "continue"
