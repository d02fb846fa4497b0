"""The win/draw/loss model of `league.fits.likelihood` for one table of many players.

Parameters are mu, the skills a and b, and log nu; their prior is the same. Newton's method, each step by conjugate
gradients and halved while it makes things worse.

Axes: P players, C match-ups, E entries, B blocks.
"""

from typing import NamedTuple

import numpy as np

from league.fits.design import RIDGE
from league.fits.likelihood import VIRTUAL
from league.fits.matchups import Matchups
from league.fits.system import System, pull

MOST_STEPS = 100
CLOSE = 1e-10  # squared distance to the maximum, in standard errors, from which one more step lands on it
AT_ONCE = 1 << 15  # match-ups, so that intermediate results stay in the cache
SLACK = 1e-12  # of the log-posterior, which is rounded
RESIDUE = 1e-3  # of a step, which the next one corrects


class Point(NamedTuple):
    """The model at some parameters."""

    theta: np.ndarray  # [K] a, b, mu, log nu
    log_posterior: float  # up to a constant
    lead: np.ndarray  # [C] half of what a win is likelier than a loss
    draw: np.ndarray  # [C] the probability of a draw


def fit(matchups: Matchups) -> Point:
    """Where the posterior of the match-ups' counts is largest; see `likelihood.fit` for the prior."""
    won, drawn, lost = matchups.counts.sum(0)
    log_nu = np.log((2 * drawn + VIRTUAL) / (won + lost + VIRTUAL / 2))
    at = point(matchups, np.append(np.zeros(1 + 2 * matchups.players), log_nu))
    for _ in range(MOST_STEPS):
        slope_here = slope(matchups, at)
        step = information(matchups, at).solve(slope_here[:, None], RESIDUE)[:, 0]
        if step @ slope_here < CLOSE:
            return point(matchups, at.theta + step)
        least = at.log_posterior - SLACK * abs(at.log_posterior)
        while not (found := point(matchups, at.theta + step)).log_posterior >= least:
            step = step / 2
        at = found
    return at


def point(matchups: Matchups, theta: np.ndarray) -> Point:
    """The model at these parameters."""
    a, b, (mu, log_nu) = np.split(theta, [matchups.players, 2 * matchups.players])
    won, drawn, lost = matchups.counts.T
    lead, draw, fitted = np.empty(len(won)), np.empty(len(won)), 0.0
    for lo in range(0, len(won), AT_ONCE):
        rows = slice(lo, lo + AT_ONCE)
        eta = mu + a[matchups.first[rows]] - b[matchups.second[rows]]
        # The three outcomes relative to the likelier of win and loss.
        height = np.abs(eta)
        tie, lesser = np.exp(log_nu - height / 2), np.exp(-height)
        total = 1 + tie + lesser
        draw[rows] = tie / total
        lead[rows] = np.sign(eta) * (1 - lesser) / 2 / total
        # Not by BLAS, which would start its threads for each part.
        fitted += ((won[rows] - lost[rows]) * eta / 2 - matchups.legs[rows] * (height / 2 + np.log(total))).sum()
    of_equals = VIRTUAL * (log_nu / 2 - np.log(2 + np.exp(log_nu)))
    prior = -VIRTUAL / 8 * theta[:-1] @ theta[:-1]
    return Point(theta, fitted + drawn.sum() * log_nu + of_equals + prior, lead, draw)


def slope(matchups: Matchups, at: Point) -> np.ndarray:
    """The slope [K] of the log-posterior."""
    won, drawn, lost = matchups.counts.T
    surplus = (won - lost) / 2 - matchups.legs * at.lead
    ties = VIRTUAL * (0.5 - draw_of_equals(at)) + drawn.sum() - (matchups.legs * at.draw).sum()
    skills = np.append(pull(matchups, surplus[None]), surplus.sum())
    return np.append(skills - VIRTUAL / 4 * at.theta[:-1], ties)


def information(matchups: Matchups, at: Point) -> System:
    """Minus the second derivative of the log-posterior."""
    legs = matchups.legs
    weight = legs * ((1 - at.draw) / 4 - at.lead**2)
    with_ties = -legs * at.lead * at.draw
    equals = draw_of_equals(at)
    ties = (legs * at.draw * (1 - at.draw)).sum() + VIRTUAL * equals * (1 - equals)
    corner = np.array([[weight.sum() + VIRTUAL / 4, with_ties.sum()], [with_ties.sum(), ties]]) + RIDGE * np.eye(2)
    return System(matchups, weight, VIRTUAL / 4 + RIDGE, np.stack([weight, with_ties]), corner)


def slopes_of_blocks(matchups: Matchups, at: Point) -> np.ndarray:
    """What the legs of each block add to the slope: [K, B]."""
    won, drawn, lost = matchups.entries.T
    legs = won + drawn + lost
    surplus = (won - lost) / 2 - legs * at.lead[matchups.cell]
    ties = drawn - legs * at.draw[matchups.cell]
    common = [np.bincount(matchups.block, column, matchups.blocks) for column in (surplus, ties)]
    return np.concatenate([pull_of_blocks(matchups, surplus), common])


def pull_of_blocks(matchups: Matchups, column: np.ndarray) -> np.ndarray:
    """How a column [E] pulls at the skills in each block: [2P, B]."""
    shape = (matchups.players, matchups.blocks)
    parts = []
    for place, sign in zip(matchups.places, (1.0, -1.0), strict=True):
        parts.append(sign * np.bincount(place, column, shape[0] * shape[1]).reshape(shape))
    return np.concatenate(parts)


def draw_of_equals(at: Point) -> float:
    """How often equals draw."""
    nu = np.exp(at.theta[-1])
    return float(nu / (2 + nu))
