"""Knockout: who loses is out.

The bracket has the next power of two of places. The best seeds meet as late as they can, and places without a player
are opposite them, so they have the byes. What is level goes by margin, then to the better seed; who leaves loses to
its next opponent, who does not have to play.

Source: the standard seeding of brackets: with n places, seed k opens against seed n + 1 - k, in halves again and again.
"""

from collections.abc import Sequence

import numpy as np

from league.schedules.rounds import NOBODY, Event, Field, Outcome, Round, follow


def next_round(players: int, outcomes: Sequence[Outcome], *, pairs: int) -> Round | None:
    """The next round of those who have not lost."""
    return follow(event(players, pairs), outcomes)[0]


def placing(players: int, outcomes: Sequence[Outcome]) -> np.ndarray | None:
    """The winner, the other finalist, then the losers of each round before, by seed; None before the end."""
    return follow(event(players, 1), outcomes)[1]


def event(players: int, pairs: int) -> Event:
    """The rounds of a knockout."""
    field, places, out = Field(players, pairs), bracket(players), []
    while len(places) > 1:
        places, losers = yield from field.meet(*by_seed(places[0::2], places[1::2]))
        out.append(np.sort(losers))
    order = np.concatenate([places, *reversed(out)])
    return np.asarray(order[order != NOBODY])


def bracket(players: int) -> np.ndarray:
    """Who stands in each of 2^k places, neighbours meeting first; NOBODY where there are too few players."""
    places = np.zeros(1, np.int64)
    while len(places) < players:
        places = np.stack([places, 2 * len(places) - 1 - places], axis=1).ravel()
    return np.where(places < players, places, NOBODY)


def by_seed(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same pairings with the better seed as `one`, and NOBODY always as `other`."""
    is_turned = (one == NOBODY) | ((other != NOBODY) & (other < one))
    return np.where(is_turned, other, one), np.where(is_turned, one, other)
