"""Bradley-Terry at scale against published values, a dense optimiser and the dense inverse."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from league.fits import sparse
from league.fits.sparse import curvature, fit, variances


def test_published_worths() -> None:
    """Wikipedia's example of four teams, in Elo."""
    one, other = np.array([0, 0, 1, 2]), np.array([1, 3, 2, 3])
    theta = fit(one, other, np.array([2.0, 1, 5, 1]), np.array([5.0, 5, 8, 4]), 4, virtual=1e-9)
    elo = 400 / np.log(10) * (theta - theta.mean())
    assert elo == pytest.approx([-77.57, 7.37, -72.23, 142.44], abs=5e-3)


def league_of(players: int, rounds: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Random match-ups of two games each between normal skills."""
    rng = np.random.default_rng(seed)
    skill = rng.normal(0, 1.7, players)
    order = np.concatenate([rng.permutation(players) for _ in range(rounds)])
    one, other = order.reshape(-1, 2).T
    games = np.full(len(one), 2)
    return one, other, rng.binomial(2, expit(skill[one] - skill[other])).astype(np.float64), games


@pytest.mark.parametrize("seed", range(4))
def test_a_dense_optimiser_finds_the_same(seed: int) -> None:
    one, other, points, games = league_of(20, 1 + 2 * seed, seed)

    def loss(theta: np.ndarray) -> float:
        eta = theta[one] - theta[other]
        return float(np.sum(games * np.logaddexp(0, eta) - points * eta) + 0.5 / 8 * theta @ theta)

    dense = minimize(loss, np.zeros(20), tol=1e-12).x
    theta = fit(one, other, points, games, 20)
    assert theta == pytest.approx(dense, abs=1e-4) and theta.mean() == pytest.approx(0, abs=1e-4)
    start = np.random.default_rng(seed).normal(0, 3, 20)
    assert fit(one, other, points, games, 20, start=start) == pytest.approx(theta, abs=1e-4)


def test_curvature_by_differences_and_its_inverse() -> None:
    one, other, points, games = league_of(10, 4, 0)
    theta = fit(one, other, points, games, 10)
    matrix = curvature(one, other, games, theta).toarray()

    def slope(at: np.ndarray) -> np.ndarray:
        surplus = points - games * expit(at[one] - at[other])
        return np.bincount(one, surplus, 10) - np.bincount(other, surplus, 10) - at / 8

    near = [(slope(theta - 1e-5 * e) - slope(theta + 1e-5 * e)) / 2e-5 for e in np.eye(10)]
    assert matrix == pytest.approx(np.array(near), abs=1e-7)
    found, centre = variances(curvature(one, other, games, theta)), np.eye(10) - 1 / 10
    assert found == pytest.approx(np.diag(centre @ np.linalg.inv(matrix) @ centre), rel=1e-9)


def test_probed_variances_are_about_right(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other, points, games = league_of(400, 20, 0)
    matrix = curvature(one, other, games, fit(one, other, points, games, 400))
    dense = variances(matrix)
    monkeypatch.setattr(sparse, "DENSE", 0)
    probed = variances(matrix)
    assert np.mean(probed / dense) == pytest.approx(1, abs=0.01)
    assert np.sqrt(np.mean((probed / dense - 1) ** 2)) < 0.1


def test_nobody_played() -> None:
    none = np.zeros(0, np.int64)
    assert fit(none, none, none, none, 3).tolist() == [0, 0, 0]
    assert variances(curvature(none, none, none, np.zeros(3))) == pytest.approx(8 - 8 / 3)
