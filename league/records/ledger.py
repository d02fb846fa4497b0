"""The ledger: every finished leg of a league in one SQLite file, which only ever grows. Ratings are computed from it.

Legs lie in blocks of packed columns, each with its SHA-256, the environment that played it, and an identity made of
what its legs are, so that writing a leg twice is writing it once. One process writes; what `add` has returned from
survives a crash of the process and of the machine.
"""

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np

from arena.errors import ArenaError
from arena.files import lock
from arena.game import Game
from arena.games import Games
from league.records.block import DAMAGE, Block, Shape, seal, unseal
from league.records.book import Book
from league.records.legs import Index, is_finished, on_table
from league.records.schema import connected, prepare, stored_spec, told, writing

BLOCK_LEGS = 1 << 16


@dataclass(frozen=True)
class Entrant:
    """A player as the league knows it: everything about it but its policy."""

    hash: str
    name: str
    kind: str
    sides: tuple[str, ...]
    card: Mapping[str, Any]


def entrant_of(player: str, name: str, kind: str, sides: str, card: str) -> Entrant:
    """A player by the columns of its row; ValueError or TypeError if they are not what was written."""
    return Entrant(player, name, kind, tuple(json.loads(sides)), dict(json.loads(card)))


class Note(NamedTuple):
    """Something about a player that readers of its results should see."""

    player: str  # its content hash
    kind: str
    text: str


def spec_of(scenario: Game, tournament_seed: int, **more: Any) -> dict[str, Any]:
    """What must be the same for all legs of a ledger; `more` is anything else that JSON can hold."""
    return {
        "scenario": scenario.name,
        "version": scenario.version,
        "parameters": scenario.parameters,
        "identity": scenario.identity,
        "seats": [seat.name for seat in scenario.seats],
        "seat_sides": [seat.side for seat in scenario.seats],
        "sides": list(scenario.sides),
        "has_outcome": scenario.has_outcome,
        "metrics": list(scenario.metric_names),
        "tournament_seed": tournament_seed,
        **more,
    }


