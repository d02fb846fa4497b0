"""Resampling and the intervals that come of it."""

import numpy as np
import pytest
from scipy import stats

from league.fits.resample import multiplicities, percentile


def test_the_interval_of_a_mean_is_students() -> None:
    values = np.random.default_rng(0).normal(size=12)
    drawn = multiplicities(12, 20_000, seed=5)
    np.testing.assert_array_equal(drawn.sum(1), 12)
    np.testing.assert_array_equal(drawn, multiplicities(12, 20_000, seed=5))
    estimate = percentile(values.mean(), drawn @ values / 12, blocks=12)
    student = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert estimate.low == pytest.approx(student.low, abs=0.04)
    assert estimate.high == pytest.approx(student.high, abs=0.04)
    # Exactly so where the resampled means are normal with the bootstrap's variance.
    quantiles = stats.norm.ppf((np.arange(400_000) + 0.5) / 400_000)
    estimate = percentile(values.mean(), values.mean() + quantiles * values.std() / np.sqrt(12), blocks=12)
    np.testing.assert_allclose((estimate.low, estimate.high), (student.low, student.high), atol=1e-4)
    outside = percentile(np.array(9.0), values, blocks=12)
    assert outside.low < outside.value == outside.high
