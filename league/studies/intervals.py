"""95% intervals for what a study says of contenders, when all that is known of each is a handful of training seeds.

Means (of a cell, of scores) have Student's t interval on the variance between seeds, with the degrees of freedom that
this variance has: exact for normal scores of one contender, however few its seeds, and close for cells. Where scores
can only lie between two bounds (a share of games) it is taken on the logit scale, which follows the skewness that a
bound brings and never leaves the bounds. Trimmed means and medians are no sums over seeds; they have the expanded
percentile interval of a bootstrap of whole seeds.

What five seeds cannot say, no formula can: if one seed in five fails, a third of all studies sees no failure and
reports a short interval around success. Nor does a t interval know of a long tail that it has not seen. See
benchmarks/coverage.py for how often each interval holds what it claims.

One seed has no interval: nan. Seeds that are equal to the last digit have no spread to go by; scores with known bounds
then get what n equal draws still allow, namely that a share 1 - 0.025^(1/n) of all seeds is as far away as can be
(the exact binomial interval of n successes in n), and unbounded scores get nan.

Axes: X, Y, N training seeds, T tasks (sides), M opponents, K thresholds; further axes may lead wherever [...] stands.
Source: Korn and Graubard 1998, "Confidence intervals for proportions with small expected number of positive counts
estimated from survey data" (logit); Hesterberg 2015, "What teachers should know about the bootstrap" (expanded
percentile).
"""

from collections.abc import Callable

import numpy as np
from scipy.special import expit
from scipy.stats import t

from league.fits.resample import LEVEL, Estimate, percentile
from league.studies import aggregate as statistics
from league.studies import score_interval, variance
from league.studies.bootstrap import whole_rows
from league.studies.variance import Spread

Bounds = tuple[float, float]
UNBOUNDED: Bounds = (-np.inf, np.inf)
SHARE: Bounds = (0.0, 1.0)
RESAMPLES = 10_000
EQUAL = 1e-12  # a standard error below this, relative to the value, is rounding
SUMS = ("mean", "optimality_gap")  # statistics that are means over seeds
TABLE = 1_000  # rows of a table that stands for a population


def cell_mean(
    scores: np.ndarray,
    sampled: tuple[bool, bool] = (True, True),
    bounds: Bounds = UNBOUNDED,
) -> Estimate:
    """The mean of a cell [..., X, Y] of two contenders, over their seeds.

    `sampled` says which of X and Y are seeds, at least one; what is not (an anchor) is fixed and is averaged over.
    Entries must come from games of their own: worlds that all of them share are in no spread between them.
    """
    seeds = [count for count, is_sampled in zip(scores.shape[-2:], sampled, strict=True) if is_sampled]
    spread = variance.crossed(scores) if all(sampled) else variance.of_rows(scores.mean(-1 if sampled[0] else -2))
    return _student(scores.mean((-2, -1)), spread, min(seeds), bounds)


def own_cell_mean(
    scores: np.ndarray,
    off: float = 1.0,
    diagonal: float = 0.0,
    bounds: Bounds = UNBOUNDED,
) -> Estimate:
    """off * (mean off the diagonal) + diagonal * (mean of the diagonal) of a contender against itself [..., N, N].

    (1, 0) is cross-play between seeds that have not met, (0, 1) self-play, (-1, 1) by how much self-play is ahead,
    ((N - 1) / N, 1 / N) the mean of all.
    """
    seeds = scores.shape[-1]
    own = np.diagonal(scores, axis1=-2, axis2=-1)
    value = diagonal * own.mean(-1)
    if off:
        value = value + off * (scores.sum((-2, -1)) - own.sum(-1)) / max(seeds * (seeds - 1), 1)
    return _student(value, variance.round_robin(scores, off, diagonal), seeds, bounds)


def mean_difference(x: np.ndarray, y: np.ndarray, bounds: Bounds = UNBOUNDED) -> Estimate:
    """mean(x) - mean(y) of the seeds of two contenders [..., X] and [..., Y], trained apart (Welch's interval)."""
    spread = variance.combine([variance.of_rows(x), variance.of_rows(y)])
    return _student(x.mean(-1) - y.mean(-1), spread, min(x.shape[-1], y.shape[-1]), bounds)


def paired_difference(x: np.ndarray, y: np.ndarray, bounds: Bounds = UNBOUNDED) -> Estimate:
    """mean(x) - mean(y) of [..., X, M] and [..., Y, M]: both have met the same M opponents, themselves seeds."""
    value = x.mean((-2, -1)) - y.mean((-2, -1))
    return _student(value, variance.difference(x, y), min(x.shape[-2], *y.shape[-2:]), bounds)


