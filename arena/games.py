"""Games: a schedule and its result are one type; a pairing is a leg without a score.

Axes: G legs, A seats, S sides, M metrics.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from enum import IntEnum
from typing import Any, Self

import numpy as np

from arena.draw import seeds_of
from arena.game import DRAW, Game


class End(IntEnum):
    """How a leg ended."""

    UNPLAYED = 0
    PLAYED = 1
    FORFEIT = 2  # a seat acted illegally: its side lost, `fault` says which seat
    VOID = 3  # a player raised or its worker was lost: the leg says nothing about strength


@dataclass(frozen=True)
class Games:
    """G legs of one scenario: who sat where, from which seed, and what came of it.

    A leg's identity is (scenario, line-up, seed): equal seeds start from equal worlds, whoever plays.
    """

    names: tuple[str, ...]  # content hashes of the players that `player` indexes
    player: np.ndarray  # [G, A] int32, who sits in which seat
    seed: np.ndarray  # [G]      uint64
    score: np.ndarray  # [G, S]  float32, the return of each side (mean over its seats); nan until played
    winner: np.ndarray  # [G]    int8, index of the winning side, or DRAW; also DRAW until played
    end: np.ndarray  # [G]       int8, an End
    fault: np.ndarray  # [G]     int16, the seat at fault for a forfeit or a void, else -1
    metrics: np.ndarray  # [G, M] float32, in the order of the scenario's metric names

    def __len__(self) -> int:
        return len(self.seed)

    def __getitem__(self, rows: slice | np.ndarray) -> Self:
        """The legs of these rows, of the same players."""
        columns: dict[str, Any] = {name: getattr(self, name)[rows] for name in COLUMNS}
        return replace(self, **columns)

    @classmethod
    def unplayed(cls, scenario: Game, names: Sequence[str], player: np.ndarray, seed: np.ndarray) -> Self:
        """Legs to play: `player` [G, A] indexes `names`, `seed` [G]."""
        legs = len(seed)
        return cls(
            names=tuple(names),
            player=player.astype(np.int32),
            seed=seed.astype(np.uint64),
            score=np.full((legs, len(scenario.sides)), np.nan, np.float32),
            winner=np.full(legs, DRAW, np.int8),
            end=np.full(legs, End.UNPLAYED, np.int8),
            fault=np.full(legs, -1, np.int16),
            metrics=np.full((legs, len(scenario.metric_names)), np.nan, np.float32),
        )

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The legs of `parts`, one after the other; all of the same table of players."""
        first = parts[0]
        if any(part.names != first.names for part in parts):
            raise ValueError("games of different tables of players cannot be joined")
        columns: dict[str, Any] = {n: np.concatenate([getattr(part, n) for part in parts]) for n in COLUMNS}
        return replace(first, **columns)


COLUMNS = tuple(field.name for field in fields(Games) if field.name != "names")


def points(games: Games, side: int) -> np.ndarray:
    """What a side wins of each leg, [G]: 1, a half of a draw, or 0."""
    return np.where(games.winner == DRAW, 0.5, games.winner == side)


def world_seeds(tournament_seed: int, scenario: Game, count: int, start: int = 0) -> np.ndarray:
    """The seeds [count] of a tournament's worlds start, start+1, ...: never of the players, so all share them."""
    return seeds_of(count, "leg", tournament_seed, scenario.identity, start=start)


def seat_of_sides(scenario: Game, sides: np.ndarray) -> np.ndarray:
    """Spreads line-ups by side [G, S] over the seats: [G, A]."""
    column = np.zeros(len(scenario.seats), np.int64)
    for index, seats in enumerate(scenario.sides.values()):
        column[list(seats)] = index
    return sides[:, column]
