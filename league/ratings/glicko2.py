"""Glicko-2: a rating, its deviation, and a volatility, updated after each rating period.

The table is cut, in its order, into periods of equally many rows, such that everybody has about `games` games in each:
Glickman advises 10 to 15. Within a period the order does not matter. The interval is 1.96 deviations. Who is favoured
is not used.

Source: Glickman 2022, "Example of the Glicko-2 system"; the names of steps 3 to 8 are its own.
Axes: P players, G games of one period.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from arena.errors import ArenaError
from league.fits.resample import normal
from league.ratings.rated import ELO, Rated, rated
from league.ratings.results import Results

START_DEVIATION = 350.0  # Elo
START_VOLATILITY = 0.06
CLOSE = 1e-9


@dataclass(frozen=True)
class Standing:
    """Where the players are, on Glicko-2's own scale: natural logarithms of odds."""

    mu: np.ndarray  # [P]
    phi: np.ndarray  # [P] the deviations
    sigma: np.ndarray  # [P] the volatilities


def rate(results: Results, *, games: int = 15, tau: float = 0.5) -> Rated:
    """The ratings after the last period; `tau` says how fast volatilities may change."""
    if games < 1 or tau <= 0:
        raise ArenaError("games must be at least 1 and tau above 0")
    players = len(results.names)
    standing = Standing(np.zeros(players), np.full(players, START_DEVIATION / ELO), np.full(players, START_VOLATILITY))
    periods = max(1, round(2 * len(results) / players / games))
    for rows in np.array_split(np.arange(len(results)), periods):
        standing = after_period(standing, results[rows], tau)
    parameters = {"tau": tau, "periods": periods, "order": "as in the table, by periods"}
    return rated(results, normal(ELO * standing.mu, ELO * standing.phi), parameters)


def after_period(before: Standing, results: Results, tau: float) -> Standing:
    """Everybody after the games of one period, all of which count from where they stood before it."""
    players = len(before.mu)
    i = np.concatenate([results.player, results.opponent])
    j = np.concatenate([results.opponent, results.player])
    score = np.concatenate([results.score, 1 - results.score])
    g = 1 / np.sqrt(1 + 3 * (before.phi[j] / math.pi) ** 2)
    expected = expit(g * (before.mu[i] - before.mu[j]))
    information = np.bincount(i, g**2 * expected * (1 - expected), players)
    gain = np.bincount(i, g * (score - expected), players)
    sigma = before.sigma.copy()
    for p in np.flatnonzero(information):
        sigma[p] = volatility(before.sigma[p], before.phi[p], 1 / information[p], gain[p] / information[p], tau)
    variance = 1 / (1 / (before.phi**2 + sigma**2) + information)
    return Standing(before.mu + variance * gain, np.sqrt(variance), sigma)


def volatility(sigma: float, phi: float, v: float, delta: float, tau: float) -> float:
    """The new volatility of a player whose results were better than expected by delta, with variance v: step 5."""
    start = math.log(sigma**2)

    def f(x: float) -> float:
        total = phi**2 + v + math.exp(x)
        return math.exp(x) * (delta**2 - total) / (2 * total**2) - (x - start) / tau**2

    a, b = start, start - tau
    if delta**2 > phi**2 + v:
        b = math.log(delta**2 - phi**2 - v)
    else:
        while f(b) < 0:
            b -= tau
    f_a, f_b = f(a), f(b)
    while abs(b - a) > CLOSE:
        c = a + (a - b) * f_a / (f_b - f_a)
        f_c = f(c)
        if f_c * f_b <= 0:
            a, f_a = b, f_b
        else:
            f_a /= 2
        b, f_b = c, f_c
    return math.exp(a / 2)
