"""Nash averaging: each player is rated against the most even of the mixes that nobody beats.

Copies of a player share its weight and change nobody's rating, so a league cannot be tilted by entering more of a
kind. Source: Balduzzi et al. 2018, "Re-evaluating evaluation", arXiv 1806.02643, section 4.
"""

from dataclasses import dataclass

import numpy as np

from league.metagame.complementary import TOLERANCE, complementary
from league.metagame.entropy import most_even


@dataclass(frozen=True)
class NashAverage:
    """The maximum-entropy equilibrium of P players and what it says of each."""

    mass: np.ndarray  # [P] the share of each player in the mix
    rating: np.ndarray  # [P] what each wins from the mix: 0 for those in it, else at most 0


def nash_average(advantage: np.ndarray) -> NashAverage:
    """The Nash average of antisymmetric `advantage` [P, P], in which entry [i, j] is what i wins from j.

    The mix is an equilibrium to within TOLERANCE of the largest entry and its entropy is certified, see
    `entropy.most_even`; ArithmeticError otherwise. Differs from the code of the paper and from OpenSpiel's: those hand
    the whole problem to a general solver and return what it stops at.
    """
    advantage = _antisymmetric(advantage)
    scaled = advantage / (np.abs(advantage).max(initial=0) or 1.0)
    x, slack = complementary(scaled)
    plays = x > slack
    mass = np.zeros(len(scaled))
    mass[plays] = most_even(x[plays], scaled[np.ix_(plays, plays)], scaled[np.ix_(~plays, plays)])
    if (scaled @ mass).max() > TOLERANCE:
        raise ArithmeticError(f"the mix found is beaten by {(scaled @ mass).max():.1e} of the largest payoff")
    return NashAverage(mass, advantage @ mass)


def _antisymmetric(advantage: np.ndarray) -> np.ndarray:
    advantage = np.asarray(advantage, np.float64)
    size = len(advantage)
    if size == 0 or advantage.shape != (size, size) or not np.isfinite(advantage).all():
        raise ValueError(f"Nash averaging takes a square matrix of finite numbers, not one of shape {advantage.shape}")
    if np.abs(advantage + advantage.T).max() > TOLERANCE * np.abs(advantage).max():
        raise ValueError("Nash averaging takes an antisymmetric matrix: entry [i, j] is minus entry [j, i]")
    return np.asarray((advantage - advantage.T) / 2)
