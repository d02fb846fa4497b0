"""BayesElo: Rao-Kupper with the advantage and the draws of chess instead of fitted ones, and virtual draws.

    P(i beats j) = 1 / (1 + 10 ** ((draw_elo - advantage z - e_i + e_j) / 400))

and likewise from j's end, with z = 1 if i is favoured (has White), -1 if j is, 0 if nobody. As prior, each player draws
`prior_draws` / 2 virtual games with its opponents, shared out as its games are, half of them favoured; so it takes part
in about `prior_draws`. Ratings are scaled by 4 x / (1 + x) ** 2 with x = 10 ** (-draw_elo / 400), so that a small
difference promises the same score as in Elo's formula. Worths are those before scaling.

Source: Coulom, Bayesian Elo Rating, src/CBradleyTerry.cpp; the model is that of Rao and Kupper 1967.
Differs: Newton's method in place of minorisation-maximisation, to the same maximum; groups of players that never met
get the virtual games of `league.ratings.problem` besides, and intervals are from the joint curvature.
"""

from dataclasses import replace

import numpy as np

from arena.errors import ArenaError
from league.fits.design import Design
from league.ratings.existence import is_connected, undecided
from league.ratings.problem import find_problem, rated_by_likelihood
from league.ratings.rao_kupper import fit
from league.ratings.rated import ELO, Rated
from league.ratings.results import Results

ADVANTAGE = 32.8  # Elo, of White over Black
DRAW_ELO = 97.3


def rate(
    results: Results, *, advantage: float = ADVANTAGE, draw_elo: float = DRAW_ELO, prior_draws: float = 2.0
) -> Rated:
    """The ratings; the advantage, in Elo, counts only in games where somebody was favoured."""
    if draw_elo <= 0 or prior_draws < 0:
        raise ArenaError("draw_elo must be above 0 and prior_draws at least 0")
    problem = find_problem(results, None, with_ties=True)
    # neither the advantage nor the ties are fitted, so they leave nothing open
    problem = replace(problem, provisional=undecided(results.cells, len(results.names)))
    if prior_draws and is_connected(results.cells, len(results.names)):
        problem = replace(problem, virtual=np.zeros_like(problem.virtual), prior=0.0)
    matchups, draws = virtual_draws(results, prior_draws)
    columns, values = (
        np.concatenate(parts)
        for parts in ((problem.design.columns, matchups.columns), (problem.design.values, matchups.values))
    )
    offset = np.where(columns == 0, values, 0).sum(1) * advantage / ELO
    strengths = Design(columns, np.where(columns == 0, 0, values), matchups.width)
    best = fit(strengths, np.concatenate([problem.counts[0], draws]), draw_elo / ELO, offset)
    x = 10 ** (-draw_elo / 400)
    scale = 4 * x / (1 + x) ** 2
    parameters = {"advantage": advantage, "draw_elo": draw_elo, "prior_draws": prior_draws, "scale": scale}
    return rated_by_likelihood(problem, best.theta, best.covariance, parameters, scale)


def virtual_draws(results: Results, prior_draws: float) -> tuple[Design, np.ndarray]:
    """The match-ups of all players that met, with either of them favoured, and the virtual draws of each [2 M, 3]."""
    cells, players = results.cells, len(results.names)
    low, high = np.minimum(cells.first, cells.second), np.maximum(cells.first, cells.second)
    key, pair = np.unique(low * players + high, return_inverse=True)
    games = np.bincount(pair, cells.counts.sum(1))
    low, high = key // players, key % players
    draws = np.zeros((2 * len(key), 3))
    draws[:, 1] = np.tile(prior_draws / 4 * (games / results.games[low] + games / results.games[high]), 2)
    design = Design.of_matchups(1 + np.tile(low, 2), 1 + np.tile(high, 2), 1 + players)
    design.values[:, 0] = np.repeat([1, -1], len(key)) * results.has_sides
    return design, draws
