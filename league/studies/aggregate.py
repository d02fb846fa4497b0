"""Statistics of score tables: one number for the seeds of a contender, or for two contenders against each other.

A table is [..., N, T]: N runs (training seeds, in rows) by T tasks (for us the sides); further axes may lead, such as
B for the tables of a bootstrap, and are kept.

Source: Agarwal et al. 2021, "Deep reinforcement learning at the edge of the statistical precipice"; numbers are those
of their library rliable 1.2.0.
"""

from collections.abc import Callable

import numpy as np

TRIMMED = 0.25  # of the scores, at either end, does the interquartile mean leave out


def mean(scores: np.ndarray) -> np.ndarray:
    """The mean of all scores [...]."""
    return np.asarray(scores.mean((-2, -1)))


def median(scores: np.ndarray) -> np.ndarray:
    """The median over tasks of the mean over runs [...]: of one task or two it is the mean."""
    return np.asarray(np.median(scores.mean(-2), axis=-1))


def iqm(scores: np.ndarray) -> np.ndarray:
    """The mean of the middle half of all scores [...], runs and tasks taken together."""
    ordered = np.sort(scores.reshape(*scores.shape[:-2], -1), axis=-1)
    count = ordered.shape[-1]
    left_out = int(TRIMMED * count)
    return np.asarray(ordered[..., left_out : count - left_out].mean(-1))


def optimality_gap(scores: np.ndarray, gamma: float = 1.0) -> np.ndarray:
    """By how much scores fall short of gamma on average [...]; what lies above gamma makes up for nothing."""
    return np.asarray(gamma - np.minimum(scores, gamma).mean((-2, -1)))


STATISTICS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "iqm": iqm,
    "mean": mean,
    "median": median,
    "optimality_gap": optimality_gap,
}


def wins(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The share of tasks [..., X, Y] in which run i of x [..., X, T] beats run j of y [..., Y, T]; a tie is half."""
    ahead = x[..., :, None, :] - y[..., None, :, :]
    return np.asarray(np.heaviside(ahead, 0.5).mean(-1))


def probability_of_improvement(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The share [...] of pairs of a run of x [..., X, T] and one of y [..., Y, T] in which x scores higher.

    It is the Mann-Whitney statistic over X * Y, averaged over tasks.
    """
    return mean(wins(x, y))


def performance_profile(scores: np.ndarray, tau: np.ndarray) -> np.ndarray:
    """The share of all scores above each threshold tau [K], [..., K]."""
    flat = scores.reshape(*scores.shape[:-2], 1, -1)
    return np.asarray((flat > np.asarray(tau)[:, None]).mean(-1))
