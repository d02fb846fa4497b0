"""Replicator dynamics against closed forms and what they conserve."""

import numpy as np
import pytest
from metagames import CHAIN, PENNIES, RPS, SIDES

from league.metagame.replicator import replicate, replicate_sides


def test_a_strategy_that_wins_one_more_grows_as_a_logistic_curve() -> None:
    path = replicate(np.array([[1.0, 1], [0, 0]]), np.array([0.1, 0.9]), 6.0)
    np.testing.assert_allclose(path.mix[:, 0], 1 / (1 + 9 * np.exp(-path.time)), rtol=1e-7)
    # The integral of a logistic curve is the logarithm of what it divides by, turned round.
    mean = np.log(0.1 * np.exp(6) + 0.9) / 6
    np.testing.assert_allclose(path.average, [mean, 1 - mean], rtol=1e-7)


def test_rock_paper_scissors_goes_round_on_a_closed_curve() -> None:
    path = replicate(RPS, np.array([0.5, 0.3, 0.2]), 60.0)
    np.testing.assert_allclose(path.mix.prod(1), 0.03, rtol=1e-7)
    np.testing.assert_allclose(path.mix.sum(1), 1, atol=1e-14)
    assert path.mix.max() > 0.5 and path.mix.min() < 0.18
    np.testing.assert_allclose(path.average, 1 / 3, atol=0.03)


def test_matching_pennies_goes_round_and_its_average_is_the_solution() -> None:
    rows, columns = replicate_sides(PENNIES, (np.array([0.6, 0.4]), np.array([0.7, 0.3])), 200.0)
    np.testing.assert_allclose(rows.mix.prod(1) * columns.mix.prod(1), 0.24 * 0.21, rtol=1e-6)
    for path in (rows, columns):
        np.testing.assert_allclose(path.average, 0.5, atol=0.005)
        assert np.ptp(path.mix[:, 0]) > 0.3


def test_averages_of_a_zero_sum_game_approach_its_solution_as_one_over_time() -> None:
    errors = []
    for duration in (500.0, 2000.0):
        rows, columns = replicate_sides(SIDES, (np.full(3, 1 / 3), np.full(3, 1 / 3)), duration)
        gap = (SIDES @ columns.average).max() - (rows.average @ SIDES).min()
        errors.append(gap * duration)
    assert 0 < max(errors) < 10


def test_dominated_strategies_die_and_the_absent_never_come() -> None:
    path = replicate(CHAIN, np.full(3, 1 / 3), 60.0)
    np.testing.assert_allclose(path.mix[-1], [0, 0, 1], atol=1e-12)
    without = replicate(CHAIN, np.array([0.5, 0.5, 0]), 60.0)
    np.testing.assert_allclose(without.mix[-1], [0, 1, 0], atol=1e-12)
    np.testing.assert_array_equal(without.mix[:, 2], 0)


def test_general_sum_sides_and_points_at_rest() -> None:
    rows, columns = np.array([[3.0, 0], [0, 2]]), np.array([[2.0, 0], [0, 3]])
    first, second = replicate_sides(rows, (np.array([0.9, 0.1]), np.array([0.9, 0.1])), 40.0, columns)
    np.testing.assert_allclose([first.mix[-1, 0], second.mix[-1, 0]], 1, atol=1e-9)
    # Each is even between its two where the other plays 3/5 of its own favourite.
    first, second = replicate_sides(rows, (np.array([0.6, 0.4]), np.array([0.4, 0.6])), 3.0, columns)
    np.testing.assert_allclose(first.mix, np.tile([0.6, 0.4], (len(first.time), 1)), atol=1e-7)
    alone = replicate(np.ones((1, 1)), np.ones(1), 5.0)
    np.testing.assert_array_equal(alone.mix, 1)


def test_a_start_that_is_no_mix_is_refused() -> None:
    for start in ([0.5, 0.6, 0.2], [1.2, -0.2, 0]):
        with pytest.raises(ValueError, match="sum to one"):
            replicate(RPS, np.array(start), 1.0)
