"""Double elimination: who loses twice is out.

Losers of the upper bracket, which is that of a knockout, drop into the lower one: those of the first round meet each
other, those of each later round meet whoever is left below, in reverse order every other time, so that who met above
meets again late. The winners of both brackets meet in the grand final. If the one from below wins, both have lost once
and they play again: that decides. Level pairings, byes and players that leave are as in a knockout.
"""

from collections.abc import Sequence

import numpy as np

from league.schedules.knockout import bracket, by_seed
from league.schedules.rounds import NOBODY, Event, Field, Outcome, Round, follow


def next_round(players: int, outcomes: Sequence[Outcome], *, pairs: int) -> Round | None:
    """The next round of the upper or the lower bracket, or the grand final."""
    return follow(event(players, pairs), outcomes)[0]


def placing(players: int, outcomes: Sequence[Outcome]) -> np.ndarray | None:
    """The winner, the other finalist, then those knocked out last to first, by seed; None before the end."""
    return follow(event(players, 1), outcomes)[1]


def event(players: int, pairs: int) -> Event:
    """The rounds of a double elimination; losers of a round above wait until the round below has made room."""
    if players < 2:
        return np.arange(players)
    field, upper = Field(players, pairs), bracket(players)
    lower, out = np.zeros(0, np.int64), []
    turn = 1
    while len(upper) > 1:
        upper, dropped = yield from field.meet(*by_seed(upper[0::2], upper[1::2]))
        if len(lower):
            turn = -turn
            lower, losers = yield from field.meet(*by_seed(lower, dropped[::turn]))
            out.append(losers)
        else:
            lower = dropped
        if len(lower) > 1:
            lower, losers = yield from field.meet(*by_seed(lower[0::2], lower[1::2]))
            out.append(losers)
    # As `one`, the winner of the upper bracket keeps what is level.
    first, second = yield from field.meet(upper, lower)
    if first[0] == lower[0] and len(field.present(upper)):
        first, second = yield from field.meet(*by_seed(upper, lower))
    order = np.concatenate([first, *(np.sort(losers) for losers in (second, *reversed(out)))])
    return np.asarray(order[order != NOBODY])
