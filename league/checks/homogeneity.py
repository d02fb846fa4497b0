"""Whether the legs that one machine played are like those of another.

Axes: G legs, E environments, L line-ups, K seeds.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from arena.game import DRAW, Game
from arena.games import Games
from league.records.legs import lineups_of

FEWEST_SEEDS = 20  # below, the distribution of the statistic is not that of chi-square

ROUNDING = 1e-12


@dataclass(frozen=True)
class Homogeneity:
    """What a test says that takes as its hypothesis that environments differ in nothing."""

    seeds: int  # that bear on it
    statistic: float
    degrees: int  # of freedom; 0 if nothing can be compared
    p: float  # how likely chance alone makes so large a statistic; 1 if nothing can be compared


def homogeneity(games: Games, scenario: Game, environment: np.ndarray) -> Homogeneity:
    """Compares results of the same line-ups between environments, `environment` [G] being the number of each leg's.

    The result of a leg is what the first side won of the point, or its score in a game that is not won. Within each
    line-up, how far results are above its mean goes with the environment by chance alone; sums over whole seeds are
    independent, since all that is common to the legs of a world stays within one.

    Source: the score test with clusters: Boos 1992, "On generalized score tests".
    """
    result = _result(games, scenario)
    is_known = np.isfinite(result)  # a forfeit has no score
    games, result, environment = games[is_known], result[is_known], environment[is_known]
    per_seed = _per_seed(games, result, environment)
    variance = per_seed.T @ per_seed
    degrees = int(np.linalg.matrix_rank(variance)) if len(per_seed) >= FEWEST_SEEDS else 0
    if not degrees:
        return Homogeneity(len(per_seed), 0.0, 0, 1.0)
    total = per_seed.sum(0)
    statistic = float(total @ np.linalg.pinv(variance) @ total)
    return Homogeneity(len(per_seed), statistic, degrees, float(chi2.sf(statistic, degrees)))


def _per_seed(games: Games, result: np.ndarray, environment: np.ndarray) -> np.ndarray:
    """How far results go with all environments but the first, summed over each seed that bears on it: [K, E-1]."""
    if not environment.any():
        return np.zeros((0, 1))
    labels = np.eye(int(environment.max()) + 1)[environment][:, 1:]
    _, lineup = lineups_of(games)
    _, seed = np.unique(games.seed, return_inverse=True)
    per_leg = _centred(result[:, None], lineup) * _centred(labels, lineup)
    per_seed = np.stack([np.bincount(seed, column) for column in per_leg.T], axis=1)
    return np.asarray(per_seed[(np.abs(per_seed) > ROUNDING).any(1)])


def _result(games: Games, scenario: Game) -> np.ndarray:
    """What the first side made of each leg, [G]."""
    if not scenario.has_outcome:
        return games.score[:, 0].astype(np.float64)
    return np.where(games.winner == DRAW, 0.5, (games.winner == 0).astype(np.float64))


def _centred(columns: np.ndarray, lineup: np.ndarray) -> np.ndarray:
    """The columns [G, N] less their means over the legs of each line-up."""
    legs = np.maximum(np.bincount(lineup), 1)
    means = np.stack([np.bincount(lineup, column) / legs for column in columns.T], axis=1)
    return np.asarray(columns - means[lineup])
