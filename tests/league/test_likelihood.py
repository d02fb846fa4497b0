"""The win/draw/loss model against published fits and closed forms."""

import numpy as np
import pytest

from league.fits.design import Design
from league.fits.likelihood import Strengths, covariance, fit, log_likelihood, probabilities

# Agresti 2002, table 10.11: American League 1987, games at home won and lost by the row against the column;
# Baltimore, Boston, Cleveland, Detroit, Milwaukee, New York, Toronto.
HOME_WON = np.array(
    [
        [0, 1, 3, 1, 2, 2, 1],
        [6, 0, 5, 2, 5, 4, 3],
        [2, 4, 0, 3, 2, 4, 3],
        [4, 6, 6, 0, 3, 4, 4],
        [6, 6, 4, 4, 0, 4, 4],
        [6, 4, 4, 5, 3, 0, 2],
        [6, 4, 4, 4, 2, 2, 0],
    ]
)
HOME_LOST = np.array(
    [
        [0, 6, 4, 5, 5, 4, 6],
        [0, 0, 2, 5, 1, 2, 3],
        [4, 2, 0, 3, 5, 3, 4],
        [3, 0, 1, 0, 3, 3, 2],
        [0, 1, 2, 3, 0, 3, 2],
        [1, 3, 2, 1, 3, 0, 5],
        [0, 3, 2, 3, 5, 4, 0],
    ]
)


def baseball(with_home: bool) -> tuple[Design, np.ndarray]:
    home, away = np.nonzero(~np.eye(7, dtype=bool))
    design = Design.of_matchups(1 + home, 1 + away, 8)
    design.values[:, 0] = with_home
    won, lost = HOME_WON[home, away], HOME_LOST[home, away]
    return design, np.stack([won, np.zeros_like(won), lost], axis=1)[None].astype(float)


def test_baseball_with_home_advantage() -> None:
    design, counts = baseball(with_home=True)
    best = fit(design, counts, virtual=0)
    theta = best.theta[0]
    assert theta[0] == pytest.approx(0.3023, abs=5e-5)
    assert covariance(design, counts, best, virtual=0)[0, 0, 0] ** 0.5 == pytest.approx(0.1309, abs=5e-5)
    to_baltimore = [1.1438, 0.7047, 1.4754, 1.6196, 1.2813, 1.3271]
    np.testing.assert_allclose(theta[2:] - theta[1], to_baltimore, atol=5e-5)
    assert -log_likelihood(design, counts, best)[0] == pytest.approx(169.5428714524, abs=1e-9)
    strength = np.exp(theta[1:]) / np.exp(theta[1:]).sum()
    np.testing.assert_allclose(np.sort(strength), [0.044, 0.088, 0.137, 0.157, 0.164, 0.190, 0.220], atol=5e-4)
    assert best.log_nu[0] == -np.inf  # no ties in baseball


def test_baseball_without_home_advantage() -> None:
    theta = fit(*baseball(with_home=False), virtual=0).theta[0]
    np.testing.assert_allclose(theta[2:] - theta[1], [1.1077, 0.6839, 1.4364, 1.5814, 1.2476, 1.2945], atol=5e-5)


def test_plain_bradley_terry() -> None:
    """The four-team example of Wikipedia's "Bradley-Terry model"."""
    design = Design.of_matchups(1 + np.array([0, 0, 1, 2]), 1 + np.array([1, 3, 2, 3]), 5)
    design.values[:, 0] = 0
    counts = np.array([[[2, 0, 3], [1, 0, 4], [5, 0, 3], [1, 0, 3]]], float)
    best = fit(design, counts, virtual=0)
    log_strength = best.theta[0, 1:] - best.theta[0, 1:].mean()
    np.testing.assert_allclose(np.exp(log_strength), [0.63983, 1.04331, 0.65981, 2.27038], atol=5e-6)
    centre = np.eye(4) - 0.25
    spread = centre @ covariance(design, counts, best, virtual=0)[0, 1:, 1:] @ centre
    np.testing.assert_allclose(np.sqrt(np.diag(spread)), [0.5481, 0.4818, 0.5204, 0.6213], atol=5e-5)


