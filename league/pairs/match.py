"""A match that goes on until a sequential test has decided, or until there is nothing more to play.

Batches are played in any order and by anybody, also ahead of time; the test looks at them in their order, after each
one, and what was played beyond its decision is dropped. So the result depends on the batches alone.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from arena.game import Game
from arena.games import Games
from league.pairs.counts import pair_counts
from league.pairs.sprt import Sprt

Play = Callable[[Iterator[Games]], Generator[Games, None, None]]  # batches in, the same with results out, in any order


@dataclass(frozen=True)
class Stand:
    """A match after some of its batches."""

    games: Games  # of the last batch
    counts: np.ndarray  # [5] pairs of all batches, by the score of the first player
    ratio: float  # the log-likelihood ratio
    verdict: str  # accept H0, accept H1, or continue


def until_decided(batches: Iterable[Games], play: Play, test: Sprt, game: Game) -> Iterator[Stand]:
    """Plays batches of pairs of two players until the test has decided; yields after each."""
    counts = np.zeros(5, np.int64)
    with closing(in_order(batches, play)) as results:
        for games in results:
            counts = counts + pair_counts(games, game)
            stand = Stand(games, counts, test.ratio(counts), test.verdict(counts))
            yield stand
            if stand.verdict != "continue":
                return


def in_order(batches: Iterable[Games], play: Play) -> Generator[Games, None, None]:
    """The batches with their results, in their order; no two of them have a seed in common."""
    order: list[int] = []  # the first seed of each batch that was handed out
    waiting: dict[int, Games] = {}
    next_out = 0

    def handed_out() -> Iterator[Games]:
        for batch in batches:
            order.append(int(batch.seed[0]))
            yield batch

    with closing(play(handed_out())) as results:
        for games in results:
            waiting[int(games.seed[0])] = games
            while next_out < len(order) and order[next_out] in waiting:
                yield waiting.pop(order[next_out])
                next_out += 1
