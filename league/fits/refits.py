"""Ratings of few players and how they move when blocks of seeds are resampled: every resample is fitted anew.

Axes: P players, N readings, C match-ups, B blocks, R resamples, K parameters.
"""

import numpy as np

from league.fits.design import Design, least_squares
from league.fits.likelihood import covariance, fit
from league.fits.matchups import Matchups
from league.fits.readout import Readout
from league.fits.resample import Outcomes, Refits

MOST_NUMBERS = 4_000_000  # in a stack of matrices that is solved at once


def outcomes(matchups: Matchups, readout: Readout, drawn: np.ndarray, unsure: np.ndarray) -> Outcomes:
    """The readings by wins, draws and losses; of the `unsure` ones the spread by the curvature of the posterior."""
    design, counts = design_of(matchups), matchups.counts[None]
    best = fit(design, counts)
    entries = matchups.by_block(matchups.entries)
    thetas = [fit(design, weigh(rows, entries), start=best).theta for rows in batches(drawn, design.width)]
    rows = readout.turned(np.eye(1 + 3 * matchups.players)[unsure])
    spread = np.sqrt(np.einsum("ij,jk,ik->i", rows, covariance(design, counts, best)[0], rows))
    resampled = Refits(readout(best.theta[0]), readout(np.concatenate(thetas)))
    return Outcomes(resampled, spread, float(best.log_nu[0]))


def margins(matchups: Matchups, readout: Readout, drawn: np.ndarray) -> Refits:
    """The readings by scores: mu and a from the first side's, b from the second's with its sign turned."""
    design = design_of(matchups)
    tables = matchups.by_block(matchups.scored), matchups.by_block(matchups.total)

    def read(rows: np.ndarray) -> np.ndarray:
        legs, total = (weigh(rows, table) for table in tables)
        own, other = (readout(least_squares(design, legs, sign * total[..., s])) for s, sign in enumerate((1, -1)))
        a, b = own[:, 1 : 1 + matchups.players], other[:, 1 + matchups.players : 1 + 2 * matchups.players]
        return np.concatenate([own[:, :1], a, b, a + b], axis=1)

    resampled = [read(rows) for rows in batches(drawn, design.width)]
    return Refits(read(np.ones((1, matchups.blocks)))[0], np.concatenate(resampled))


def design_of(matchups: Matchups) -> Design:
    """Parameter 0 is mu, then a of each player, then b."""
    players = matchups.players
    return Design.of_matchups(1 + matchups.first, 1 + players + matchups.second, 1 + 2 * players)


def weigh(drawn: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Sums over blocks [R, ...] of table [B, ...], each block as often as it was drawn [R, B]."""
    return np.asarray(drawn @ table.reshape(len(table), -1)).reshape(len(drawn), *table.shape[1:])


def batches(drawn: np.ndarray, width: int) -> list[np.ndarray]:
    """The resamples, as many at once as there is room for."""
    rows = max(1, MOST_NUMBERS // (width + 1) ** 2)
    return [drawn[lo : lo + rows] for lo in range(0, len(drawn), rows)]
