"""Alpha-rank against published values, closed forms and chains solved in fractions."""

from fractions import Fraction

import numpy as np
import pytest
from metagames import BIASED, CHAIN, PENNIES, RPS, SIDES

from league.metagame.alpharank import fixation, rank, rank_sides
from league.metagame.markov import _by_pairs, stationary

REWARD, TEMPTATION, PUNISHMENT, SUCKER, FINE, COST = 1.0, 2.0, 0.0, -1.0, 4.0, 0.25
HAN = np.array(
    [
        [REWARD - COST / 2, REWARD - COST, 0, SUCKER + FINE - COST, REWARD - COST],
        [REWARD, REWARD, SUCKER, SUCKER, SUCKER],
        [0, TEMPTATION, PUNISHMENT, PUNISHMENT, PUNISHMENT],
        [TEMPTATION - FINE, TEMPTATION, PUNISHMENT, PUNISHMENT, PUNISHMENT],
        [REWARD, TEMPTATION, PUNISHMENT, PUNISHMENT, PUNISHMENT],
    ]
)
SEXES = np.array([[3.0, 0], [0, 2]]), np.array([[2.0, 0], [0, 3]])


def test_the_game_of_han_2013() -> None:
    expected = [0.40966787, 0.07959841, 0.20506998, 0.08505983, 0.2206039]
    np.testing.assert_allclose(rank(HAN, alpha=0.1, population=20, is_global=True), expected, atol=5e-9)


@pytest.mark.parametrize(
    ("alpha", "expected"),
    [
        (0.1, [0.28692, 0.57956, 0.13352]),
        (1, [0.17440, 0.71704, 0.10856]),
        (10, [0.28053, 0.44081, 0.27866]),
        (np.inf, [1 / 3, 1 / 3, 1 / 3]),
    ],
)
def test_biased_rock_paper_scissors(alpha: float, expected: list[float]) -> None:
    np.testing.assert_allclose(rank(BIASED, alpha), expected, atol=5.1e-6)


@pytest.mark.parametrize("alpha", [0.0, 0.1, 10.0, 1e4, 1e12, np.inf])
def test_any_alpha(alpha: float) -> None:
    np.testing.assert_allclose(rank(RPS, alpha), 1 / 3, atol=1e-12)
    np.testing.assert_allclose(rank(RPS, alpha, is_global=True), 1 / 3, atol=1e-12)
    np.testing.assert_allclose(rank_sides(PENNIES, alpha=alpha).profiles, 0.25, atol=1e-12)
    if alpha >= 10:
        np.testing.assert_allclose(rank(CHAIN, alpha), [0, 0, 1], atol=1e-12)
        dilemma = np.array([[3.0, 0], [5, 1]])
        np.testing.assert_allclose(rank_sides(dilemma, dilemma.T, alpha).profiles, [[0, 0], [0, 1]], atol=1e-12)
    if alpha >= 1:
        masses = rank_sides(*SEXES, alpha)
        assert masses.profiles[0, 0] == masses.profiles[1, 1] == pytest.approx(0.5, abs=1e-15)


def test_battle_of_the_sexes_is_even_to_the_last_bit() -> None:
    np.testing.assert_allclose(np.diag(rank_sides(*SEXES, alpha=1.0).profiles), 0.5, rtol=1e-15)


def test_the_published_two_sided_fixture() -> None:
    masses = rank_sides(SIDES, alpha=10, population=50)
    np.testing.assert_allclose(masses.rows, [0.144, 0.4474, 0.4086], atol=5e-5)
    np.testing.assert_allclose(masses.columns, [0.1896, 0.3547, 0.4557], atol=5e-5)
    one_sided = rank_sides(SIDES, -SIDES, alpha=10, population=50)
    np.testing.assert_array_equal(one_sided.profiles, masses.profiles)


def test_fixation_is_its_closed_form() -> None:
    u = np.array([-3.0, -1e-3, -1e-12, 0, 1e-12, 1e-3, 3.0])
    log, cost = fixation(np.repeat(u[:, None], 19, axis=1), alpha=1.0)
    assert cost is None
    expected = np.full(7, 1 / 20)
    expected[u != 0] = np.expm1(-u[u != 0]) / np.expm1(-20 * u[u != 0])
    np.testing.assert_allclose(np.exp(log), expected, rtol=1e-12)
    log, cost = fixation(np.repeat(u[:, None], 19, axis=1), alpha=np.inf)
    np.testing.assert_allclose(cost, 19 * np.maximum(-u, 0), rtol=1e-9, atol=1e-11)
    assert log[3] == pytest.approx(-np.log(20))


