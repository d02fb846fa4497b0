"""A soloist of a game of one side: it only ever plays with itself, and is frozen now and then for others to play with.

Source: Strouse et al. 2021, "Collaborating with humans without human data", where these are the first stage.
"""

import numpy as np

from league.seasons.roles.naive import due, earliest, restarts
from league.seasons.rules import Rules
from league.seasons.view import View, spread

__all__ = ["chances", "due", "earliest", "restarts"]


def chances(view: View, rules: Rules) -> np.ndarray:
    """Itself."""
    return spread(view.is_itself)
