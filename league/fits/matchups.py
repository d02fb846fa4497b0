"""The match-ups of a league as columns: who met whom on which side, and what came of it in each block of seeds.

Axes: P players, C match-ups that were played, E entries, each a match-up in a block of seeds; B blocks, S = 2 sides.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from league.payoff import Payoff
from league.records.distinct import distinct


@dataclass(frozen=True)
class Matchups:
    """The payoff of a game of two sides, by match-up."""

    players: int
    blocks: int
    first: np.ndarray  # [C] the player on the first side, ascending
    second: np.ndarray  # [C] the player on the second
    cell: np.ndarray  # [E] which match-up
    block: np.ndarray  # [E]
    entries: np.ndarray  # [E, 3] legs won, drawn and lost by the first side
    scored: np.ndarray  # [E] legs with scores
    total: np.ndarray  # [E, S] sums of the scores

    @classmethod
    def of(cls, payoff: Payoff) -> Self:
        """The match-ups of a payoff, by blocks or not."""
        players = len(payoff.names)
        keys, cell = distinct(payoff.player[:, 0] * players + payoff.player[:, 1])
        return cls(
            players=players,
            blocks=payoff.blocks,
            first=keys // max(1, players),
            second=keys % max(1, players),
            cell=cell,
            block=payoff.block,
            entries=payoff.outcomes[:, [0, 2, 1]].astype(np.float64, order="F"),
            scored=payoff.scored.astype(np.float64),
            total=payoff.total,
        )

    def with_virtual(self, first: np.ndarray, second: np.ndarray, legs: float) -> Self:
        """And `legs` more in each of these match-ups [n], come out as all legs of the league together.

        Every block has an equal part of them, so that resampling blocks changes nothing about them.
        """
        parts = self.blocks * len(first)
        match_up = np.concatenate(
            [
                (self.first * self.players + self.second)[self.cell],
                np.repeat(first * self.players + second, self.blocks),
            ]
        )
        block = np.concatenate([self.block, np.tile(np.arange(self.blocks), len(first))])
        entry, row = distinct(match_up * self.blocks + block)
        keys, cell = distinct(entry // self.blocks)
        share = legs / self.blocks * self.entries.sum(0) / max(1.0, self.entries.sum())

        def joined(column: np.ndarray, more: np.ndarray) -> np.ndarray:
            both = np.concatenate([column, more]).reshape(len(row), -1)
            summed = [np.bincount(row, part, len(entry)) for part in both.T]
            return np.stack(summed, axis=1).reshape(len(entry), *column.shape[1:])

        return replace(
            self,
            first=keys // self.players,
            second=keys % self.players,
            cell=cell,
            block=entry % self.blocks,
            entries=np.asfortranarray(joined(self.entries, np.tile(share, (parts, 1)))),
            scored=joined(self.scored, np.zeros(parts)),
            total=joined(self.total, np.zeros((parts, 2))),
        )

    def sum(self, column: np.ndarray) -> np.ndarray:
        """A column [E, ...] summed over the blocks: [C, ...]."""
        summed = np.empty((len(self.first), *column.shape[1:]), order="F")
        for rest in np.ndindex(column.shape[1:]):
            summed[:, *rest] = np.bincount(self.cell, column[:, *rest], len(self.first))
        return summed

    def by_block(self, column: np.ndarray) -> np.ndarray:
        """A column [E, ...] written out: [B, C, ...], 0 where a block has no such leg."""
        table = np.zeros((self.blocks, len(self.first), *column.shape[1:]))
        table[self.block, self.cell] = column
        return table

    def table(self, column: np.ndarray) -> csr_array:
        """A column [C] as a sparse matrix [P, P]: row i, column j is about i on the first side against j."""
        return csr_array((column, self._second, self._start), shape=(self.players, self.players))

    @cached_property
    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """[E] each, for either side: the place of an entry in a table [P, B] by the player on that side and block."""
        first, second = (side[self.cell] * self.blocks + self.block for side in (self.first, self.second))
        return first, second

    @cached_property
    def _start(self) -> np.ndarray:
        return np.searchsorted(self.first, np.arange(self.players + 1)).astype(np.int32)

    @cached_property
    def _second(self) -> np.ndarray:
        return self.second.astype(np.int32)

    @cached_property
    def counts(self) -> np.ndarray:
        """[C, 3] legs won, drawn and lost by the first side."""
        return self.sum(self.entries)

    @cached_property
    def legs(self) -> np.ndarray:
        """[C]"""
        return np.asarray(self.counts.sum(1))

    @cached_property
    def held(self) -> np.ndarray:
        """[P, S] bool, the sides that a player has held."""
        return np.stack([np.bincount(side, minlength=self.players) > 0 for side in (self.first, self.second)], axis=1)

    @cached_property
    def apart(self) -> np.ndarray:
        """[P, S] bool, the skills that no chain of opponents links to most of the others: nothing compares them."""
        return self._outside(self.linked)

    @cached_property
    def linked(self) -> np.ndarray:
        """[2P] labels of the skills, those on the first side first: equal ones are linked by a chain of opponents."""
        one, other, count = self.first, self.second + self.players, 2 * self.players
        met = coo_array((np.ones(len(one)), (one, other)), shape=(count, count))
        label: np.ndarray = connected_components(met, directed=False)[1]
        return label

    @cached_property
    def undecided(self) -> np.ndarray:
        """[P, S] bool, the skills for which there is no maximum likelihood estimate.

        Draw an arrow from each (player, side) to all those that took a win or a draw from it. Skills can be compared
        within a set from each of which arrows lead to every other; those outside the one that holds most of them are
        undecided. Source: Ford 1957, "Solution of a ranking problem from binary comparisons", assumption 1.
        """
        won, drawn, lost = self.counts.T
        one, other, count = self.first, self.second + self.players, 2 * self.players
        gave, took = lost + drawn > 0, won + drawn > 0
        start, stop = np.concatenate([one[gave], other[took]]), np.concatenate([other[gave], one[took]])
        arrows = coo_array((np.ones(len(start)), (start, stop)), shape=(count, count))
        _, label = connected_components(arrows, connection="strong")
        return np.asarray(self._outside(label) | ~self.held)

    def _outside(self, label: np.ndarray) -> np.ndarray:
        """[P, S] bool, the skills outside the set that holds most of them, of sets by label [2P]."""
        plays = self.held.T.ravel()
        size = np.bincount(label[plays], minlength=2 * self.players)
        is_outside = plays & (2 * size[label] <= plays.sum())
        return np.asarray(is_outside.reshape(2, self.players).T)
