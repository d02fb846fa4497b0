"""Weng-Lin: a normal belief about each player, moved one game after the other; the order of the games matters.

The Plackett-Luce model of openskill, for two players. With c ** 2 = sigma_i ** 2 + sigma_j ** 2 + 2 beta ** 2 and
p = 1 / (1 + exp(-(mu_i - mu_j) / c)),

    mu_i += sigma_i ** 2 / c (S - p),    sigma_i ** 2 *= max(1 - sigma_i ** 3 / c ** 3 p (1 - p), kappa)

Before each game tau ** 2 is added to the variances. Once sigma is small, log-odds are (mu_i - mu_j) / (sqrt(2) beta),
which sets the scale in Elo; the interval is 1.96 sigma. Who is favoured is not used.

Source: Weng and Lin 2011, "A Bayesian approximation method for online ranking", algorithm 4, with the constants of
openskill.
"""

import math

import numpy as np

from league.fits.resample import normal
from league.ratings.rated import ELO, Rated, rated
from league.ratings.results import Results

MU = 25.0
SIGMA = MU / 3
BETA = SIGMA / 2
TAU = MU / 300
KAPPA = 1e-4


def rate(results: Results, *, tau: float = TAU) -> Rated:
    """The ratings after the last game; `tau` keeps sigma from going to zero."""
    mu, variance = [MU] * len(results.names), [SIGMA**2] * len(results.names)
    games = zip(results.player.tolist(), results.opponent.tolist(), results.score.tolist(), strict=True)
    for i, j, score in games:
        (mu[i], variance[i]), (mu[j], variance[j]) = after_game(
            (mu[i], variance[i] + tau**2), (mu[j], variance[j] + tau**2), score
        )
    unit = float(ELO) / (math.sqrt(2) * BETA)
    parameters = {"beta": BETA, "kappa": KAPPA, "tau": tau, "elo_per_mu": unit, "order": "as in the table"}
    return rated(results, normal(unit * np.array(mu), unit * np.sqrt(variance)), parameters)


def after_game(
    one: tuple[float, float], other: tuple[float, float], score: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The (mu, variance) of two players after a game in which the one scored 1, 0.5 or 0."""
    (mu, variance), (other_mu, other_variance) = one, other
    c = math.sqrt(variance + other_variance + 2 * BETA**2)
    p = 1 / (1 + math.exp(-(mu - other_mu) / c))

    def shrunk(variance: float) -> float:
        return float(variance * max(1 - (math.sqrt(variance) / c) ** 3 * p * (1 - p), KAPPA))

    step = (score - p) / c
    return (mu + variance * step, shrunk(variance)), (other_mu - other_variance * step, shrunk(other_variance))
