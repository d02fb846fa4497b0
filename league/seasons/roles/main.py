"""AlphaStar's main agent: the past, the present, and what it may have forgotten.

Differs: the two sides have populations of their own, so a main meets the mains of the other side instead of itself.
"""

import numpy as np

from league.seasons.pfsp import prioritized
from league.seasons.roster import Frozen, Member
from league.seasons.rules import Rules
from league.seasons.view import View, spread

EXPLOITER = "main_exploiter"


def chances(view: View, rules: Rules) -> np.ndarray:
    """Half for the frozen players that are hardest to beat; the rest for self-play and verification."""
    present = self_play(view, rules)
    if not view.is_frozen.any():
        return present
    past = spread(view.is_frozen, prioritized(view.win[view.is_frozen], "hard"))
    forgotten = verification(view, rules)
    checked = present if forgotten is None else forgotten
    rest = 1 - rules.self_play - rules.verification
    return rest * past + rules.self_play * present + rules.verification * checked


def self_play(view: View, rules: Rules) -> np.ndarray:
    """Evenly over the mains of the other side; in the place of one that is far ahead, its history."""
    mains = [rival for rival in view.rivals if rival.role == "main"] or list(view.rivals)
    return np.asarray(sum(present_or_past(view, rival, rules.losing) for rival in mains) / len(mains))


def present_or_past(view: View, rival: Member, level: float) -> np.ndarray:
    """A rival if more than `level` is won from it, or else its history, those first that are about as strong."""
    now = view.share(lambda opponent: opponent is rival)
    history = view.share(lambda opponent: isinstance(opponent, Frozen) and opponent.member == rival.name)
    if view.win[now][0] > level or not history.any():
        return spread(now)
    return spread(history, prioritized(view.win[history], "variance"))


def verification(view: View, rules: Rules) -> np.ndarray | None:
    """Exploiters that still beat it, or else old players that it has come to lose to; None if there are none."""
    exploiters = view.share(lambda opponent: isinstance(opponent, Frozen) and opponent.role == EXPLOITER)
    if exploiters.any() and view.win[exploiters].min() < rules.losing:
        return spread(exploiters, prioritized(view.win[exploiters], "hard"))
    mains = view.share(lambda opponent: isinstance(opponent, Frozen) and opponent.role == "main")
    old = np.flatnonzero(mains)[: without_monotone_suffix(view.win[mains])]
    if len(old) and view.win[old].min() < rules.beaten:
        which = np.zeros(len(mains), np.bool_)
        which[old] = True
        return spread(which, prioritized(view.win[which], "hard"))
    return None


def without_monotone_suffix(win: np.ndarray) -> int:
    """How many of the oldest to keep, so that the youngest, each harder to beat than the one before, are left out."""
    for place in range(len(win) - 1, 0, -1):
        if win[place - 1] < win[place]:
            return place + 1
    return 0


def due(view: View, rules: Rules) -> str:
    """When all that is frozen is beaten, or after `most` periods."""
    if view.periods >= rules.most:
        return f"after {rules.most} periods"
    is_ahead = view.periods >= rules.fewest and view.has_beaten(view.is_frozen, rules.beaten)
    return f"beat all by {rules.beaten:g}" if is_ahead else ""


def earliest(rules: Rules) -> int:
    """The periods before which it is never frozen."""
    return rules.fewest


def restarts(view: View, rules: Rules) -> float:
    """Never."""
    return 0.0
