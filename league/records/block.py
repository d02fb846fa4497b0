"""Blocks of legs as they lie in the ledger: packed columns, the line-ups they use, and a seal over both.

Axes: G legs, A seats, S sides, M metrics.
"""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from typing import Any, NamedTuple, Self

import numpy as np

from arena.games import COLUMNS, End, Games
from league.records.legs import lineups_of

# what reading and unsealing a block raises that is not what was written
DAMAGE = (sqlite3.DatabaseError, ValueError, TypeError, AttributeError, RecursionError)


class Shape(NamedTuple):
    """The widths of a scenario's columns."""

    seats: int
    sides: int
    metrics: int

    @classmethod
    def of(cls, spec: Mapping[str, Any]) -> Self:
        """The widths that a ledger's specification tells of."""
        return cls(*(len(spec[part]) for part in cls._fields))


class Block(NamedTuple):
    """A row of the ledger."""

    identity: bytes  # the hash of what its legs are: scenario, line-ups and seeds
    legs: int
    lineups: str  # JSON: the content hashes in the seats of each line-up
    data: bytes  # the columns, one after the other
    digest: bytes  # the hash of the scenario and all else here; `legs` follows from the data
    environment: str


def seal(games: Games, scenario: str, environment: str) -> Block:
    """The block of these finished legs; `scenario` is the scenario's identity."""
    lineups, lineup = lineups_of(games)
    text = json.dumps(lineups)
    shape = Shape(games.player.shape[1], games.score.shape[1], games.metrics.shape[1])
    columns = {"lineup": lineup} | {name: getattr(games, name) for name in COLUMNS}
    data = b"".join(np.ascontiguousarray(columns[name], dtype).tobytes() for name, dtype, _ in _packing(shape))
    identity = _hash(scenario.encode(), text.encode(), lineup.astype("<u4").tobytes(), games.seed.tobytes())
    unsealed = Block(identity, len(games), text, data, b"", environment)
    return unsealed._replace(digest=_digest(unsealed, scenario))


def unseal(block: Block, scenario: str, shape: Shape) -> Games:
    """The games of a block; ValueError if it is not what was sealed, or holds anything that cannot be."""
    if block.digest != _digest(block, scenario):
        raise ValueError("the block is not what was written")
    lineups = json.loads(block.lineups)
    packing = _packing(shape)
    width = sum(np.dtype(dtype).itemsize * count for _, dtype, count in packing)
    if block.legs < 1 or len(block.data) != block.legs * width or any(len(seats) != shape.seats for seats in lineups):
        raise ValueError("the block has the wrong size")
    columns, at = {}, 0
    for name, dtype, count in packing:
        column = np.frombuffer(block.data, dtype, block.legs * count, at)
        at += column.nbytes
        native = column.astype(column.dtype.newbyteorder("="), copy=False)
        columns[name] = native.reshape(block.legs, count) if name in ("score", "metrics") else native
    lineup = columns.pop("lineup")
    _check_range(lineup, 0, len(lineups) - 1)
    _check_range(columns["winner"], -1, shape.sides - 1)
    _check_range(columns["end"], End.PLAYED, End.FORFEIT)
    _check_range(columns["fault"], -1, shape.seats - 1)
    number = {name: k for k, name in enumerate(dict.fromkeys(name for seats in lineups for name in seats))}
    table = np.array([[number[name] for name in seats] for seats in lineups], np.int32)
    return Games(names=tuple(number), player=table[lineup], **columns)


def _packing(shape: Shape) -> tuple[tuple[str, str, int], ...]:
    """Name, type and numbers a leg of each column, in the order of the bytes."""
    return (
        ("lineup", "<u4", 1),
        ("seed", "<u8", 1),
        ("score", "<f4", shape.sides),
        ("winner", "<i1", 1),
        ("end", "<i1", 1),
        ("fault", "<i2", 1),
        ("metrics", "<f4", shape.metrics),
    )


def _digest(block: Block, scenario: str) -> bytes:
    return _hash(scenario.encode(), block.identity, block.lineups.encode(), block.data, block.environment.encode())


def _hash(*parts: bytes) -> bytes:
    """SHA-256 of the parts with their lengths, so that no two lists of parts look alike."""
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "little"))
        total.update(part)
    return total.digest()


def _check_range(column: np.ndarray, low: int, high: int) -> None:
    if column.min() < low or column.max() > high:
        raise ValueError(f"the block has a number outside {low} to {high}")
