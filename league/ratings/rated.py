"""What every model returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from league.fits.resample import Estimate
from league.ratings.existence import undecided
from league.ratings.results import Results

ELO = 400 / np.log(10)  # Elo points in a unit of the natural logarithm of odds

Parameters = Mapping[str, Any]  # what may go into a JSON file


@dataclass(frozen=True)
class Rated:
    """Players and their ratings, in the order of their names."""

    names: tuple[str, ...]  # [P]
    rating: Estimate  # [P] Elo, mean zero, with 95% intervals
    games: np.ndarray  # [P]
    provisional: np.ndarray  # [P] bool: the games leave open how far from the others the player is
    parameters: Parameters  # what else was fitted, and what was set
    worth: np.ndarray | None = None  # [P] of models that have worths, with a geometric mean of 1


def rated(
    results: Results,
    rating: Estimate,
    parameters: Parameters,
    worth: np.ndarray | None = None,
    provisional: np.ndarray | None = None,
) -> Rated:
    """The ratings, shifted to mean zero; provisional, if not given, is who does not hang together with most others."""
    shift = rating.value.mean()
    rating = Estimate(rating.value - shift, rating.low - shift, rating.high - shift)
    if provisional is None:
        provisional = undecided(results.cells, len(results.names))
    return Rated(results.names, rating, results.games, provisional, parameters, worth)
