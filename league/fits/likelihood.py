"""The win/draw/loss model: Bradley-Terry with a side term and Davidson's ties, for many tables at once.

In cell c the first side wins, draws or loses with probabilities in the ratio

    exp(eta_c / 2) : nu : exp(-eta_c / 2),        eta = design @ theta

so log(win / loss) is eta, equals draw with probability nu / (2 + nu), and data without a draw have nu = 0, which is
plain Bradley-Terry. The log-likelihood is concave in (theta, log nu). The prior keeps everything finite when a
player won or drew all its legs: it weighs as much as `virtual` legs, see `fit`.

Source: Davidson 1970, "On extending the Bradley-Terry model to accommodate ties in paired comparison experiments";
the side term multiplies the odds as in Davidson and Beaver 1977.
Axes: R tables (resamples), C cells, K parameters; counts [R, C, 3] are wins, draws and losses of the first side.
"""

from dataclasses import dataclass

import numpy as np

from league.fits.design import RIDGE, Design, solve

VIRTUAL = 0.5  # legs that the prior weighs as much as
MOST_STEPS = 200
CLOSE = 1e-12  # squared distance to the maximum, in standard errors, from which one more step lands on it


@dataclass(frozen=True)
class Strengths:
    """Where the likelihood, with its prior, is largest."""

    theta: np.ndarray  # [R, K]
    log_nu: np.ndarray  # [R], -inf where nothing speaks for draws


def probabilities(eta: np.ndarray, log_nu: np.ndarray) -> np.ndarray:
    """Win, draw and loss of the first side, [R, C, 3], from eta [R, C] and log_nu [R]."""
    logit = np.stack([eta / 2, np.broadcast_to(log_nu[:, None], eta.shape), -eta / 2], axis=-1)
    weight = np.exp(logit - logit.max(-1, keepdims=True))
    return np.asarray(weight / weight.sum(-1, keepdims=True))


def log_likelihood(design: Design, counts: np.ndarray, at: Strengths) -> np.ndarray:
    """The log-likelihood [R] of the counts, without prior and without the constant of the multinomial."""
    p = probabilities(design.predict(at.theta), at.log_nu)
    return np.asarray((counts * np.log(np.where(counts > 0, p, 1))).sum((1, 2)))


def fit(design: Design, counts: np.ndarray, virtual: float = VIRTUAL, start: Strengths | None = None) -> Strengths:
    """The strengths that explain counts [R, C, 3] best, by Newton's method.

    The prior: each parameter is normal around 0 with the precision, virtual / 4, that `virtual` legs between equals
    would give; and `virtual` legs between equals are added, half of them drawn, for nu. With virtual = 0 it is plain
    maximum likelihood, finite only if every player both took and gave something.
    """
    tables = len(counts)
    design, counts = _with_prior(design, counts, virtual)
    if start is None:
        theta, log_nu = np.zeros((tables, design.width)), _log_nu_of_equals(counts)
    else:
        theta = np.repeat(start.theta, tables // len(start.theta), axis=0)
        log_nu = np.repeat(start.log_nu, tables // len(start.log_nu), axis=0)
    for _ in range(MOST_STEPS):
        slope, curvature = _derivatives(design, counts, Strengths(theta, log_nu), virtual)
        step = solve(curvature, slope)
        step /= np.maximum(1, _reach(design, step))[:, None]
        theta = theta + step[:, :-1]
        log_nu = log_nu + step[:, -1]
        if ((step * slope).sum(1) < CLOSE).all():
            break
    return Strengths(theta, log_nu)


def covariance(design: Design, counts: np.ndarray, at: Strengths, virtual: float = VIRTUAL) -> np.ndarray:
    """The inverse information [R, K, K] at the fit: the spread of theta if legs were independent.

    Only contrasts that games decide (differences within a side) have a meaningful spread.
    """
    _, curvature = _derivatives(*_with_prior(design, counts, virtual), at, virtual)
    return np.asarray(np.linalg.inv(curvature)[:, :-1, :-1])


def _with_prior(design: Design, counts: np.ndarray, virtual: float) -> tuple[Design, np.ndarray]:
    legs = np.broadcast_to(virtual * np.array([0.25, 0.5, 0.25]), (len(counts), 1, 3))
    return design.with_empty_cell(), np.concatenate([counts, legs], axis=1)


def _log_nu_of_equals(counts: np.ndarray) -> np.ndarray:
    """The best log nu [R] if all were equal: a start."""
    wins, draws, losses = counts.sum(1).T
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(2 * draws) - np.log(np.maximum(wins + losses, 1e-9)))


def _derivatives(design: Design, counts: np.ndarray, at: Strengths, virtual: float) -> tuple[np.ndarray, np.ndarray]:
    """Slope [R, K+1] of the log-posterior in (theta, log nu), and minus its second derivative [R, K+1, K+1]."""
    p = probabilities(design.predict(at.theta), at.log_nu)
    legs = counts.sum(-1)
    lead = (p[..., 0] - p[..., 2]) / 2
    draw = p[..., 1]
    width = design.width
    slope = np.empty((len(counts), width + 1))
    slope[:, :-1] = design.pull((counts[..., 0] - counts[..., 2]) / 2 - legs * lead) - virtual / 4 * at.theta
    slope[:, -1] = (counts[..., 1] - legs * draw).sum(1)
    curvature = np.empty((len(counts), width + 1, width + 1))
    curvature[:, :-1, :-1] = design.gram(legs * ((1 - draw) / 4 - lead**2)) + virtual / 4 * np.eye(width)
    curvature[:, :-1, -1] = curvature[:, -1, :-1] = design.pull(-legs * lead * draw)
    curvature[:, -1, -1] = (legs * draw * (1 - draw)).sum(1)
    return slope, curvature + RIDGE * np.eye(width + 1)


def _reach(design: Design, step: np.ndarray) -> np.ndarray:
    """How far a step moves any cell's log-odds [R]; within 1, the curvature changes by less than a factor e.

    A Newton step shortened to that reach always goes up. Source: Bach 2010, "Self-concordant analysis for logistic
    regression", proposition 1.
    """
    return np.asarray(np.abs(design.predict(step[:, :-1])).max(1) + np.abs(step[:, -1]))
