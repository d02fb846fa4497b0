"""Nash averages against published values, convex optimisation and what no clone may change."""

import numpy as np
import pytest
from metagames import BIASED, CHAIN, OPEN_SPIEL, RPS, random_game
from scipy.optimize import minimize

from league.metagame import entropy, nash_averaging
from league.metagame.nash_averaging import nash_average

THIRD = 1 / 3


@pytest.mark.parametrize(
    ("game", "mass", "rating"),
    [
        (RPS, [THIRD, THIRD, THIRD], [0, 0, 0]),
        (CHAIN, [0, 0, 1], [-1, -1, 0]),
        (BIASED, [1 / 16, 10 / 16, 5 / 16], [0, 0, 0]),
        (RPS[np.ix_([0, 1, 2, 2], [0, 1, 2, 2])], [THIRD, THIRD, THIRD / 2, THIRD / 2], [0, 0, 0, 0]),
        (OPEN_SPIEL, [0, 0, 0, 1], [-270, -464, -270, 0]),
        (np.zeros((1, 1)), [1], [0]),
        (np.zeros((4, 4)), [0.25] * 4, [0] * 4),
        # Two equal best against one: half each.
        (np.array([[0.0, 0, 1], [0, 0, 1], [-1, -1, 0]]), [0.5, 0.5, 0], [0, 0, -1]),
    ],
    ids=["rock paper scissors", "chain", "biased", "clone", "open_spiel", "alone", "all even", "two best"],
)
def test_published_values(game: np.ndarray, mass: list[float], rating: list[float]) -> None:
    average = nash_average(game)
    np.testing.assert_allclose(average.mass, mass, atol=1e-12)
    np.testing.assert_allclose(average.rating, rating, atol=1e-9)


def test_the_entropy_is_cut_where_a_player_would_win() -> None:
    """Equilibria (a, 1/2 - a, 1/2 - a, a) of a four-ring; the fifth player allows a <= 1/10 only."""
    ring = np.array([[0.0, 1, -1, 0], [-1, 0, 0, 1], [1, 0, 0, -1], [0, -1, 1, 0]])
    guard = np.array([[1.5, -1, 0.5, 0.5], [2, -1, -1, 1]])
    game = np.block([[ring, -guard.T], [guard, np.array([[0, 1], [-1, 0]])]])
    np.testing.assert_allclose(nash_average(game).mass, [0.1, 0.4, 0.4, 0.1, 0, 0], atol=1e-9)


@pytest.mark.parametrize("kind", range(4))
def test_random_games_are_solved_to_the_most_even_equilibrium(kind: int) -> None:
    rng = np.random.default_rng(kind)
    for _ in range(15):
        game = random_game(rng, *[int(rng.integers(2, 7))] * 2, kind)
        game = game - game.T
        average = nash_average(game)
        assert average.mass.min() >= 0 and average.mass.sum() == pytest.approx(1)
        assert average.rating.max() <= 1e-7 * max(np.abs(game).max(), 1)
        found = entropy_by_search(game, average.mass)
        own = -np.sum(average.mass * np.log(np.maximum(average.mass, 1e-300)))
        assert own >= found - 1e-5


def entropy_by_search(game: np.ndarray, start: np.ndarray) -> float:
    """The largest entropy that a general solver finds among the equilibria, from several starts near and far."""
    best = 0.0
    for blend in (0.0, 0.5):
        mix = (1 - blend) * start + blend / len(start)
        found = minimize(
            lambda p: np.sum(p * np.log(np.maximum(p, 1e-12))),
            mix,
            jac=lambda p: 1 + np.log(np.maximum(p, 1e-12)),
            bounds=[(0, 1)] * len(mix),
            constraints=[
                {"type": "eq", "fun": lambda p: p.sum() - 1},
                {"type": "ineq", "fun": lambda p: -game @ p},
            ],
            method="SLSQP",
        )
        if found.success and (game @ found.x).max() < 1e-9:
            best = max(best, -float(found.fun))
    return best


def test_clones_order_and_scale_change_nobody_else() -> None:
    rng = np.random.default_rng(5)
    for kind in range(3):
        game = random_game(rng, 6, 6, kind)
        game = game - game.T
        one = nash_average(game)
        order = rng.permutation(6)
        moved = nash_average(7.3e6 * game[np.ix_(order, order)])
        np.testing.assert_allclose(moved.mass, one.mass[order], atol=1e-6)
        best = int(one.mass.argmax())
        rows = [*range(6), best, best]
        cloned = nash_average(game[np.ix_(rows, rows)])
        np.testing.assert_allclose(cloned.rating[:6], one.rating, atol=1e-6)
        np.testing.assert_allclose(cloned.mass[[best, 6, 7]], cloned.mass[best], atol=1e-9)
        if kind == 0:  # one equilibrium: the clones share what was the player's
            np.testing.assert_allclose(cloned.mass[[best, 6, 7]].sum(), one.mass[best], atol=1e-9)


def test_what_is_no_meta_game_is_refused() -> None:
    for game in (np.ones((2, 2)), np.zeros((0, 0)), np.zeros((2, 3)), np.full((2, 2), np.nan)):
        with pytest.raises(ValueError, match="Nash averaging takes"):
            nash_average(game)


def test_a_wrong_mix_is_never_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ArithmeticError, match="most even"):
        entropy._certify(np.array([0.5, 0.3, 0.2]), np.zeros((0, 3)), np.zeros((0, 3)))
    monkeypatch.setattr(nash_averaging, "most_even", lambda start, *_: np.full(len(start), 1 / len(start)))
    with pytest.raises(ArithmeticError, match="beaten"):
        nash_average(BIASED)
