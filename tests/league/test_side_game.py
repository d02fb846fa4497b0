"""The side game against published values and the enumeration of all supports."""

from itertools import combinations

import numpy as np
import pytest
from metagames import PENNIES, SIDES, random_game

from league.metagame import side_game
from league.metagame.side_game import exploitability, optimal, solve


def test_the_published_fixture() -> None:
    game = solve(SIDES)
    assert game.value == pytest.approx(0.4, abs=1e-12)
    np.testing.assert_allclose(game.rows, [0, 1 / 3, 2 / 3], atol=1e-12)
    np.testing.assert_allclose(game.columns, [0, 1 / 2, 1 / 2], atol=1e-12)


def value_by_supports(payoff: np.ndarray) -> float:
    """The value: that of some square part in which both sides are even (Shapley and Snow 1950)."""
    count, other = payoff.shape
    for size in range(1, min(count, other) + 1):
        for i in combinations(range(count), size):
            for j in combinations(range(other), size):
                part = np.zeros((size + 1, size + 1))
                part[:size, :size], part[:size, size], part[size, :size] = payoff[np.ix_(i, j)], -1, 1
                right = np.append(np.zeros(size), 1)
                if np.linalg.matrix_rank(part) < size + 1:
                    continue
                *column, value = np.linalg.solve(part, right)
                turned = part.copy()
                turned[:size, :size] = part[:size, :size].T
                *row, _ = np.linalg.solve(turned, right)
                if min(*column, *row) < -1e-12:
                    continue
                if (payoff[:, j] @ column).max() <= value + 1e-9 and (row @ payoff[list(i)]).min() >= value - 1e-9:
                    return float(value)
    raise AssertionError("every game has a value")


@pytest.mark.parametrize("kind", range(4))
def test_random_games_have_the_value_of_one_of_their_supports(kind: int) -> None:
    rng = np.random.default_rng(10 + kind)
    for _ in range(25):
        payoff = random_game(rng, int(rng.integers(1, 5)), int(rng.integers(1, 5)), kind)
        game = solve(payoff)
        assert game.value == pytest.approx(value_by_supports(payoff), abs=1e-9)
        assert max(exploitability(payoff, game.rows, game.columns)) < 1e-9
        some = optimal(payoff)
        assert some.value == pytest.approx(game.value, abs=1e-9)
        assert max(exploitability(payoff, some.rows, some.columns)) < 1e-6
        assert (game.rows[some.rows > 1e-9] > 0).all() and (game.columns[some.columns > 1e-9] > 0).all()


def test_many_copies_have_an_optimal_mix() -> None:
    """Shares of points in rock, paper, scissors, of players that were met a few times: copies in all but noise."""
    rng = np.random.default_rng(5)
    word, other = rng.integers(0, 3, 40), rng.integers(0, 3, 40)
    payoff = (402 * (1 + (word[:, None] - other + 1) % 3 - 1) / 2 + 2) / 406
    game = optimal(payoff)
    assert max(exploitability(payoff, game.rows, game.columns)) < 1e-7
    assert np.bincount(word, game.rows) == pytest.approx([1 / 3] * 3, abs=1e-6)


def test_shifts_scales_orders_and_sides_turn_the_solution_with_them() -> None:
    rng = np.random.default_rng(3)
    payoff = rng.normal(size=(5, 4))
    game = solve(payoff)
    moved = solve(1000 - 50 * payoff.T)
    assert moved.value == pytest.approx(1000 - 50 * game.value)
    np.testing.assert_allclose(moved.rows, game.columns, atol=1e-9)
    np.testing.assert_allclose(moved.columns, game.rows, atol=1e-9)
    i, j = rng.permutation(5), rng.permutation(4)
    np.testing.assert_allclose(solve(payoff[np.ix_(i, j)]).rows, game.rows[i], atol=1e-9)


def test_ties_are_shared_evenly() -> None:
    for shape in ((1, 1), (3, 2), (1, 4)):
        game = solve(np.full(shape, -2.5))
        assert game.value == pytest.approx(-2.5)
        np.testing.assert_allclose(game.rows, 1 / shape[0])
        np.testing.assert_allclose(game.columns, 1 / shape[1])
    twins = solve(PENNIES[[0, 1, 1]])
    np.testing.assert_allclose(twins.rows, [1 / 2, 1 / 4, 1 / 4])


def test_exploitability_is_what_a_best_answer_gains() -> None:
    even = np.full(2, 0.5)
    assert exploitability(PENNIES, even, even) == (0, 0)
    # The rows know nothing to gain from an even mix; the columns answer heads with tails: from 1 to -1 is 2.
    assert exploitability(PENNIES, np.array([1.0, 0]), np.array([1.0, 0])) == (0, 2)
    assert exploitability(PENNIES, np.array([1.0, 0]), even) == (0, 1)


def test_what_is_no_side_game_is_refused_and_a_wrong_solution_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for payoff in (np.zeros((0, 2)), np.zeros(3), np.array([[np.inf]])):
        with pytest.raises(ValueError, match="side game takes"):
            solve(payoff)
    monkeypatch.setattr(side_game, "most_even", lambda start, *_: np.full(len(start), 1 / len(start)))
    with pytest.raises(ArithmeticError, match="not optimal"):
        solve(SIDES)