class Ledger:
    """An open ledger, by `create`, `open` or `read_only`; a context manager."""

    def __init__(self, path: Path, connection: sqlite3.Connection, held: contextlib.ExitStack):
        self.path = path
        self.spec = stored_spec(connection, path)
        self._connection = connection
        self._held = held
        self._index: Index | None = None  # of the legs that are written, from when it is first needed
        self._legs: tuple[Any, Games] | None = None  # as they were read last, and how far the file then went

    @classmethod
    def create(cls, path: Path, spec: Mapping[str, Any]) -> Self:
        """A new ledger, open for writing; ArenaError if there is one already."""
        if path.exists():
            raise ArenaError(f"{path} exists already; resume it or choose another folder")
        return cls.open(path, spec)

    @classmethod
    def open(cls, path: Path, spec: Mapping[str, Any]) -> Self:
        """The ledger at `path`, made if need be, for writing: it holds the lock of its folder until it is closed.

        ArenaError if another process holds that, or if the ledger is for another spec or has other tables.
        """
        with contextlib.ExitStack() as held:
            held.enter_context(lock(path.parent))
            connection = held.enter_context(connected(path))
            prepare(connection, path, spec)
            return cls(path, connection, held.pop_all())

    @classmethod
    def read_only(cls, path: Path) -> Self:
        """The ledger at `path` for reading, also while another process writes."""
        if not path.is_file():
            raise ArenaError(f"there is no ledger at {path}; check the folder's name")
        with contextlib.ExitStack() as held:
            connection = held.enter_context(connected(path))
            with told(path):
                connection.execute("PRAGMA query_only = ON")
            return cls(path, connection, held.pop_all())

    def close(self) -> None:
        """Lets go of the file and of its folder's lock."""
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def enter(self, entrants: Iterable[Entrant], notes: Iterable[Note] = ()) -> None:
        """Writes players down, with notes about them; of one that is known, its new name and card."""
        rows = [(e.hash, e.name, e.kind, json.dumps(e.sides), json.dumps(dict(e.card))) for e in entrants]
        with writing(self._connection, self.path) as connection:
            connection.executemany(
                "INSERT INTO player VALUES (?, ?, ?, ?, ?) ON CONFLICT (hash) DO UPDATE"
                " SET name = excluded.name, kind = excluded.kind, sides = excluded.sides, card = excluded.card",
                rows,
            )
            connection.executemany("INSERT INTO note (player, kind, text) VALUES (?, ?, ?)", notes)

    def entrants(self) -> dict[str, Entrant]:
        """The players by hash, in the order in which they entered."""
        rows = self._fetch("SELECT hash, name, kind, sides, card FROM player ORDER BY rowid")
        return {row[0]: entrant_of(*row) for row in rows}

    def note(self, player: str, kind: str, text: str) -> None:
        """Writes down something about a player; see `Note`."""
        with writing(self._connection, self.path) as connection:
            connection.execute("INSERT INTO note (player, kind, text) VALUES (?, ?, ?)", (player, kind, text))

    def notes(self, kind: str) -> dict[str, str]:
        """The latest note of a kind about each player that has one, by hash; an empty one takes back those before."""
        found = dict(self._fetch("SELECT player, text FROM note WHERE kind = ? ORDER BY number", kind))
        return {player: text for player, text in found.items() if text}

    def all_notes(self) -> list[Note]:
        """Every note, in the order in which they were written."""
        return [Note(*row) for row in self._fetch("SELECT player, kind, text FROM note ORDER BY number")]

    def environments(self) -> dict[str, int]:
        """The environments that played, in order of first appearance, and how many legs each."""
        return dict(self._fetch("SELECT environment, sum(legs) FROM block GROUP BY 1 ORDER BY min(number)"))

    def add(self, games: Games, environment: str) -> int:
        """Writes the finished legs that are not there yet, and says how many; on the disk when it returns.

        `environment` stands for what the bits of results depend on besides the legs. Unplayed and void legs are left
        out.
        """
        index = self._known()
        games = games[is_finished(games)]
        keys = index.keys(games)
        is_first = np.zeros(len(keys), np.bool_)
        is_first[np.unique(keys, return_index=True)[1]] = True
        fresh = np.flatnonzero(is_first & ~index.contains(keys))
        if len(fresh):
            with writing(self._connection, self.path) as connection:
                for lo in range(0, len(fresh), BLOCK_LEGS):
                    block = seal(games[fresh[lo : lo + BLOCK_LEGS]], self.spec["identity"], environment)
                    connection.execute(
                        f"INSERT OR IGNORE INTO block ({', '.join(Block._fields)}) VALUES (?, ?, ?, ?, ?, ?)", block
                    )
        index.insert(keys[fresh])
        return len(fresh)

    def read(self) -> Games:
        """All legs in the order in which they were written; ArenaError names the blocks that are damaged."""
        extent = [self._fetch("PRAGMA data_version"), self._fetch("SELECT count(*), max(number) FROM block")]
        if self._legs is None or self._legs[0] != extent:
            self._legs = None  # gives its memory back before more is read
            self._legs = extent, self._joined([games for games, _ in self.blocks()])
        return self._legs[1]

    def blocks(self) -> list[tuple[Games, str]]:
        """The legs of each block and the environment that played them; ArenaError as `read` raises it."""
        sound, damaged = [], []
        for (number,) in self._fetch("SELECT number FROM block ORDER BY number"):
            try:
                query = f"SELECT {', '.join(Block._fields)} FROM block WHERE number = ?"
                block = Block(*self._connection.execute(query, (number,)).fetchone())
                sound.append((unseal(block, self.spec["identity"], self._shape), block.environment))
            except DAMAGE:
                damaged.append(number)
        if damaged:
            raise ArenaError(
                f"{self.path}: damaged block {', '.join(map(str, damaged))}; put back a copy of the file, or drop"
                f" such blocks and play their legs again: arena league repair {self.path.parent}"
            )
        return sound

    def is_missing(self, schedule: Games) -> np.ndarray:
        """Which legs of the schedule, [G], are not written yet."""
        index = self._known()
        return ~index.contains(index.keys(schedule))

    def missing(self, schedule: Games) -> Games:
        """The legs of the schedule that are not written yet, in its order."""
        return schedule[self.is_missing(schedule)]

    def results(self, schedule: Games) -> Games:
        """The schedule with the results that are written filled in."""
        return Book(self.read()).results(schedule)

    def _known(self) -> Index:
        if self._index is None:
            index, written = Index(), self.read()
            index.insert(index.keys(written))
            self._index = index
        return self._index

    def _joined(self, parts: list[Games]) -> Games:
        names = tuple(dict.fromkeys(name for part in parts for name in part.names))
        if not parts:
            return _no_games(self._shape)
        return Games.joined([on_table(part, names) for part in parts])

    @property
    def _shape(self) -> Shape:
        return Shape.of(self.spec)

    def _fetch(self, query: str, *values: object) -> list[Any]:
        with told(self.path):
            return self._connection.execute(query, values).fetchall()


def _no_games(shape: Shape) -> Games:
    wide = {
        "player": (shape.seats, np.int32),
        "score": (shape.sides, np.float32),
        "metrics": (shape.metrics, np.float32),
    }
    flat = {"seed": np.uint64, "winner": np.int8, "end": np.int8, "fault": np.int16}
    columns = {name: np.zeros((0, width), dtype) for name, (width, dtype) in wide.items()}
    return Games(names=(), **columns, **{name: np.zeros(0, dtype) for name, dtype in flat.items()})
