"""A player of the double oracle (PSRO): it learns to answer the equilibrium of what is frozen, and is then frozen too.

Source: Lanctot et al. 2017, "A unified game-theoretic approach to multiagent reinforcement learning".
Differs: it goes on from its last answer instead of starting anew, so that few steps are enough for the next.
"""

import numpy as np

from league.seasons.roles.naive import due, earliest, restarts
from league.seasons.rules import Rules
from league.seasons.view import View, spread

__all__ = ["chances", "due", "earliest", "restarts"]


def chances(view: View, rules: Rules) -> np.ndarray:
    """The mix of the other side's frozen players that nobody frozen gains on."""
    frozen = view.is_frozen
    return spread(frozen, view.mixture) if frozen.any() else spread(~frozen)
