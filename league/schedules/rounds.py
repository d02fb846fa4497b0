"""Rounds of a tournament that reacts to results: what is played next, and what came of it.

A format is a file with a function

    next_round(players, outcomes, *, pairs, ...) -> Round | None

Players are numbered by seeding, 0 the best seed, and whatever is level goes by seeding, never by chance. All that has
been decided is computed again from the outcomes of the rounds before, so there is nothing to restore: whoever resumes
calls again. None says that the event is over. Formats with a winner of their own also have

    placing(players, outcomes, *, ...) -> [P] all players, the first first

Axes: P players, M pairings of a round.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

BOTH = -1  # sides are swapped: each seed is played twice
NOBODY = -1  # an empty place in a bracket


@dataclass(frozen=True)
class Round:
    """Who meets whom, all at once; no pairing waits for another."""

    one: np.ndarray  # [M] who wins what is level to the end: the better seed, or whoever has something to defend
    other: np.ndarray  # [M]
    pairs: np.ndarray  # [M] seeds that they play
    side: np.ndarray  # [M] BOTH, or the side (0, 1) that `one` holds in its only leg of each seed

    @classmethod
    def of(cls, one: np.ndarray, other: np.ndarray, pairs: int | np.ndarray, side: int | np.ndarray = BOTH) -> Self:
        """A round of these pairings; `pairs` and `side` may be the same for all."""
        one, other = np.asarray(one, np.int64), np.asarray(other, np.int64)
        return cls(one, other, np.broadcast_to(pairs, one.shape), np.broadcast_to(side, one.shape))


@dataclass(frozen=True)
class Outcome:
    """A round that was played, or as much of it as could be."""

    round: Round
    points: np.ndarray  # [M] of `one`: 1, 1/2 or 0 for each pair that was played, a quarter more or less by its legs
    margin: np.ndarray  # [M] of `one`, in units of the scenario
    played: np.ndarray  # [M] pairs that were played; what was void is not
    withdrawn: np.ndarray  # [P] bool, who had left the event when the round was over


def share(outcome: Outcome) -> np.ndarray:
    """The share of the points [M] that `one` has won.

    All go to the other of a player that left during the round; of what was void throughout, both have half.
    """
    one_left, other_left = (outcome.withdrawn[side] for side in (outcome.round.one, outcome.round.other))
    won = np.divide(outcome.points, outcome.played, out=np.full(len(one_left), 0.5), where=outcome.played > 0)
    return np.where(one_left == other_left, won, np.where(one_left, 0.0, 1.0))


def one_won(outcome: Outcome) -> np.ndarray:
    """Whether `one` has won [M]: by points, if they are level by margin, and if that is too since it is `one`."""
    won = share(outcome)
    return np.asarray((won > 0.5) | ((won == 0.5) & (outcome.margin >= 0)))


def withdrawn(players: int, outcomes: Sequence[Outcome]) -> np.ndarray:
    """Who has left the event, bool [P]."""
    return outcomes[-1].withdrawn if outcomes else np.zeros(players, np.bool_)


Event = Generator[Round, Outcome, np.ndarray]  # yields rounds, is sent their outcomes, returns the placing


def follow(event: Event, outcomes: Sequence[Outcome]) -> tuple[Round | None, np.ndarray | None]:
    """The next round of an event after these outcomes, or, if it is over, its placing."""
    try:
        upcoming = next(event)
        for outcome in outcomes:
            upcoming = event.send(outcome)
    except StopIteration as end:
        return None, end.value
    return upcoming, None


class Field:
    """The players of an event written as a generator, and who of them is still there."""

    def __init__(self, players: int, pairs: int):
        self.pairs = pairs
        self._is_out = np.append(np.zeros(players, np.bool_), True)  # the last is NOBODY

    def meet(self, one: np.ndarray, other: np.ndarray) -> Generator[Round, Outcome, tuple[np.ndarray, np.ndarray]]:
        """The winners and losers [M] of some pairings; who meets nobody, or a player that has left, wins unplayed."""
        plays = ~(self._is_out[one] | self._is_out[other])
        has_won = ~self._is_out[one]
        if plays.any():
            outcome = yield Round.of(one[plays], other[plays], self.pairs)
            has_won[plays] = one_won(outcome)
            self._is_out[:-1] = outcome.withdrawn
        return np.where(has_won, one, other), np.where(has_won, other, one)

    def present(self, players: np.ndarray) -> np.ndarray:
        """Those of some players that have not left."""
        return np.asarray(players[~self._is_out[players]])
