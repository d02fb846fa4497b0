"""Fictitious play: evenly against all that the other side has been.

Source: Brown 1951, "Iterative solution of games by fictitious play"; Heinrich et al. 2015, "Fictitious self-play in
extensive-form games".
"""

import numpy as np

from league.seasons.roles.naive import due, earliest, restarts
from league.seasons.rules import Rules
from league.seasons.view import View, spread

__all__ = ["chances", "due", "earliest", "restarts"]


def chances(view: View, rules: Rules) -> np.ndarray:
    """Frozen players evenly; members of the other side while nobody is frozen."""
    return spread(view.is_frozen) if view.is_frozen.any() else spread(~view.is_frozen)
