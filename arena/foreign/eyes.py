"""What a seat sees, as a row of numbers: the reading of an environment's observations.

By code, not by SuperSuit's `dtype_v0`, `flatten_v0` and `pad_observations_v0`: those carry a ParallelEnv through the
AEC interface and back, which makes a step of mpe2 take 2.8 times as long, and they pad only spaces of one kind.
"""

from dataclasses import dataclass
from math import prod
from typing import Any, TypeAlias

import numpy as np
from gymnasium import spaces

from arena.errors import ArenaError

WIDEST = 100_000  # numbers in an observation
BRIGHTEST = 255  # the top of a picture's range


class Unreadable(Exception):
    """An observation that is not of its space."""


@dataclass(frozen=True)
class BoxEye:
    """Reads arrays of one shape, flattened."""

    shape: tuple[int, ...]
    scale: np.float32  # what the numbers are divided by

    @property
    def width(self) -> int:
        return prod(self.shape)

    def read(self, seen: Any, row: np.ndarray) -> None:
        """Writes an observation into `row` [O]."""
        seen = np.asarray(seen)
        if seen.shape != self.shape or seen.dtype.kind not in "biuf":
            raise Unreadable(f"{seen.dtype} numbers of shape {seen.shape} instead of {self.shape}")
        row[: seen.size] = seen.ravel()
        if self.scale != 1:
            row[: seen.size] /= self.scale


@dataclass(frozen=True)
class NumberEye:
    """Reads one of `width` numbers that begin at `start`, as a one-hot vector."""

    width: int
    start: int

    def read(self, seen: Any, row: np.ndarray) -> None:
        """Writes an observation into `row` [O]."""
        number = np.asarray(seen)
        if number.shape not in ((), (1,)) or number.dtype.kind not in "iu":
            raise Unreadable(f"{seen!r} instead of a whole number")
        index = int(number.item()) - self.start
        if not 0 <= index < self.width:
            raise Unreadable(f"{seen!r} instead of a number from {self.start} to {self.start + self.width - 1}")
        row[: self.width] = 0
        row[index] = 1


Eye: TypeAlias = BoxEye | NumberEye


def eye_of(name: str, seat: str, space: spaces.Space[Any]) -> Eye:
    """The eye for a space; ArenaError if it is of a kind that cannot be read."""
    eye: Eye
    if isinstance(space, spaces.Box):
        is_picture = space.dtype == np.uint8 and space.high.max(initial=0) == BRIGHTEST
        eye = BoxEye(space.shape, np.float32(BRIGHTEST if is_picture else 1))
    elif isinstance(space, spaces.Discrete):
        eye = NumberEye(int(space.n), int(space.start))
    else:
        raise ArenaError(
            f"{name}: {seat} sees a {type(space).__name__}; the arena reads Box and Discrete observations: flatten it "
            "in a wrapper, for example with gymnasium.spaces.flatten"
        )
    if not 0 < eye.width <= WIDEST:
        raise ArenaError(
            f"{name}: {seat} sees {eye.width} numbers, and the arena takes 1 to {WIDEST}; choose another kind of "
            "observation in its options, or make it smaller in a wrapper"
        )
    return eye
