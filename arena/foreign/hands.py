"""What a seat does: from the numbers of a player to an action of the environment.

Choices stand first, by their ordinal, as wide as the widest of any seat; the ranges of all seats begin behind them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import prod
from typing import Any, TypeAlias

import numpy as np
from gymnasium import spaces

from arena.errors import ArenaError
from arena.game import Head

WIDEST = 100_000  # numbers in an action


@dataclass(frozen=True)
class ChoiceHand:
    """Takes the best of each head's alternatives; of equals the first."""

    heads: tuple[Head, ...]
    start: np.ndarray  # [heads] the number of each first alternative
    shape: tuple[int, ...]  # of the action: () for a Discrete
    dtype: np.dtype[Any]

    def act(self, row: np.ndarray) -> Any:
        """The action that the numbers `row` [U] stand for."""
        best = [row[start : start + width].argmax() for start, width, _ in self.heads]
        action = (np.array(best) + self.start).astype(self.dtype).reshape(self.shape)
        return action[()]  # a number where the shape is ()

    def rest(self, row: np.ndarray) -> None:
        """Writes the first alternatives into `row` [U]."""
        for head in self.heads:
            row[head.start] = 1


@dataclass(frozen=True)
class RangeHand:
    """Stretches numbers in [0, 1] to [low, high]."""

    heads: tuple[Head, ...]  # one
    low: np.ndarray  # float64, flat
    high: np.ndarray
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def act(self, row: np.ndarray) -> Any:
        """The action that the numbers `row` [U] stand for."""
        ((start, width, _),) = self.heads
        action = self.low + row[start : start + width] * (self.high - self.low)
        if self.dtype.kind in "iu":
            action = np.rint(action)
        return np.clip(action, self.low, self.high).astype(self.dtype).reshape(self.shape)

    def rest(self, row: np.ndarray) -> None:
        """Writes what comes closest to doing nothing, the numbers next to 0, into `row` [U]."""
        ((start, width, _),) = self.heads
        span = np.where(self.high > self.low, self.high - self.low, 1)
        row[start : start + width] = (np.clip(0, self.low, self.high) - self.low) / span


Hand: TypeAlias = ChoiceHand | RangeHand
ChoiceSpace: TypeAlias = spaces.Discrete | spaces.MultiDiscrete  # type: ignore[type-arg]


def hands_of(name: str, actions: Sequence[tuple[str, spaces.Space[Any]]]) -> tuple[Hand, ...]:
    """The hands of all seats, given as pairs of a name and a space."""
    for seat, space in actions:
        _refuse(name, seat, space)
    counts = [_counts(space) for _, space in actions]
    widest = [max(column) for column in zip_longest(*counts, fillvalue=0)]
    starts = [sum(widest[:ordinal]) for ordinal in range(len(widest) + 1)]
    return tuple(_hand(space, starts) for _, space in actions)


def _counts(space: spaces.Space[Any]) -> list[int]:
    """How many alternatives each choice of a space has."""
    if isinstance(space, spaces.Discrete):
        return [int(space.n)]
    return [int(n) for n in space.nvec.ravel()] if isinstance(space, spaces.MultiDiscrete) else []


def _hand(space: Any, starts: Sequence[int]) -> Hand:
    if isinstance(space, spaces.Box):
        head = Head(starts[-1], prod(space.shape), is_range=True)
        low, high = (bound.ravel().astype(np.float64) for bound in (space.low, space.high))
        return RangeHand((head,), low, high, space.shape, np.dtype(space.dtype))
    heads = tuple(Head(start, count) for start, count in zip(starts, _counts(space), strict=False))
    start = np.broadcast_to(np.asarray(space.start), space.shape).ravel().astype(np.int64)
    return ChoiceHand(heads, start, space.shape, np.dtype(space.dtype))


def _refuse(name: str, seat: str, space: spaces.Space[Any]) -> None:
    """ArenaError if no hand fits a space."""
    if not isinstance(space, spaces.Discrete | spaces.MultiDiscrete | spaces.Box):
        raise ArenaError(
            f"{name}: {seat} acts in a {type(space).__name__}; the arena plays Discrete, MultiDiscrete and Box "
            "actions: translate them in a wrapper"
        )
    if isinstance(space, spaces.Box):
        is_endless = ~np.isfinite(space.high.astype(np.float64) - space.low).ravel()
        if is_endless.any():
            index = int(is_endless.argmax())
            raise ArenaError(
                f"{name}: number {index} of the action of {seat} has no bounds ({space.low.flat[index]} to "
                f"{space.high.flat[index]}); give it some in a wrapper"
            )
    width = prod(space.shape) if isinstance(space, spaces.Box) else sum(_counts(space))
    if not 0 < width <= WIDEST:
        raise ArenaError(f"{name}: the action of {seat} needs {width} numbers, and the arena takes 1 to {WIDEST}")
