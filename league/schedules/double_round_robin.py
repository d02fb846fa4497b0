"""Double round-robin: everyone meets everyone, and when all have, everyone meets everyone again.

A pair has both sides already, so this is a round-robin of twice the pairs, with standings of a complete half.
"""

from collections.abc import Sequence

import numpy as np

from league.schedules.rounds import Outcome, Round, withdrawn

HALVES = 2


def next_round(players: int, outcomes: Sequence[Outcome], *, pairs: int) -> Round | None:
    """A half a round. Who leaves is missing from the second; what was void stays unplayed."""
    left = np.flatnonzero(~withdrawn(players, outcomes))
    if len(outcomes) == HALVES or len(left) < 2:
        return None
    one, other = np.triu_indices(len(left), k=1)
    return Round.of(left[one], left[other], pairs)
