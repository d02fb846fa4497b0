"""How uncertain a mean over seeds is, when both sides of every game were trained from seeds of their own.

A cell's entry [i, j] is m + a_i + b_j + e_ij: the seed of one side, the seed of the other, and what the two make of
each other together with the noise of their games. Every seed stands in a whole row or column of entries, which is why
the entries of a cell may not be treated as so many independent numbers.

Source: Searle, Casella and McCulloch 1992, "Variance components", chapter 4 (crossed random effects); Satterthwaite
1946, "An approximate distribution of estimates of variance components".
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Spread(NamedTuple):
    """The variance of a mean, and how well it is known."""

    variance: np.ndarray  # [...]
    dof: np.ndarray  # [...] degrees of freedom of the variance


def of_rows(scores: np.ndarray) -> Spread:
    """The spread of the mean of seeds' scores [..., N]; nan of one seed."""
    seeds = scores.shape[-1]
    return Spread(_variance(scores) / seeds, np.full(scores.shape[:-1], float(max(seeds - 1, 1))))


def crossed(scores: np.ndarray) -> Spread:
    """The spread of the mean of a cell [..., X, Y] in which both X and Y are seeds; nan if either is one.

    Rows and columns each bring their own variance and, both, the interaction's, which is taken off once. The variance
    is never less than that of the rows alone, or of the columns.
    """
    rows, columns = of_rows(scores.mean(-1)), of_rows(scores.mean(-2))
    return combine([rows, columns], [_interaction(scores)], [rows, columns])


def difference(x: np.ndarray, y: np.ndarray) -> Spread:
    """The spread of mean(x) - mean(y) for [..., X, M] and [..., Y, M]: seeds of two contenders, M opponents in common.

    Opponents are seeds too: what they do to x and y alike cancels, and what they do to one only stays.
    """
    opponents = of_rows(x.mean(-2) - y.mean(-2))
    seeds = [of_rows(x.mean(-1)), of_rows(y.mean(-1))]
    return combine([*seeds, opponents], [_interaction(x), _interaction(y)], [opponents, combine(seeds)])


def round_robin(scores: np.ndarray, off: float, diagonal: float) -> Spread:
    """The spread of off * (mean off the diagonal) + diagonal * (mean of the diagonal) of cells [..., N, N].

    One draw of N seeds stands on both sides, so seeds are left out one at a time, each with its row and its column.
    That jackknife counts the seeds' own parts rightly and what two of them make of each other too often: the interval
    is a little long, never too short. nan of fewer than three seeds, if anything off the diagonal counts.
    Source: Efron and Stein 1981, "The jackknife estimate of variance".
    """
    seeds = scores.shape[-1]
    own = np.diagonal(scores, axis1=-2, axis2=-1)
    if off == 0:
        return of_rows(own * diagonal)
    if seeds < 3:
        return of_rows(np.full_like(own, np.nan))
    shared = scores.sum(-1) + scores.sum(-2) - 2 * own  # of all cells that a seed stands in, but its own
    without = off * _without_each(shared.sum(-1) / 2, shared, (seeds - 1) * (seeds - 2))
    without += diagonal * _without_each(own.sum(-1), own, seeds - 1)
    return of_rows((seeds - 1) * without)


def combine(added: Sequence[Spread], taken_off: Sequence[Spread] = (), least: Sequence[Spread] = ()) -> Spread:
    """The sum of independent variances less others, with Satterthwaite's degrees of freedom, and no less than `least`.

    Each of `least` is part of the sum on its own. Where little is left after the subtraction the formula has hardly a
    degree of freedom, but the sum is known no worse than the largest of them is.
    """
    variance = _sum([s.variance for s in added]) - _sum([s.variance for s in taken_off])
    doubt = _sum([s.variance**2 / s.dof for s in (*added, *taken_off)])
    dof = np.divide(variance**2, doubt, out=np.full(np.shape(variance), np.inf), where=doubt > 0)
    for part in least:
        dof = np.where(part.variance > variance, part.dof, np.maximum(dof, part.dof))
        variance = np.maximum(part.variance, variance)
    return Spread(np.asarray(variance), np.asarray(dof))


def _sum(parts: Sequence[np.ndarray]) -> np.ndarray:
    return np.asarray(sum(parts, np.zeros(())))


def _variance(values: np.ndarray) -> np.ndarray:
    """The unbiased variance over the last axis; nan of one value."""
    if values.shape[-1] < 2:
        return np.full(values.shape[:-1], np.nan)
    return np.asarray(values.var(-1, ddof=1))


def _interaction(scores: np.ndarray) -> Spread:
    """The part of the variance of the mean of [..., X, Y] that is neither of rows nor of columns."""
    rows, columns = scores.shape[-2:]
    dof = max((rows - 1) * (columns - 1), 1)
    centred = scores - scores.mean(-1, keepdims=True) - scores.mean(-2, keepdims=True)
    centred = centred + scores.mean((-2, -1), keepdims=True)
    variance = (centred**2).sum((-2, -1)) / dof / (rows * columns)
    return Spread(variance, np.full(variance.shape, float(dof)))


def _without_each(total: np.ndarray, part: np.ndarray, count: int) -> np.ndarray:
    """Means [..., N] of what is left without each part."""
    return np.asarray((total[..., None] - part) / count)
