"""The matching of seats to slots is SciPy's, to the last tie."""

import numpy as np
import pytest
from numba import njit
from scipy.optimize import linear_sum_assignment

from arena.kit.assign import MATCH, assign, work_shape

run = njit(lambda work: assign(work))


def solve(costs):
    """The column of each row, from working space that something else was written into."""
    count = len(costs)
    work = np.full(work_shape(count), 7, costs.dtype)
    work[:count] = costs
    run(work)
    np.testing.assert_array_equal(work[:count], costs)
    return work[count + MATCH].tolist()


@pytest.mark.parametrize("real", [np.float32, np.float64])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 30])
def test_the_match_is_scipys(count, real):
    generator = np.random.default_rng(count)
    for _ in range(200):
        costs = generator.uniform(0, 1, (count, count)).astype(real)
        assert solve(costs) == linear_sum_assignment(costs)[1].tolist()


@pytest.mark.parametrize("count", [2, 3, 4, 5, 8])
def test_equal_sums_are_told_apart_as_by_scipy(count):
    generator = np.random.default_rng(count)
    for _ in range(500):
        costs = generator.integers(0, 3, (count, count)).astype(float)
        assert solve(costs) == linear_sum_assignment(costs)[1].tolist()
