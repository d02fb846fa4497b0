"""Elo: one game after the other, as for a live display; the order of the games matters.

    E = 1 / (1 + 10 ** (-(R_i + advantage z - R_j) / 400)),    R_i += k (S - E),  R_j -= k (S - E)

with z = 1 if i is favoured, -1 if j is, 0 if nobody. The interval says how far a rating would move if other games had
been drawn from those that were played: each resample gives every game a weight (Poisson with mean 1) that its step is
multiplied by. It knows nothing of the order, nor of how far a rating still is on its way from the start.

Source: Elo 1978, "The rating of chessplayers, past and present"; weights as in Oza and Russell 2001, "Online bagging".
"""

import numpy as np
from scipy.special import expit

from arena.errors import ArenaError
from league.fits.resample import percentile
from league.ratings.rated import ELO, Rated, rated
from league.ratings.results import Results

RESAMPLES = 200
GAMES_AT_ONCE = 1000  # whose weights are drawn together


def rate(results: Results, *, k: float = 32.0, advantage: float = 0.0, seed: int = 0) -> Rated:
    """The ratings after the last game; `k` Elo points at stake in a game, `advantage` Elo points of the favoured."""
    if k <= 0:
        raise ArenaError(f"k must be above 0, not {k}")
    rng = np.random.default_rng(seed)
    ratings = np.zeros((len(results.names), 1 + RESAMPLES))
    lead = float(advantage) * results.favoured
    for rows in np.split(np.arange(len(results)), range(GAMES_AT_ONCE, len(results), GAMES_AT_ONCE)):
        weights = np.pad(rng.poisson(1.0, (len(rows), RESAMPLES)), ((0, 0), (1, 0)), constant_values=1)
        for game, weight in zip(rows, k * weights, strict=True):
            i, j = results.player[game], results.opponent[game]
            step = weight * (results.score[game] - expected_score(ratings[i] + lead[game] - ratings[j]))
            ratings[i] += step
            ratings[j] -= step
    estimate = percentile(ratings[:, 0], ratings[:, 1:].T, max(2, len(results)))
    return rated(results, estimate, {"k": k, "advantage": advantage, "order": "as in the table"})


def expected_score(difference: np.ndarray) -> np.ndarray:
    """What Elo expects of a player whose rating is higher by `difference`."""
    return np.asarray(expit(difference / ELO))
