"""Ratings of many players and how they move when blocks of seeds are resampled: one step of Newton from the fit.

A resample counts each block as often as it was drawn, which moves the slope at the fit by what the blocks pull there.
All resamples share the curvature of the fit, so each block has an influence on each reading, once and for all, and a
resample is the fit and the influences of what it has drawn. Where every player met many this is as good as fitting
each resample anew, which `league.fits.refits` does for few players.

Source: Moulton and Zeger 1991, "Bootstrapping generalized linear models", the one-step bootstrap.
Differs: the curvature is that of the fit and not of each resample, so there is one matrix to factorise.
Axes: P players, N readings, B blocks, R resamples, K parameters.
"""

from dataclasses import dataclass

import numpy as np

from league.fits import large
from league.fits.design import RIDGE
from league.fits.matchups import Matchups
from league.fits.readout import Readout
from league.fits.resample import Outcomes
from league.fits.system import System, pull

AT_ONCE = 512  # readings
PROBES = 16
LEAST = 1e-3  # variance


@dataclass(frozen=True)
class Influences:
    """What each block does to the readings."""

    value: np.ndarray  # [N]
    influence: np.ndarray  # [N, B]
    drawn: np.ndarray  # [R, B] how often each block was drawn

    def at(self, readings: slice, resamples: slice = slice(None)) -> np.ndarray:
        """The resampled readings [R, N], as far as asked."""
        return np.asarray(self.value[readings] + (self.drawn[resamples] - 1) @ self.influence[readings].T)


def outcomes(matchups: Matchups, readout: Readout, drawn: np.ndarray, unsure: np.ndarray) -> Outcomes:
    """The readings by wins, draws and losses; of the `unsure` ones the spread by the curvature of the posterior."""
    at = large.fit(matchups)
    system = large.information(matchups, at)
    moved = system.solve(large.slopes_of_blocks(matchups, at))
    resampled = Influences(read(readout, at.theta), read(readout, moved.T).T, drawn)
    return Outcomes(resampled, spread(system, readout, unsure), float(at.theta[-1]))


def margins(matchups: Matchups, readout: Readout, drawn: np.ndarray) -> Influences:
    """The readings by scores: mu and a from the first side's, b from the second's with its sign turned."""
    none = np.zeros((0, len(matchups.first)))
    system = System(matchups, matchups.sum(matchups.scored), RIDGE, none, np.zeros((0, 0)))
    parts = []
    for side, sign in enumerate((1.0, -1.0)):
        total = sign * matchups.total[:, side]
        theta = system.solve(pull(matchups, matchups.sum(total)[None]).T)
        a, b = np.split(theta[:, 0], 2)
        surplus = total - matchups.scored * (a[matchups.first] - b[matchups.second])[matchups.cell]
        influence = system.solve(large.pull_of_blocks(matchups, surplus))
        parts.append(read(readout, np.concatenate([theta, influence], axis=1).T).T)
    players = matchups.players
    (mu, a), b = np.split(parts[0][: 1 + players], [1]), parts[1][1 + players : 1 + 2 * players]
    both = np.concatenate([mu, a, b, a + b])
    return Influences(both[:, 0], np.ascontiguousarray(both[:, 1:]), drawn)


def read(readout: Readout, theta: np.ndarray) -> np.ndarray:
    """The readings [..., N] of parameters [..., K]: a, b, and perhaps mu and log nu."""
    count = 2 * len(readout.held)
    mu = theta[..., count : count + 1] if theta.shape[-1] > count else np.zeros((*theta.shape[:-1], 1))
    return readout(np.concatenate([mu, theta[..., :count]], axis=-1))


def spread(system: System, readout: Readout, unsure: np.ndarray) -> np.ndarray:
    """The standard deviations [n] of readings if legs were independent; an estimate beyond DENSE players.

    That comes from random signs: the mean of their products with what they covary with. It is kept above LEAST.
    Source: Bekas, Kokiopoulou and Saad 2007, "An estimator for the diagonal of a matrix".
    """
    readings = 1 + 3 * len(readout.held)
    if not system.is_dense:
        signs = np.random.default_rng(0).choice([-1.0, 1.0], (PROBES, readings))
        variance = (signs * covariances(system, readout, signs)).mean(0)[unsure]
        return np.asarray(np.sqrt(np.maximum(variance, LEAST)))
    variances = [np.zeros(0)]
    for part in np.split(unsure, range(AT_ONCE, len(unsure), AT_ONCE)):
        single = (part[:, None] == np.arange(readings)).astype(float)
        variances.append(covariances(system, readout, single)[np.arange(len(part)), part])
    return np.sqrt(np.concatenate(variances))


def covariances(system: System, readout: Readout, mixture: np.ndarray) -> np.ndarray:
    """How each reading covaries with mixtures of readings [n, N]: [n, N]."""
    turned = readout.turned(mixture)
    right = np.concatenate([turned[:, 1:], turned[:, :1], np.zeros((len(turned), 1))], axis=1)
    return read(readout, system.solve(right.T).T)
