"""Ladder: everyone challenges the next above, and takes its rung by winning.

In turn those on even and on odd rungs are challenged, so that everybody can play at once: with P rounds the order is
right if the stronger always wins. What is level goes by margin, then to the one challenged. Who leaves, leaves the
ladder, and all below move up.

Source: Habermann 1972, "Parallel neighbor-sort", for the number of rounds.
"""

from collections.abc import Sequence

import numpy as np

from league.schedules.rounds import Event, Field, Outcome, Round, follow


def next_round(players: int, outcomes: Sequence[Outcome], *, pairs: int, rounds: int = 0) -> Round | None:
    """The next challenges; as many rounds as players unless said otherwise."""
    return follow(event(players, pairs, rounds or players), outcomes)[0]


def placing(players: int, outcomes: Sequence[Outcome], *, rounds: int = 0) -> np.ndarray | None:
    """The ladder from its top, then those who left; None before the end."""
    return follow(event(players, 1, rounds or players), outcomes)[1]


def event(players: int, pairs: int, rounds: int) -> Event:
    """The rounds of a ladder."""
    field, ladder = Field(players, pairs), np.arange(players)
    for number in range(rounds):
        ladder = field.present(ladder)
        top = np.arange(number % 2, len(ladder) - 1, 2)
        ladder[top], ladder[top + 1] = yield from field.meet(ladder[top], ladder[top + 1])
    ladder = field.present(ladder)
    return np.concatenate([ladder, np.setdiff1d(np.arange(players), ladder)])
