"""The table between the worlds and the environments behind them; processes can share its memory."""

from math import prod
from typing import Any, NamedTuple

import numpy as np

ALIGN = 64  # bytes, a line of the cache


class Board(NamedTuple):
    """Orders to the environments, and what came of them. W worlds, A seats, M metrics."""

    is_called: np.ndarray  # [W]    bool: the order is for this world
    seed: np.ndarray  # [W]         int64, for a reset
    action: np.ndarray  # [A, W, U] float32, for a step; legal
    obs: np.ndarray  # [A, W, O]    float32, zeros for seats that have left
    reward: np.ndarray  # [W, A]    float64
    acts: np.ndarray  # [W, A]      bool: takes part in the next step
    is_over: np.ndarray  # [W, A]   bool: the seat's game ended truly in the last step
    info: np.ndarray  # [W, M]      float64, nan where nobody reported
    beat: np.ndarray  # [W]         int64, counts what a world has done


def shapes_of(seats: int, worlds: int, seen: int, acted: int, metrics: int) -> dict[str, tuple[tuple[int, ...], Any]]:
    """The shape and type of each array."""
    return {
        "is_called": ((worlds,), np.bool_),
        "seed": ((worlds,), np.int64),
        "action": ((seats, worlds, acted), np.float32),
        "obs": ((seats, worlds, seen), np.float32),
        "reward": ((worlds, seats), np.float64),
        "acts": ((worlds, seats), np.bool_),
        "is_over": ((worlds, seats), np.bool_),
        "info": ((worlds, metrics), np.float64),
        "beat": ((worlds,), np.int64),
    }


def bytes_of(shapes: dict[str, tuple[tuple[int, ...], Any]]) -> int:
    """The memory that a board takes."""
    return sum(_padded(shape, dtype) for shape, dtype in shapes.values())


def board_over(memory: Any, shapes: dict[str, tuple[tuple[int, ...], Any]]) -> Board:
    """The board that lies in `memory`, which supports the buffer protocol."""
    arrays, at = {}, 0
    for name, (shape, dtype) in shapes.items():
        arrays[name] = np.frombuffer(memory, dtype, prod(shape), at).reshape(shape)
        at += _padded(shape, dtype)
    return Board(**arrays)


def _padded(shape: tuple[int, ...], dtype: Any) -> int:
    size = prod(shape) * int(np.dtype(dtype).itemsize)
    return -(-size // ALIGN) * ALIGN
