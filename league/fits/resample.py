"""Bootstrap over blocks of seeds, and the intervals that come of it."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from scipy.stats import norm, t

LEVEL = 0.95
AT_ONCE = 512  # readings


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

    def scaled(self, factor: float) -> "Estimate":
        """In other units; `factor` is above 0."""
        return Estimate(factor * self.value, factor * self.low, factor * self.high)

    def replaced(self, rows: np.ndarray, other: "Estimate") -> "Estimate":
        """With the rows [P] bool taken from another estimate, of which there are as many as true ones."""
        value, low, high = self.value.copy(), self.low.copy(), self.high.copy()
        value[rows], low[rows], high[rows] = other.value, other.low, other.high
        return Estimate(value, low, high)


class Resampled(Protocol):
    """N readings of a fit, and what they are in each of R resamples."""

    @property
    def value(self) -> np.ndarray:
        """[N]"""

    def at(self, readings: slice, resamples: slice = ...) -> np.ndarray:
        """The resampled readings [R, N], as far as asked."""


@dataclass(frozen=True)
class Refits:
    """Readings of which each resample was fitted anew."""

    value: np.ndarray  # [N]
    table: np.ndarray  # [R, N]

    def at(self, readings: slice, resamples: slice = slice(None)) -> np.ndarray:
        """The resampled readings [R, N], as far as asked."""
        return self.table[resamples, readings]


@dataclass(frozen=True)
class Shifted:
    """Readings with a number added to each, the same in every resample."""

    plain: Resampled
    offset: np.ndarray  # [N]

    @property
    def value(self) -> np.ndarray:
        """[N]"""
        return np.asarray(self.plain.value + self.offset)

    def at(self, readings: slice, resamples: slice = slice(None)) -> np.ndarray:
        """The resampled readings [R, N], as far as asked."""
        return np.asarray(self.plain.at(readings, resamples) + self.offset[readings])


class Outcomes(NamedTuple):
    """A fit by wins, draws and losses."""

    resampled: Resampled
    spread: np.ndarray  # [n] of some readings: their standard deviation if legs were independent
    log_nu: float


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
    reach = norm.ppf((1 + LEVEL) / 2) * expansion(blocks)
    low, high = np.quantile(resampled, [norm.cdf(-reach), norm.cdf(reach)], axis=0)
    return Estimate(value, np.minimum(low, value), np.maximum(high, value))


def expansion(blocks: int) -> float:
    """How much further out than the plain percentile interval the expanded one reaches."""
    student = t.ppf((1 + LEVEL) / 2, blocks - 1) / norm.ppf((1 + LEVEL) / 2)
    return float(student * np.sqrt(blocks / (blocks - 1)))


def percentiles(resampled: Resampled, blocks: int) -> Estimate:
    """The expanded percentile intervals of all readings [N]."""
    starts = range(0, len(resampled.value), AT_ONCE)
    rows = [slice(lo, lo + AT_ONCE) for lo in starts]
    parts = [percentile(resampled.value[part], resampled.at(part), blocks) for part in rows]
    return Estimate(resampled.value, *(np.concatenate([getattr(p, end) for p in parts]) for end in ("low", "high")))


def normal(value: np.ndarray, spread: np.ndarray) -> Estimate:
    """The interval of value [...] with a normal error of standard deviation `spread` [...]."""
    reach = norm.ppf((1 + LEVEL) / 2) * spread
    return Estimate(value, value - reach, value + reach)
