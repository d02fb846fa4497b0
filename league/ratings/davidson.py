"""Davidson: Bradley-Terry with ties, which are likelier the closer the players.

    win : tie : loss  =  exp(eta / 2) : nu : exp(-eta / 2),        eta = l_i - l_j + delta z

with z = 1 if i is favoured, -1 if j is, 0 if nobody. Equals tie with probability nu / (2 + nu). Maximum likelihood by
Newton's method, with intervals from the curvature; without ties in the table it is Bradley-Terry.

Source: Davidson 1970, "On extending the Bradley-Terry model to accommodate ties in paired comparison experiments".
"""

import numpy as np

from league.fits.likelihood import covariance, fit, log_likelihood
from league.ratings.problem import find_problem, rated_by_likelihood
from league.ratings.rated import Rated
from league.ratings.results import Results


def rate(results: Results, *, prior: float | None = None) -> Rated:
    """The ratings; `prior` is the number of virtual games of each player, by default as many as it takes."""
    problem = find_problem(results, prior, with_ties=True)
    best = fit(problem.design, problem.counts, virtual=0)
    spread = covariance(problem.design, problem.counts, best, virtual=0)[0]
    nu = float(np.exp(best.log_nu[0]))
    likelihood = float(log_likelihood(problem.design, problem.played, best)[0])
    parameters = {"log_likelihood": likelihood, "nu": nu, "draw_rate": nu / (2 + nu)}
    return rated_by_likelihood(problem, best.theta[0], spread, parameters)
