"""Intervals of probabilities: those values from which what was seen is no surprise.

Each value is judged by the variance that it would bring itself, not by the one seen, so that such an interval stays
within [0, 1] and has a length even where all seeds agree.
"""

import numpy as np
from scipy.stats import norm

from league.fits.resample import LEVEL

Z = norm.ppf((1 + LEVEL) / 2)
BISECTIONS = 60  # halve [0, 1] to the last digit


def of_share(share: np.ndarray, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Both ends [...] of the interval of a probability, of which `share` [...] of so many draws were hits.

    Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference".
    """
    middle = (share + Z**2 / 2 / draws) / (1 + Z**2 / draws)
    reach = Z * np.sqrt(share * (1 - share) / draws + (Z / 2 / draws) ** 2) / (1 + Z**2 / draws)
    return middle - reach, middle + reach


def of_wins(value: np.ndarray, x: int, y: int, scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both ends [...] of the interval of the probability that an x beats a y, when `value` of all x * y pairs were won.

    Source: Newcombe 2006, "Confidence intervals for an effect size measure based on the Mann-Whitney statistic, part
    2", method 5. Differs: its variance supposes x and y to be about equally varied; here it is multiplied by `scale`
    [...], but never beyond that of draws of one side whose rank alone decides.
    """
    return _least_likely(value, x, y, scale), 1 - _least_likely(1 - value, x, y, scale)


def variance_of_wins(p: np.ndarray, x: int, y: int) -> np.ndarray:
    """The variance [...] of the share of pairs won, when each is won with probability p [...].

    Source: Hanley and McNeil 1982, "The meaning and use of the area under a receiver operating characteristic curve",
    of exponential scores, with the mean of x and y in place of either as in Newcombe's method 5.
    """
    others = (x + y) / 2 - 1
    return np.asarray(p * (1 - p) * (1 + others * ((1 - p) / (2 - p) + p / (1 + p))) / (x * y))


def _least_likely(value: np.ndarray, x: int, y: int, scale: np.ndarray) -> np.ndarray:
    """The smallest probability [...] from which the value is no surprise, by bisection."""
    below, above = np.zeros_like(value), np.array(value)
    for _ in range(BISECTIONS):
        p = (below + above) / 2
        spread = np.minimum(scale * variance_of_wins(p, x, y), p * (1 - p) / min(x, y))
        is_surprise = value - p > Z * np.sqrt(spread)
        below, above = np.where(is_surprise, p, below), np.where(is_surprise, above, p)
    return above
