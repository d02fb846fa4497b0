"""Resampled score tables, and the plain percentile intervals that others report.

Percentile intervals of five or ten seeds cover less than they say (about 85 and 90 of 100); those that a study claims
are in `intervals`.
"""

from collections.abc import Callable, Sequence

import numpy as np

from league.fits.resample import LEVEL, Estimate


def stratified(scores: np.ndarray, resamples: int, seed: int) -> np.ndarray:
    """Tables [..., R, N, T] in which the runs of each task of tables [..., N, T] are drawn on their own.

    Source: rliable 1.2.0, library.StratifiedBootstrap. Differs: that draws from NumPy's global state and cannot be
    repeated. A task's runs are drawn apart from the other tasks', though one seed may have made both.
    """
    runs, tasks = scores.shape[-2:]
    drawn = np.random.default_rng(seed).integers(runs, size=(resamples, runs, tasks))
    return np.asarray(scores[..., drawn, np.arange(tasks)])


def whole_rows(scores: np.ndarray, resamples: int, seed: int) -> np.ndarray:
    """Tables [..., R, N, T] in which whole runs of tables [..., N, T] are drawn with replacement."""
    runs = scores.shape[-2]
    drawn = np.random.default_rng(seed).integers(runs, size=(resamples, runs))
    return np.asarray(scores[..., drawn, :])


def percentile(
    statistic: Callable[..., np.ndarray], tables: Sequence[np.ndarray], resamples: int, seed: int
) -> Estimate:
    """The plain percentile interval of a statistic of tables [..., N, T], their runs drawn within each task.

    Tables of several contenders are drawn independently. Source: rliable 1.2.0, library.get_interval_estimates.
    """
    streams = np.random.SeedSequence(seed).generate_state(len(tables), np.uint64)
    drawn = [stratified(table, resamples, int(stream)) for table, stream in zip(tables, streams, strict=True)]
    ends = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    low, high = np.quantile(statistic(*drawn), ends, axis=tables[0].ndim - 2)
    return Estimate(statistic(*tables), low, high)
