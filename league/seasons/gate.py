"""The gate: a member is frozen early only if it is better than what was last frozen of it, by a sequential test.

Both play the same opponents from the same worlds, which nobody has played before; what one scores more than the other
counts as the score of a pair. These games decide, and are not written down: winners picked by them look too good.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from arena.draw import seeds_of, units
from arena.game import Game
from arena.games import Games, points, seat_of_sides
from league.pairs.sprt import Sprt

BATCH, MOST = 100, 2000  # worlds
Play = Callable[[Games], Games]


class Candidate(NamedTuple):
    """Who asks to be frozen."""

    own: str  # hash
    parent: str  # hash of what was last frozen of it
    side: str
    opponents: tuple[str, ...]  # hashes [K] of the other side
    chances: np.ndarray  # [K]


class Passage(NamedTuple):
    """What the gate found."""

    is_open: bool
    counts: np.ndarray  # [5] worlds by how much better the member was: -1, -1/2, 0, 1/2, 1
    verdict: str


def ask(candidate: Candidate, game: Game, play: Play, elo: float, seed: int) -> Passage:
    """Whether the candidate is `elo` better than its parent; worlds follow from the seed."""
    test, counts = Sprt("logistic", 0.0, elo), np.zeros(5, np.int64)
    for batch in batches(candidate, game, seed):
        counts = counts + differences(play(batch), game, candidate)
        if (verdict := test.verdict(counts)) != "continue":
            return Passage(verdict == "accept H1", counts, verdict)
    return Passage(False, counts, f"undecided after {MOST} worlds")


def batches(candidate: Candidate, game: Game, seed: int) -> Iterator[Games]:
    """Both in turn against an opponent drawn for each world."""
    names = (candidate.own, candidate.parent, *candidate.opponents)
    cumulated = candidate.chances.cumsum()
    for start in range(0, MOST, BATCH):
        seeds = seeds_of(BATCH, "gate", seed, game.identity, candidate.own, start=start)
        drawn = 2 + np.searchsorted(cumulated[:-1], units(seeds, 0) * cumulated[-1], side="right")
        pairs = np.stack([np.repeat([[0, 1]], BATCH, 0).ravel(), np.repeat(drawn, 2)], axis=1)
        by_side = pairs if candidate.side == next(iter(game.sides)) else pairs[:, ::-1]
        yield Games.unplayed(game, names, seat_of_sides(game, by_side), np.repeat(seeds, 2))


def differences(games: Games, game: Game, candidate: Candidate) -> np.ndarray:
    """The five counts of a batch."""
    own = list(game.sides).index(candidate.side)
    won = points(games, own).reshape(-1, 2)
    return np.bincount((2 + 2 * (won[:, 0] - won[:, 1])).astype(np.int64), minlength=5)
