"""Bootstrap over blocks of seeds, and the intervals that come of it."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, t

LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """A number with its 95% interval; the three arrays have one shape."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def __getitem__(self, rows: slice | int | tuple[int, int]) -> "Estimate":
        return Estimate(self.value[rows], self.low[rows], self.high[rows])

    def __neg__(self) -> "Estimate":
        return Estimate(-self.value, -self.high, -self.low)


def multiplicities(blocks: int, resamples: int, seed: int) -> np.ndarray:
    """How often each block is drawn, [R, B], when B are drawn from B with replacement."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(blocks, np.full(blocks, 1 / blocks), size=resamples).astype(np.float64)


def percentile(value: np.ndarray, resampled: np.ndarray, blocks: int) -> Estimate:
    """The expanded percentile interval of value [...] from its resampled values [R, ...]; at least two blocks.

    The plain percentile interval is too short for few blocks, by sqrt((B - 1) / B) and by the normal quantile in
    place of Student's; reading further out makes up for both.
    Source: Hesterberg 2015, "What teachers should know about the bootstrap", section 4.2 and appendix.
    """
    reach = t.ppf((1 + LEVEL) / 2, blocks - 1) * np.sqrt(blocks / (blocks - 1))
    low, high = np.quantile(resampled, [norm.cdf(-reach), norm.cdf(reach)], axis=0)
    return Estimate(value, np.minimum(low, value), np.maximum(high, value))


def normal(value: np.ndarray, spread: np.ndarray) -> Estimate:
    """The interval of value [...] with a normal error of standard deviation `spread` [...]."""
    reach = norm.ppf((1 + LEVEL) / 2) * spread
    return Estimate(value, value - reach, value + reach)
