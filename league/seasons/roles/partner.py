"""A partner in a game of one side: it learns to play with all that others have been, whom it has never met before.

Source: Strouse et al. 2021, "Collaborating with humans without human data" (fictitious co-play). Differs: those with
whom it plays are trained at the same time, and a share of its games is with itself.
"""

import numpy as np

from league.seasons.roles.naive import due, earliest, restarts
from league.seasons.roster import Frozen
from league.seasons.rules import Rules
from league.seasons.view import View, spread

__all__ = ["chances", "due", "earliest", "restarts"]


def chances(view: View, rules: Rules) -> np.ndarray:
    """A share `own_team` for itself; the rest evenly for what was frozen of others."""
    own = spread(view.is_itself)
    others = view.share(lambda other: isinstance(other, Frozen) and other.member != view.member.name)
    return rules.own_team * own + (1 - rules.own_team) * spread(others) if others.any() else own
