"""Stopping rules by hand."""

import numpy as np

from league.fits.resample import Estimate
from league.schedules.precision import by_pairs, by_precision, by_sprt


def test_by_pairs() -> None:
    assert by_pairs(np.array([3, 4]), 7) and not by_pairs(np.array([3, 4]), 8)


def test_by_precision() -> None:
    value = np.zeros(2)
    ratings = Estimate(value, np.array([-15.0, -10]), np.array([15.0, 19]))
    assert by_precision(ratings, 15) and not by_precision(ratings, 14.9)
    assert not by_precision(ratings, 15, np.array([True, False]))
    assert not by_precision(Estimate(value, value - np.inf, value + np.inf), 15)


def test_by_sprt() -> None:
    """fastchess's counts with a ratio of -4.98, and the small ones with 0.6."""
    assert by_sprt((871, 26175, 55983, 26678, 821), 0, 2)
    assert not by_sprt((5, 20, 60, 30, 10), 0, 5)
    assert by_sprt((5, 20, 60, 30, 10), 0, 5, alpha=0.4, beta=0.4)
