"""Bradley-Terry: wins and losses by strength, and the advantage of whoever is favoured.

    log-odds that i beats j = l_i - l_j + delta z,        z = 1 if i is favoured, -1 if j is, 0 if nobody

A draw is half a win and half a loss. Maximum likelihood over all games at once, by Newton's method; intervals from the
curvature. The worths exp(l) have a geometric mean of 1.

Source: Bradley and Terry 1952, "Rank analysis of incomplete block designs"; the advantage as in Agresti 2002,
"Categorical data analysis", section 10.6.
"""

from league.fits.likelihood import covariance, fit, log_likelihood
from league.ratings.problem import find_problem, rated_by_likelihood
from league.ratings.rated import Rated
from league.ratings.results import Results


def rate(results: Results, *, prior: float | None = None) -> Rated:
    """The ratings; `prior` is the number of virtual games of each player, by default as many as it takes."""
    problem = find_problem(results, prior, with_ties=False)
    best = fit(problem.design, problem.counts, virtual=0)
    spread = covariance(problem.design, problem.counts, best, virtual=0)[0]
    likelihood = float(log_likelihood(problem.design, problem.played, best)[0])
    return rated_by_likelihood(problem, best.theta[0], spread, {"log_likelihood": likelihood})
