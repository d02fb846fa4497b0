"""Naive self-play: always against the members of the other side as they are now."""

import numpy as np

from league.seasons.rules import Rules
from league.seasons.view import View, spread


def chances(view: View, rules: Rules) -> np.ndarray:
    """Members only."""
    return spread(~view.is_frozen)


def due(view: View, rules: Rules) -> str:
    """Every few periods, to be looked at: nobody trains against it."""
    return f"every {rules.every} periods" if view.periods >= rules.every else ""


def earliest(rules: Rules) -> int:
    """The periods before which it is never frozen."""
    return rules.every


def restarts(view: View, rules: Rules) -> float:
    """Never."""
    return 0.0
