"""A table of results as a likelihood to maximise: match-ups with an advantage and strengths, and virtual games.

Parameter 0 is delta, which adds to the log-odds of whoever is favoured; then come the log strengths of the players.
Where the likelihood has no maximum, everybody gets virtual games against somebody of average strength, half of them
won and half lost, and the favoured side likewise against the other between equals. They pull towards the average like
virtual draws, and say nothing of ties.
"""

from dataclasses import dataclass

import numpy as np

from arena.errors import ArenaError
from league.fits.design import Design
from league.fits.resample import normal
from league.ratings.existence import is_bounded, undecided
from league.ratings.rated import ELO, Parameters, Rated, rated
from league.ratings.results import Cells, Results

VIRTUAL_GAMES = 0.5
MOST_PLAYERS = 4000  # a fit inverts a matrix of their number squared


@dataclass(frozen=True)
class Problem:
    """What a model of wins, draws and losses is fitted to; R = 1 table, C cells, then one for each virtual opponent."""

    results: Results
    design: Design
    played: np.ndarray  # [1, C + P + 1, 3]
    virtual: np.ndarray  # [1, C + P + 1, 3]
    provisional: np.ndarray  # [P]
    prior: float  # virtual games of each player

    @property
    def counts(self) -> np.ndarray:
        """[1, C + P + 1, 3] won, drawn, lost, virtual games among them."""
        return np.asarray(self.played + self.virtual)


def find_problem(results: Results, prior: float | None, with_ties: bool) -> Problem:
    """The likelihood of results; `prior` virtual games for each player, or if None, as many as it takes.

    A model without ties counts a draw as half a game won and half a game lost.
    """
    cells, players = results.cells, len(results.names)
    if players > MOST_PLAYERS:
        raise ArenaError(f"{players:,} players are too many to fit jointly (at most {MOST_PLAYERS:,}); take openskill")
    if prior is not None and prior < 0:
        raise ArenaError(f"prior must be 0 or more virtual games, not {prior}")
    provisional = undecided(cells, players)
    if not provisional.any() and not is_bounded(cells, players, with_ties):
        provisional = np.ones(players, bool)
    if prior is None or (prior == 0 and provisional.any()):
        prior = VIRTUAL_GAMES if provisional.any() else 0.0
    played = np.pad(cells.counts.astype(float), ((0, players + 1), (0, 0)))
    if not with_ties:
        played = played @ [[1, 0, 0], [0.5, 0, 0.5], [0, 0, 1]]
    virtual = np.zeros_like(played)
    virtual[len(cells.first) :, [0, 2]] = prior / 2
    return Problem(results, _design(cells, players), played[None], virtual[None], provisional, prior)


def _design(cells: Cells, players: int) -> Design:
    """Rows for the cells, then one for each parameter by itself."""
    design = Design.of_matchups(1 + cells.first, 1 + cells.second, 1 + players)
    design.values[:, 0] = cells.favoured
    alone = np.zeros((players + 1, 3))
    alone[:, 0] = 1
    columns = np.repeat(np.arange(players + 1)[:, None], 3, axis=1)
    return Design(np.concatenate([design.columns, columns]), np.concatenate([design.values, alone]), design.width)


def rated_by_likelihood(
    problem: Problem, theta: np.ndarray, covariance: np.ndarray, parameters: Parameters, scale: float = 1.0
) -> Rated:
    """The ratings at the fit theta [1 + P], their intervals from its covariance [1 + P, 1 + P] at mean zero."""
    results = problem.results
    players = len(results.names)
    strength = theta[1:] - theta[1:].mean()
    centre = np.eye(players) - 1 / players
    spread = np.sqrt(np.diag(centre @ covariance[1:, 1:] @ centre))
    found = {**parameters}
    if results.has_sides and "advantage" not in found:
        advantage = normal(ELO * theta[0], ELO * np.sqrt(covariance[0, 0]))
        found |= {"delta": float(theta[0]), "delta_error": float(np.sqrt(covariance[0, 0]))}
        found |= {"advantage": float(advantage.value)}
        found |= {"advantage_low": float(advantage.low), "advantage_high": float(advantage.high)}
    found["virtual_games"] = problem.prior
    rating = normal(scale * ELO * strength, scale * ELO * spread)
    return rated(results, rating, found, np.exp(strength), problem.provisional)