def stationary_in_fractions(rate: list[list[Fraction]]) -> list[Fraction]:
    """By Gaussian elimination of mass @ generator = 0."""
    size = len(rate)
    rows = [[rate[j][i] if i != j else -sum(rate[i][:i] + rate[i][i + 1 :]) for j in range(size)] for i in range(size)]
    rows[-1] = [Fraction(1)] * size
    right = [Fraction(0)] * (size - 1) + [Fraction(1)]
    for k in range(size):
        pivot = next(r for r in range(k, size) if rows[r][k])
        rows[k], rows[pivot], right[k], right[pivot] = rows[pivot], rows[k], right[pivot], right[k]
        for r in range(size):
            if r != k and rows[r][k]:
                factor = rows[r][k] / rows[k][k]
                rows[r] = [x - factor * y for x, y in zip(rows[r], rows[k], strict=True)]
                right[r] -= factor * right[k]
    return [right[k] / rows[k][k] for k in range(size)]


def test_stationary_distributions_are_exact_however_stiff() -> None:
    rng = np.random.default_rng(0)
    for size in (1, 2, 5, 8):
        power = rng.integers(-60, 0, (size, size))
        rate = [[Fraction(2) ** int(p) for p in row] for row in power]
        expected = [float(mass) for mass in stationary_in_fractions(rate)]
        log = power * np.log(2.0)
        np.testing.assert_allclose(stationary(log), expected, rtol=1e-12)
        np.testing.assert_allclose(_by_pairs(log, np.zeros_like(log)), expected, rtol=1e-10)


def test_large_chains_in_blocks_and_one_by_one_agree() -> None:
    log = np.random.default_rng(1).normal(0, 3, (150, 150))
    log[np.random.default_rng(2).random(log.shape) < 0.5] = -np.inf
    np.testing.assert_allclose(stationary(log), _by_pairs(log, np.zeros_like(log)), rtol=1e-10)


def test_numbers_beyond_floating_point_keep_their_ratios() -> None:
    log = np.array([[0, -5000.0], [-5001, 0]])
    np.testing.assert_allclose(stationary(log), [1 / (1 + np.e), np.e / (1 + np.e)], rtol=1e-10)
    chain = np.full((3, 3), -np.inf)
    chain[0, 1], chain[1, 0], chain[1, 2], chain[2, 1] = -2000, 0, -2000, -4000 - np.log(3)
    # From 0 to 1 the share falls by e^2000, from 1 to 2 it rises by 3 e^2000.
    np.testing.assert_allclose(stationary(chain), [1 / 4, 0, 3 / 4], rtol=1e-9)


def test_the_limit_of_large_alpha_is_what_alpha_infinite_says() -> None:
    """Exact in costs: two sinks, of which one is easier to leave, and a tie between two others."""
    rng = np.random.default_rng(4)
    for _ in range(20):
        rows, columns = rng.integers(-2, 3, (2, 3, 3)).astype(float)
        limit = rank_sides(rows, columns, np.inf, 10).profiles
        np.testing.assert_allclose(rank_sides(rows, columns, 60.0, 10).profiles, limit, atol=1e-9)


def test_a_chain_that_falls_apart_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot reach"):
        stationary(np.full((2, 2), -np.inf))
    for payoff in (np.zeros((2, 3)), np.full((2, 2), np.nan)):
        with pytest.raises(ValueError, match="takes"):
            rank(payoff)


def test_clones_of_a_side_leave_the_order_and_a_lone_player_has_all() -> None:
    assert rank_sides(np.array([[0.3]])).profiles == pytest.approx(1)
    masses = rank_sides(SIDES[:, [0, 1, 2, 2]])
    assert masses.columns[2] == pytest.approx(masses.columns[3], rel=1e-9)
    order = [2, 0, 1]
    np.testing.assert_allclose(rank_sides(SIDES[order]).rows, rank_sides(SIDES).rows[order], rtol=1e-9)
