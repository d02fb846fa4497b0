"""Numbers of distinct values, beside NumPy's."""

import numpy as np
import pytest

from league.records import distinct as module
from league.records.distinct import distinct, distinct_places


@pytest.mark.parametrize("few", [1, 1 << 14])
@pytest.mark.parametrize("repeats", [1, 5])
@pytest.mark.parametrize("rows", [0, 1, 500])
def test_values_are_numbered_as_numpy_does(few: int, repeats: int, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FEW", few)
    column = np.repeat(np.random.default_rng(0).integers(0, 90, rows).astype(np.uint64) << np.uint64(56), repeats)
    expected = np.unique(column, return_inverse=True)
    for found, wanted in zip(distinct(column), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("places", [100, 10**6])
def test_places_are_numbered_as_numpy_does(places: int) -> None:
    place = np.random.default_rng(1).integers(0, 100, 300)
    expected = np.unique(place, return_inverse=True)
    for found, wanted in zip(distinct_places(place, places), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)
