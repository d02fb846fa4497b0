"""Cross-play: everyone on every side against everyone, and against itself.

Axes: P players, L line-ups, G legs (or games of a line-up), V measures, X players of a row, Y of a column.

A line-up has a row and a column, both players. In a game of two sides the row holds the last side and the column the
first, as in the tables of Lowe et al. 2017: good agents down, adversaries across. In a game of one side with several
seats the row's player is the host and the column's the guest, who takes one seat of the host's team: each seat in
turn, as the worlds go by.

All cells are played in the same worlds, so that all contenders have the same luck; but each pair of seeds of a cell
has worlds of its own. Where the start decides most of a game (two thirds of the variance of a return in physical
deception), a thousand games of 25 pairs in the same forty worlds would say hardly more than forty games.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from arena.errors import ArenaError
from arena.game import Game
from arena.games import End, Games, seat_of_sides
from league.schedules.mixed_seats import seated


@dataclass(frozen=True)
class CrossPlay:
    """Legs with the row and the column of their line-up: a schedule and, once played, its results."""

    games: Games
    row: np.ndarray  # [G] the player, an index into games.names
    column: np.ndarray  # [G] likewise

    def played(self, games: Games) -> Self:
        """The same with results."""
        return replace(self, games=games)

    def cell(self, rows: Sequence[int], columns: Sequence[int]) -> np.ndarray:
        """The measures of all games of players `rows` against players `columns`, [V, X, Y, G].

        Line-ups that were not planned or have fewer games, and games that were not played to their end, are nan.
        """
        found = [[self.legs(row, column) for column in columns] for row in rows]
        count = max(len(legs) for line in found for legs in line)
        cell = np.full((self.values.shape[1], len(rows), len(columns), count), np.nan)
        for x, line in enumerate(found):
            for y, legs in enumerate(line):
                cell[:, x, y, : len(legs)] = self.values[legs].T
        return cell

    @cached_property
    def values(self) -> np.ndarray:
        """What is measured in each leg, float64 [G, V]: the return of each side, then the metrics; else nan."""
        values = np.concatenate([self.games.score, self.games.metrics], axis=1).astype(np.float64)
        return np.where((self.games.end == End.PLAYED)[:, None], values, np.nan)

    def legs(self, row: int, column: int) -> np.ndarray:
        """The legs of a line-up, as places in `games`."""
        place = np.searchsorted(self._sorted, (row * len(self.games.names) + column) + np.arange(2))
        return self._order[place[0] : place[1]]

    @cached_property
    def _line_up(self) -> np.ndarray:
        return np.asarray(self.row * len(self.games.names) + self.column)

    @cached_property
    def _order(self) -> np.ndarray:
        """The legs [G] line-up by line-up."""
        return np.argsort(self._line_up, kind="stable")

    @cached_property
    def _sorted(self) -> np.ndarray:
        return np.asarray(self._line_up[self._order])


def mean_played(values: np.ndarray) -> np.ndarray:
    """The mean over the last axis of what is not nan; nan where nothing is left."""
    seen = ~np.isnan(values)
    count = seen.sum(-1)
    total = np.where(seen, values, 0).sum(-1)
    return np.asarray(np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0))


def line_ups(
    game: Game,
    names: Sequence[str],
    row: np.ndarray,
    column: np.ndarray,
    first: np.ndarray,
    count: np.ndarray,
    seeds: np.ndarray,
) -> CrossPlay:
    """Legs for line-ups of players row [L] and column [L]: `count` [L] of the seeds each, from place `first` [L] on.

    A leg that is in several line-ups, as where two contenders have one player, is there once. ArenaError for a game of
    more than two sides.
    """
    if len(game.sides) > 2:
        raise ArenaError(f"{game.name} has {len(game.sides)} sides; players are compared in games of one side or two")
    place = np.arange(count.sum()) - (count.cumsum() - count - first).repeat(count)
    shape = (len(names), len(names), len(seeds))
    legs = np.unique(np.ravel_multi_index((row.repeat(count), column.repeat(count), place), shape))
    row, column, place = np.unravel_index(legs, shape)
    if len(game.sides) == 2:
        player = seat_of_sides(game, np.stack([column, row], axis=1))
    else:
        player = seated(row, column, place % len(game.seats), len(game.seats))
    return CrossPlay(Games.unplayed(game, names, player, seeds[place]), row, column)


def cross_play(
    game: Game, names: Sequence[str], groups: Sequence[Sequence[int]], games_per_cell: int, seeds: np.ndarray
) -> CrossPlay:
    """All line-ups of all players. The pairs of two groups (a cell) share out at least `games_per_cell` of the seeds.

    `groups` are the players of each contender, as indices into `names`. In a game of one side teams by themselves,
    which is what they are scored by, share out as many again; in a game of one seat there is nothing else.
    """
    row, column, first, count = [], [], [], []
    for pairs in (pairs for own in groups for other in groups for pairs in _sharing(game, own, other)):
        share = -(-games_per_cell // len(pairs))
        for place, (i, j) in enumerate(pairs):
            row.append(i)
            column.append(j)
            first.append(place * share)
            count.append(share)
    return line_ups(game, names, np.array(row), np.array(column), np.array(first), np.array(count), seeds)


def _sharing(game: Game, own: Sequence[int], other: Sequence[int]) -> list[list[tuple[int, int]]]:
    """The pairs of players of a row and a column, in groups that share out the games of a cell."""
    pairs = [(i, j) for i in own for j in other]
    if len(game.sides) > 1:
        return [pairs]
    alone = [(i, j) for i, j in pairs if i == j]
    guests = [(i, j) for i, j in pairs if i != j and len(game.seats) > 1]
    return [group for group in (alone, guests) if group]