def improvement(x: np.ndarray, y: np.ndarray) -> Estimate:
    """The probability that a seed of x [..., X, T] scores higher than one of y [..., Y, T], averaged over tasks.

    The interval is that of score_interval.of_wins, its variance scaled to what the seeds' wins show (DeLong et al.
    1988): at least by 1 / T, as of tasks that are independent.
    """
    wins, tasks = statistics.wins(x, y), x.shape[-1]
    value, counts = wins.mean((-2, -1)), (wins.shape[-2], wins.shape[-1])
    if min(counts) < 2:
        return _unknown(value)
    shown = variance.combine([variance.of_rows(wins.mean(-1)), variance.of_rows(wins.mean(-2))]).variance
    supposed = score_interval.variance_of_wins(value, *counts)
    scale = np.divide(shown, supposed, out=np.ones_like(value), where=supposed > 0)
    return Estimate(value, *score_interval.of_wins(value, *counts, np.maximum(scale, 1 / tasks)))


def aggregate(name: str, scores: np.ndarray, bounds: Bounds = UNBOUNDED, seed: int = 0) -> Estimate:
    """A statistic of a contender's seed scores [..., N, T], by its name in aggregate.STATISTICS.

    A seed is drawn with all its tasks: what made it good on one side may have made it bad on the other. `bounds` are
    those of the scores.
    """
    statistic, seeds = statistics.STATISTICS[name], scores.shape[-2]
    value = statistic(scores)
    if name in SUMS or (name == "median" and scores.shape[-1] <= 2):  # of one task or two it is the mean
        of_seed = statistic(scores[..., :, None, :])
        ends = sorted(float(statistic(np.full((1, 1), bound))) for bound in bounds)
        return _student(value, variance.of_rows(of_seed), seeds, (ends[0], ends[1]))
    if seeds < 2:
        return _unknown(value)
    resampled = np.moveaxis(statistic(whole_rows(scores, RESAMPLES, seed)), -1, 0)
    estimate = percentile(value, resampled, seeds)
    is_equal = (scores.max(-2) == scores.min(-2)).all(-1)
    return _where(is_equal, _of_equals(statistic, scores, bounds), estimate)


def profile(scores: np.ndarray, tau: np.ndarray) -> Estimate:
    """The share of scores [..., N, T] above each threshold tau [K], [..., K], each with an interval of its own.

    It is Wilson's of N draws: right where all tasks of a seed agree, and long where they do not.
    """
    share, seeds = statistics.performance_profile(scores, tau), scores.shape[-2]
    if seeds < 2:
        return _unknown(share)
    return Estimate(share, *score_interval.of_share(share, seeds))


def _student(value: np.ndarray, spread: Spread, seeds: int, bounds: Bounds) -> Estimate:
    """Student's interval, between bounds that are both known on the logit scale of where the value lies."""
    error = np.sqrt(spread.variance)
    reach = t.ppf((1 + LEVEL) / 2, spread.dof) * error
    low, high = bounds
    if np.isfinite(bounds).all():
        place = np.clip((value - low) / (high - low), EQUAL, 1 - EQUAL)
        logit = np.log(place) - np.log1p(-place)
        reach = reach / (high - low) / place / (1 - place)
        ends = [low + (high - low) * expit(logit + side * reach) for side in (-1, 1)]
    else:
        ends = [np.clip(value + side * reach, low, high) for side in (-1, 1)]
    equal = _of_equal_means(value, seeds, bounds)
    return _where(error <= EQUAL * np.maximum(1, np.abs(value)), equal, Estimate(value, *ends))


def _of_equal_means(value: np.ndarray, seeds: int, bounds: Bounds) -> Estimate:
    """The interval of a mean of equal seeds: a share of all others, unseen so far, may lie at either bound."""
    if seeds < 2 or not np.isfinite(bounds).all():
        return _unknown(value)
    unseen = _unseen(seeds)
    return Estimate(value, value - unseen * (value - bounds[0]), value + unseen * (bounds[1] - value))


def _of_equals(statistic: Callable[[np.ndarray], np.ndarray], scores: np.ndarray, bounds: Bounds) -> Estimate:
    """Likewise of any statistic of equal rows [..., N, T], from tables that stand for such populations."""
    value = statistic(scores)
    if not np.isfinite(bounds).all():
        return _unknown(value)
    is_unseen = np.arange(TABLE)[:, None] < np.ceil(_unseen(scores.shape[-2]) * TABLE)
    ends = [statistic(np.where(is_unseen, bound, scores[..., :1, :])) for bound in bounds]
    return Estimate(value, np.minimum(*ends), np.maximum(*ends))


def _unseen(seeds: int) -> float:
    """The largest share of all seeds of which none shows up among so many, at the level of one end."""
    return float(1 - ((1 - LEVEL) / 2) ** (1 / seeds))


def _unknown(value: np.ndarray) -> Estimate:
    return Estimate(value, np.full_like(value, np.nan), np.full_like(value, np.nan))


def _where(chosen: np.ndarray, one: Estimate, other: Estimate) -> Estimate:
    return Estimate(other.value, np.where(chosen, one.low, other.low), np.where(chosen, one.high, other.high))
