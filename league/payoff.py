"""Payoffs: finished legs folded into a table of who did what to whom.

Payoffs merge with `+` and turn with `swap()`; ratings, schedules and meta-games are functions of them. Only match-ups
that were played are held, so a payoff of 100,000 players of whom each met few is small; `planes` writes it out.

Axes: C cells that were played, each a player on each side and a block of seeds, in the order of these numbers;
B blocks, P players, S sides.
"""

import math
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from arena.errors import ArenaError
from arena.game import Game
from arena.games import Games
from league.records.distinct import distinct, distinct_places
from league.records.legs import is_finished

MOST_BLOCKS = 256
EXACT_BITS = 52  # of a double: sums that need no more come out the same in any order


@dataclass(frozen=True)
class Payoff:
    """Counts and score sums of the legs in which each side was held by one player."""

    names: tuple[str, ...]  # content hashes of the P players
    sides: tuple[str, ...]  # the S sides, in the order of the columns of `player`
    blocks: int  # B; 1 if seeds are not told apart
    block: np.ndarray  # [C]
    player: np.ndarray  # [C, S] who held each side
    outcomes: np.ndarray  # [C, S+1] legs won by each side, in order, and last the draws
    scored: np.ndarray  # [C]        legs with scores: a forfeit has none
    total: np.ndarray  # [C, S]      sum of the scores of each side
    squares: np.ndarray  # [C, S]    sum of their squares

    @classmethod
    def zero(cls, sides: tuple[str, ...]) -> Self:
        """The payoff of no legs and no players."""
        count, none = len(sides), np.zeros(0, np.int64)
        wide = np.zeros((0, count))
        return cls((), sides, 1, none, wide.astype(int), np.zeros((0, count + 1), np.int64), none, wide, wide)

    @classmethod
    def of(cls, games: Games, scenario: Game) -> Self:
        """The payoff of all finished legs."""
        return cls._fold(games, scenario, np.zeros(len(games), np.int64), 1)

    @classmethod
    def by_seed(cls, games: Games, scenario: Game) -> Self:
        """The payoff of each block of seeds; see `seed_blocks`."""
        return cls._fold(games, scenario, *seed_blocks(games.seed))

    @property
    def legs(self) -> np.ndarray:
        """[C] finished legs."""
        return np.asarray(self.outcomes.sum(1))

    def planes(self, column: np.ndarray) -> np.ndarray:
        """A column [C, ...] written out, [B, P, P, ...], or [B, P, ...] of one side; 0 where nobody met."""
        shape = (self.blocks, *[len(self.names)] * len(self.sides), *column.shape[1:])
        table = np.zeros(shape, column.dtype)
        table[(self.block, *self.player.T)] = column
        return table

    def sum(self) -> Self:
        """The payoff over all blocks."""
        return replace(self, blocks=1, block=np.zeros_like(self.block))._merged()

    def __add__(self, other: Self) -> Self:
        """Both taken together; players are those of the left, then the new ones of the right."""
        if self.sides != other.sides or self.blocks != other.blocks:
            raise ValueError(
                f"payoffs of sides {self.sides} and {other.sides}, in {self.blocks} and {other.blocks} blocks, cannot"
                " be added"
            )
        names = tuple(dict.fromkeys(self.names + other.names))
        number = {name: k for k, name in enumerate(names)}
        row = np.array([number[name] for name in other.names], np.int64)
        moved = replace(other, player=row[other.player])
        columns: dict[str, Any] = {n: np.concatenate([getattr(self, n), getattr(moved, n)]) for n in _COLUMNS}
        return replace(self, names=names, **columns)._merged()

    def swap(self) -> Self:
        """The same legs seen from the other end: sides in reverse order, and all that is told of them."""
        turned: dict[str, Any] = {name: getattr(self, name)[:, ::-1] for name in ("player", "total", "squares")}
        outcomes = np.concatenate([self.outcomes[:, -2::-1], self.outcomes[:, -1:]], axis=1)
        return replace(self, sides=self.sides[::-1], outcomes=outcomes, **turned)._merged()

    def _merged(self) -> Self:
        """Cells of one block and match-up made one, and put in order."""
        cell, block, player = _cells(self.block, self.player, self.blocks, len(self.names))
        columns: dict[str, Any] = {name: _sums(cell, getattr(self, name), len(block)) for name in _COLUMNS[2:]}
        return replace(self, block=block, player=player, **columns)

    @classmethod
    def _fold(cls, games: Games, scenario: Game, block: np.ndarray, blocks: int) -> Self:
        holder, is_whole = side_players(games, scenario)
        counts = is_whole & is_finished(games)
        if not counts.all():
            games, holder, block = games[counts], holder[counts], block[counts]
        cell, block, player = _cells(block, holder, blocks, len(games.names))
        count, sides = len(block), len(scenario.sides)
        # A draw is winner -1, which counts from the end.
        outcome = np.where(games.winner < 0, sides, games.winner)
        outcomes = np.bincount(cell * (sides + 1) + outcome, minlength=count * (sides + 1))
        scored, score = cell, games.score.astype(np.float64)
        if not (is_scored := np.isfinite(score).all(1)).all():
            scored, score = cell[is_scored], score[is_scored]
        return cls(
            names=games.names,
            sides=tuple(scenario.sides),
            blocks=blocks,
            block=block,
            player=player,
            outcomes=outcomes.reshape(count, sides + 1),
            scored=np.bincount(scored, minlength=count),
            total=_sums(scored, _on_grid(score), count),
            squares=_sums(scored, _on_grid(score**2), count),
        )


_COLUMNS = ("block", "player", "outcomes", "scored", "total", "squares")


def _cells(
    block: np.ndarray, player: np.ndarray, blocks: int, players: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The cell [G] of each row by its block [G] and players [G, S]; and block [C] and players [C, S] of the cells."""
    shape = (*[players] * player.shape[1], blocks)
    if not len(block):
        return np.zeros(0, np.int64), np.zeros(0, np.int64), player.astype(np.int64)
    keys, cell = distinct_places(np.ravel_multi_index((*player.T, block), shape), math.prod(shape))
    found = np.unravel_index(keys, shape)
    return cell, found[-1], np.stack(found[:-1], axis=1)


def _sums(cell: np.ndarray, column: np.ndarray, count: int) -> np.ndarray:
    """The sums [C, ...] of a column [G] or [G, N] over the rows of each cell, of the column's type."""
    summed = np.empty((count, *column.shape[1:]), column.dtype)
    if count == len(cell):  # a row in each cell
        summed[cell] = column
        return summed
    for rest in np.ndindex(column.shape[1:]):
        summed[:, *rest] = np.bincount(cell, column[:, *rest], count)
    return summed


def _on_grid(column: np.ndarray) -> np.ndarray:
    """The column [G, N] rounded so coarsely, to 1e-9 of its largest or finer, that its sums are exact in any order.

    Source: Demmel and Nguyen 2013, "Fast reproducible floating-point summation", with one bin.
    """
    largest = np.abs(column).max(initial=0.0)
    if not largest:
        return column
    grid = np.ldexp(1.0, int(np.frexp(largest)[1]) + len(column).bit_length() - EXACT_BITS)
    steps = column / grid
    np.rint(steps, out=steps)
    return np.asarray(np.multiply(steps, grid, out=steps))


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
    seeds, rank = distinct(seed)
    seeds_per_block = max(1, -(-len(seeds) // MOST_BLOCKS))
    return rank // seeds_per_block, max(1, -(-len(seeds) // seeds_per_block))
