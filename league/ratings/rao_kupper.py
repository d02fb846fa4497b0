"""Rao-Kupper: Bradley-Terry with a threshold; a difference that is felt to be smaller than it is a tie.

    P(i beats j) = 1 / (1 + exp(t - eta)),  P(j beats i) = 1 / (1 + exp(t + eta)),        eta = l_i - l_j + delta z

with z = 1 if i is favoured, -1 if j is, 0 if nobody, and theta = exp(t) >= 1. Equals tie with probability
(theta - 1) / (theta + 1). With s(x) = 1 / (1 + exp(-x)), the log-likelihood

    sum of (won + drawn) log s(eta - t) + (lost + drawn) log s(-eta - t) + drawn log(exp(2 t) - 1)

is concave in the strengths, delta and t; Newton's method finds its maximum, and intervals come from its curvature.

Source: Rao and Kupper 1967, "Ties in paired-comparison experiments: a generalization of the Bradley-Terry model".
"""

from typing import NamedTuple

import numpy as np
from scipy.special import expit, log_expit

from league.fits.design import RIDGE, Design, solve
from league.ratings.problem import find_problem, rated_by_likelihood
from league.ratings.rated import ELO, Rated
from league.ratings.results import Results

MOST_STEPS = 500
CLOSE = 1e-18  # squared distance to the maximum in standard errors


class Fit(NamedTuple):
    """Where the likelihood is largest."""

    theta: np.ndarray  # [K] the design's parameters
    threshold: float  # t
    covariance: np.ndarray  # [K, K]


def rate(results: Results, *, prior: float | None = None) -> Rated:
    """The ratings; `prior` is the number of virtual games of each player, by default as many as it takes."""
    problem = find_problem(results, prior, with_ties=True)
    best = fit(problem.design, problem.counts[0])
    parameters = {
        "log_likelihood": log_likelihood(problem.design, problem.played[0], best),
        "theta": float(np.exp(best.threshold)),
        "draw_elo": float(ELO * best.threshold),
        "draw_rate": float(np.tanh(best.threshold / 2)),
    }
    return rated_by_likelihood(problem, best.theta, best.covariance, parameters)


def fit(design: Design, counts: np.ndarray, threshold: float | None = None, offset: np.ndarray | float = 0.0) -> Fit:
    """The maximum for counts [C, 3]; the threshold t is fitted unless given; `offset` [C] adds to eta."""
    drawn = counts[:, 1].sum()
    is_free = threshold is None and drawn > 0
    t = threshold if threshold is not None else 2 * np.arctanh(min(drawn / counts.sum(), 0.9))
    theta = np.zeros(design.width)
    for _ in range(MOST_STEPS):
        slope, curvature = _derivatives(design, counts, offset + design.predict(theta[None])[0], t, is_free)
        step = solve(curvature[None], slope[None])[0]
        reach = np.abs(design.predict(step[None, :-1])).max() + np.abs(step[-1])
        # within a reach of 1 a step goes up (see league.fits.likelihood); half of t keeps t positive
        step /= max(1.0, reach, 2 * abs(step[-1]) / t if is_free else 0.0)
        theta, t = theta + step[:-1], t + step[-1]
        if step @ slope < CLOSE:
            break
    _, curvature = _derivatives(design, counts, offset + design.predict(theta[None])[0], t, is_free)
    return Fit(theta, float(t), np.linalg.inv(curvature)[:-1, :-1])


def _derivatives(
    design: Design, counts: np.ndarray, eta: np.ndarray, t: float, is_free: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Slope [K+1] of the log-likelihood in (theta, t), and minus its second derivative [K+1, K+1]."""
    wins, losses = counts[:, 0] + counts[:, 1], counts[:, 2] + counts[:, 1]
    up, down = wins * expit(t - eta), losses * expit(t + eta)
    bend_up, bend_down = up * expit(eta - t), down * expit(-eta - t)
    width = design.width
    slope, curvature = np.zeros(width + 1), np.zeros((width + 1, width + 1))
    slope[:-1] = design.pull((up - down)[None])[0]
    curvature[:-1, :-1] = design.gram((bend_up + bend_down)[None])[0]
    if is_free:
        open_end = -np.expm1(-2 * t)  # of the ties' own term
        drawn = counts[:, 1].sum()
        slope[-1] = 2 * drawn / open_end - (up + down).sum()
        curvature[:-1, -1] = curvature[-1, :-1] = design.pull((bend_down - bend_up)[None])[0]
        curvature[-1, -1] = (bend_up + bend_down).sum() + 4 * drawn * np.exp(-2 * t) / open_end**2
    return slope, curvature + RIDGE * np.eye(width + 1)


def log_likelihood(design: Design, counts: np.ndarray, at: Fit) -> float:
    """The log-likelihood of counts [C, 3], without the constant of the multinomial."""
    eta = design.predict(at.theta[None])[0]
    wins, losses, drawn = counts[:, 0] + counts[:, 1], counts[:, 2] + counts[:, 1], counts[:, 1].sum()
    ties = drawn * np.log(np.expm1(2 * at.threshold)) if drawn else 0.0
    return float(wins @ log_expit(eta - at.threshold) + losses @ log_expit(-eta - at.threshold) + ties)
