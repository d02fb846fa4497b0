"""King of the hill: the winner stays, the next in the queue challenges, and the loser goes to its end.

The best seed is king first, and the others queue by seed. What is level goes by margin, then to the king. A king that
leaves is followed by the challenger, a challenger that leaves by the next in the queue.
"""

from collections.abc import Sequence

import numpy as np

from league.schedules.rounds import Event, Field, Outcome, Round, follow


def next_round(players: int, outcomes: Sequence[Outcome], *, pairs: int, rounds: int = 0) -> Round | None:
    """The next challenge; unless said otherwise, as many as let everyone challenge once."""
    return follow(event(players, pairs, rounds or players - 1), outcomes)[0]


def placing(players: int, outcomes: Sequence[Outcome], *, rounds: int = 0) -> np.ndarray | None:
    """The king, then the queue from its end, for who lost last was king or came last; None before the end."""
    return follow(event(players, 1, rounds or players - 1), outcomes)[1]


def event(players: int, pairs: int, rounds: int) -> Event:
    """The rounds of a king of the hill."""
    field, king, queue = Field(players, pairs), np.arange(players)[:1], np.arange(players)[1:]
    for _ in range(rounds):
        line = field.present(np.concatenate([king, queue]))
        if len(line) < 2:
            break
        king, loser = yield from field.meet(line[:1], line[1:2])
        queue = np.concatenate([line[2:], loser])
    line = field.present(np.concatenate([king, queue[::-1]]))
    return np.concatenate([line, np.setdiff1d(np.arange(players), line)])
