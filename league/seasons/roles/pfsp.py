"""Prioritized fictitious self-play: partly against the present, partly against the past that is hardest to beat.

Source: Vinyals et al. 2019 for the weights; Berner et al. 2019, "Dota 2 with large scale deep reinforcement learning",
for the shares of the present and the past.
"""

import numpy as np

from league.seasons.pfsp import prioritized
from league.seasons.roles.naive import due, earliest, restarts
from league.seasons.rules import Rules
from league.seasons.view import View, spread

__all__ = ["chances", "due", "earliest", "restarts"]


def chances(view: View, rules: Rules) -> np.ndarray:
    """A share `latest` for members of the other side, the rest for frozen players by `weight`."""
    frozen = view.is_frozen
    if not frozen.any():
        return spread(~frozen)
    past = spread(frozen, prioritized(view.win[frozen], rules.weight))
    return rules.latest * spread(~frozen) + (1 - rules.latest) * past