def test_one_matchup_is_fitted_exactly() -> None:
    """Three outcomes, two parameters: eta = ln(wins / losses), nu = draws / sqrt(wins * losses)."""
    design = Design(np.array([[0]]), np.array([[1.0]]), 1)
    best = fit(design, np.array([[[30.0, 24.0, 12.0]]]), virtual=0)
    assert best.theta[0, 0] == pytest.approx(np.log(30 / 12), abs=1e-9)
    assert best.log_nu[0] == pytest.approx(np.log(24 / np.sqrt(30 * 12)), abs=1e-9)
    p = probabilities(design.predict(best.theta), best.log_nu)[0, 0]
    np.testing.assert_allclose(p, np.array([30, 24, 12]) / 66, atol=1e-9)


def test_equals_draw_nu_in_nu_plus_two() -> None:
    p = probabilities(np.zeros((1, 1)), np.log([0.8]))[0, 0]
    np.testing.assert_allclose(p, [1 / 2.8, 0.8 / 2.8, 1 / 2.8])


def random_league(players: int, tables: int) -> tuple[Design, np.ndarray]:
    rng = np.random.default_rng(5)
    i, j = np.nonzero(~np.eye(players, dtype=bool))
    return Design.of_matchups(1 + i, 1 + players + j, 1 + 2 * players), rng.poisson(
        rng.gamma(1.0, 4.0, (len(i), 3)), (tables, len(i), 3)
    ).astype(float)


def log_posterior(design: Design, counts: np.ndarray, at: Strengths, virtual: float) -> float:
    nu = np.exp(at.log_nu[0])
    prior = virtual / 2 * np.log(nu / (2 + nu)) + virtual / 2 * np.log(1 / (2 + nu))
    return float(log_likelihood(design, counts, at)[0] - virtual / 8 * (at.theta**2).sum() + prior)


def test_slope_is_zero_at_the_fit_and_curvature_is_the_information() -> None:
    design, counts = random_league(4, 1)
    best = fit(design, counts, virtual=0.5)
    width, h = design.width, 1e-4

    def value(step: np.ndarray) -> float:
        return log_posterior(design, counts, Strengths(best.theta + step[:-1], best.log_nu + step[-1]), 0.5)

    unit = np.eye(width + 1) * h
    slope = [(value(e) - value(-e)) / (2 * h) for e in unit]
    np.testing.assert_allclose(slope, 0, atol=1e-5)
    second = np.array([[value(e + f) - value(e - f) - value(f - e) + value(-e - f) for f in unit] for e in unit])
    inverse = np.linalg.inv(-second / (4 * h**2))
    np.testing.assert_allclose(covariance(design, counts, best, 0.5)[0], inverse[:-1, :-1], atol=1e-3)


def test_tables_are_fitted_alone_or_together_from_any_start() -> None:
    design, counts = random_league(5, 7)
    together = fit(design, counts)
    alone = fit(design, counts[3:4])
    from_first = fit(design, counts, start=alone)
    np.testing.assert_allclose(together.theta[3], alone.theta[0], atol=1e-9)
    np.testing.assert_allclose(from_first.theta, together.theta, atol=1e-8)
    np.testing.assert_allclose(from_first.log_nu, together.log_nu, atol=1e-8)
    far = Strengths(20 * np.random.default_rng(0).normal(size=together.theta.shape), np.full(7, 5.0))
    np.testing.assert_allclose(fit(design, counts, start=far).theta, together.theta, atol=1e-8)


@pytest.mark.parametrize("row", [(1e6, 0, 0), (0, 1e6, 0), (0, 0, 1), (0, 0, 0), (1, 0, 1e6)])
def test_the_prior_keeps_everything_finite(row: tuple[float, float, float]) -> None:
    design, _ = random_league(3, 1)
    counts = np.tile(np.array(row, float), (1, 6, 1))
    best = fit(design, counts)
    assert np.isfinite(best.theta).all() and np.isfinite(best.log_nu).all()
    assert np.abs(best.theta).max() < 60
    slope = design.pull((counts[..., 0] - counts[..., 2]) / 2)  # the data pull where the fit went
    assert (slope * best.theta >= 0).all()
