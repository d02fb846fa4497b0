"""Gauntlet: the first few players against all others, who do not meet each other."""

from collections.abc import Sequence

import numpy as np

from league.schedules.rounds import Outcome, Round


def next_round(players: int, outcomes: Sequence[Outcome], *, pairs: int, challengers: int = 1) -> Round | None:
    """All in one round. Who leaves plays no more; what was void stays unplayed."""
    if outcomes or not 0 < challengers < players:
        return None
    rest = np.arange(challengers, players)
    return Round.of(np.repeat(np.arange(challengers), len(rest)), np.tile(rest, challengers), pairs)
