"""Payoffs: finished legs folded into a table of who did what to whom.

Payoffs merge with `+` and turn with `swap()`; ratings, schedules and meta-games are functions of them.

Axes: P players, once for each side: entry [i, j] of a game of two sides is about i on the first side against j on the
second; a game of one side has [i] only. Further axes may lead, such as B for a payoff of each block of seeds.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from arena.errors import ArenaError
from arena.game import Game
from arena.games import End, Games

MOST_BLOCKS = 256


@dataclass(frozen=True)
class Payoff:
    """Counts and score sums of the legs in which each side was held by one player."""

    names: tuple[str, ...]  # content hashes of the P players
    sides: tuple[str, ...]  # the S sides, in the order of the players' axes
    outcomes: np.ndarray  # [..., S+1, P, P] legs won by each side, in order, and last the draws
    scored: np.ndarray  # [..., P, P]        legs with scores: a forfeit has none
    total: np.ndarray  # [..., S, P, P]      sum of the scores of each side
    squares: np.ndarray  # [..., S, P, P]    sum of their squares

    @classmethod
    def zero(cls, sides: tuple[str, ...]) -> Self:
        """The payoff of no legs and no players."""
        return cls._empty((), sides)

    @classmethod
    def of(cls, games: Games, scenario: Game) -> Self:
        """The payoff of all finished legs."""
        return cls._fold(games, scenario, np.zeros(len(games), np.int64), 1).sum()

    @classmethod
    def by_seed(cls, games: Games, scenario: Game) -> Self:
        """A payoff for each block of seeds, axis B in front; see `seed_blocks`."""
        block, blocks = seed_blocks(games.seed)
        return cls._fold(games, scenario, block, blocks)

    @property
    def legs(self) -> np.ndarray:
        """[..., P, P] finished legs."""
        return np.asarray(self.outcomes.sum(-1 - len(self.sides)))

    def sum(self) -> Self:
        """The payoff over the leading axis B."""
        return replace(self, **{name: getattr(self, name).sum(0) for name in _ARRAYS})

    def __add__(self, other: Self) -> Self:
        """Both taken together; players are those of the left, then the new ones of the right."""
        if self.sides != other.sides:
            raise ValueError(f"payoffs of sides {self.sides} and {other.sides} cannot be added")
        names = tuple(dict.fromkeys(self.names + other.names))
        merged = self._empty(names, self.sides)
        for part in (self, other):
            row = np.array([names.index(name) for name in part.names], np.int64)
            place = np.ix_(*[row] * len(self.sides))
            for array in _ARRAYS:
                getattr(merged, array)[(..., *place)] += getattr(part, array)
        return merged

    def swap(self) -> Self:
        """The same legs seen from the other end: sides in reverse order, their players' axes with them."""
        players = len(self.sides)

        def turn(array: np.ndarray) -> np.ndarray:
            kept = array.ndim - players
            return array.transpose(*range(kept), *reversed(range(kept, array.ndim)))

        order = np.arange(players)[::-1]
        take = {"outcomes": np.append(order, players), "total": order, "squares": order}
        axis = -1 - players
        arrays = {name: turn(getattr(self, name)) for name in _ARRAYS}
        arrays |= {name: arrays[name].take(index, axis) for name, index in take.items()}
        return type(self)(self.names, self.sides[::-1], **arrays)

    @classmethod
    def _empty(cls, names: tuple[str, ...], sides: tuple[str, ...]) -> Self:
        cells = (len(names),) * len(sides)
        count = len(sides)
        outcomes, scored = np.zeros((count + 1, *cells), np.int64), np.zeros(cells, np.int64)
        return cls(names, sides, outcomes, scored, np.zeros((count, *cells)), np.zeros((count, *cells)))

    @classmethod
    def _fold(cls, games: Games, scenario: Game, block: np.ndarray, blocks: int) -> Self:
        holder, is_whole = side_players(games, scenario)
        rows = np.flatnonzero(is_whole & np.isin(games.end, (End.PLAYED, End.FORFEIT)))
        sides, players = len(scenario.sides), len(games.names)
        cells = (players,) * sides
        cell = np.ravel_multi_index(tuple(holder[rows].T), cells) if players else np.zeros(0, np.int64)
        size = players**sides
        place = block[rows] * size + cell
        # A draw is winner -1, which counts from the end.
        outcome = np.where(games.winner[rows] < 0, sides, games.winner[rows])
        outcomes = np.bincount(
            (block[rows] * (sides + 1) + outcome) * size + cell, minlength=blocks * (sides + 1) * size
        )
        is_scored = np.isfinite(games.score[rows]).all(1)
        score, place = games.score[rows][is_scored].astype(np.float64), place[is_scored]

        def sums(weight: np.ndarray) -> np.ndarray:
            columns = [np.bincount(place, column, blocks * size).reshape(blocks, *cells) for column in weight.T]
            return np.stack(columns, axis=1)

        return cls(
            names=games.names,
            sides=tuple(scenario.sides),
            outcomes=outcomes.reshape(blocks, sides + 1, *cells),
            scored=np.bincount(place, minlength=blocks * size).reshape(blocks, *cells),
            total=sums(score),
            squares=sums(score**2),
        )


_ARRAYS = ("outcomes", "scored", "total", "squares")


def side_players(games: Games, scenario: Game) -> tuple[np.ndarray, np.ndarray]:
    """Who holds each side, [G, S], and whether one player holds all of every side, [G]."""
    sides = list(scenario.sides.values())
    if len(sides) > 2:
        raise ArenaError(f"{scenario.name} has {len(sides)} sides; ratings are for one side or two")
    holder = np.stack([games.player[:, seats[0]] for seats in sides], axis=1)
    is_whole = [(games.player[:, list(seats)] == holder[:, [s]]).all(1) for s, seats in enumerate(sides)]
    return holder, np.logical_and.reduce(is_whole)


def seed_blocks(seed: np.ndarray) -> tuple[np.ndarray, int]:
    """The block [G] that each leg's seed belongs to, and the number of blocks B: equally many seeds in each.

    All match-ups share their worlds, so legs of one seed (the two legs of a pair among them) hang together, and a
    block of whole seeds is what may be resampled. Up to 256 seeds are blocks of their own.
    """
    seeds, rank = np.unique(seed, return_inverse=True)
    seeds_per_block = max(1, -(-len(seeds) // MOST_BLOCKS))
    return rank // seeds_per_block, max(1, -(-len(seeds) // seeds_per_block))
