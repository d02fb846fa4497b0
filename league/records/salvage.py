"""What can still be read of a damaged ledger, and a sound ledger made of it.

Damage is of two kinds: what SQLite cannot follow any more (torn or overwritten pages, a file cut short), and what it
reads well but is not what was written (a block whose seal is broken). Either way it is one row that is lost, not all.
"""

import contextlib
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from arena.errors import ArenaError
from arena.files import copy_beside, lock, put
from arena.games import Games
from league.records.block import DAMAGE, Block, Shape, unseal
from league.records.ledger import Entrant, Ledger, Note, entrant_of
from league.records.schema import UNREADABLE, connected, stored_spec

SMALLEST_ROW_BYTES = 32
# The first makes SQLite open a file that is shorter than it says it is, the second keeps it as it is.
READING = ("writable_schema = ON", "query_only = ON", "trusted_schema = OFF", "cell_size_check = ON")
WORKSHOP = "repairing"  # the folder in a league's in which the sound ledger is made


@dataclass(frozen=True)
class Salvage:
    """What can be read."""

    spec: dict[str, Any]
    entrants: list[Entrant]
    notes: list[Note]
    blocks: list[tuple[Games, str]]  # sound legs of known players, and the environment that played them
    damaged: dict[int, int | None]  # the blocks that are lost, and how many legs each had, if that can be read
    orphans: int  # legs of sound blocks that are lost since nobody knows any more who played them
    lost_players: int  # rows that cannot be read
    complaint: str  # what SQLite says of the file; "" if nothing

    @property
    def is_sound(self) -> bool:
        """Whether nothing is damaged."""
        return not (self.damaged or self.orphans or self.lost_players or self.complaint)

    @property
    def is_another(self) -> bool:
        """Whether several blocks can be read, and none of them fits the specification: it is that of others."""
        read = [legs for legs in self.damaged.values() if legs is not None]
        return len(read) > 1 and not self.blocks and not self.orphans

    @property
    def legs(self) -> int:
        """How many legs can be kept."""
        return sum(len(games) for games, _ in self.blocks)


def repair(path: Path) -> tuple[Salvage, Path | None]:
    """Puts what can be read in the place of a damaged ledger; what there was, and a copy of the file as it was.

    Nothing is changed, and there is no copy, if nothing is damaged. ArenaError if a process writes to the ledger, or if
    its specification is gone, or is not the one that any block was written under.
    """
    if not path.is_file():
        raise ArenaError(f"there is no ledger at {path}; check the folder's name")
    with lock(path.parent):
        found = salvage(path)
        if found.is_sound:
            return found, None
        if found.is_another:
            raise ArenaError(
                f"{path}: no block of it was written for {found.spec['identity']}, so that is"
                " not its specification; put back a copy of it"
            )
        kept = copy_beside(path, "damaged")
        put(rebuilt(found, path.parent / WORKSHOP / path.name), path)
        shutil.rmtree(path.parent / WORKSHOP)
        return found, kept


def salvage(path: Path) -> Salvage:
    """All that can be read of a ledger; ArenaError if not even its specification can."""
    try:
        return _salvage(path)
    except ArenaError as error:
        if error.__cause__ is None:
            raise
        what = f"not even its specification can be read ({error.__cause__})"
        raise ArenaError(f"{path} cannot be repaired: {what}; put back a copy of it") from error.__cause__


def _salvage(path: Path) -> Salvage:
    with connected(path, READING) as connection:
        spec = stored_spec(connection, path)
        players, lost = read_rows(connection, "player", ("hash", "name", "kind", "sides", "card"))
        entrants = [entrant for row in players.values() if (entrant := _entrant(row))]
        known = {entrant.hash for entrant in entrants}
        notes = [Note(*row) for row in read_rows(connection, "note", Note._fields)[0].values()]
        rows, unread = read_rows(connection, "block", Block._fields)
    blocks, orphans = [], 0
    damaged: dict[int, int | None] = dict.fromkeys(unread)
    for number, row in rows.items():
        try:
            block = Block(*row)
            games = unseal(block, spec["identity"], Shape.of(spec))
        except DAMAGE:
            damaged[number] = block.legs if isinstance(block.legs, int) else None
            continue
        is_known = np.array([name in known for name in games.names])[games.player].all(1)
        orphans += int((~is_known).sum())
        if is_known.any():
            blocks.append((games[is_known], block.environment))
    kept_notes = [note for note in notes if note.player in known and all(isinstance(part, str) for part in note)]
    lost_players = len(lost) + len(players) - len(entrants)
    return Salvage(
        spec, entrants, kept_notes, blocks, dict(sorted(damaged.items())), orphans, lost_players, _complaint(path)
    )


def read_rows(connection: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> tuple[dict[int, Any], list[int]]:
    """The rows of a table that can be read, by number, and the numbers of those that cannot."""
    query = f"SELECT {', '.join(columns)} FROM {table} WHERE rowid = ?"
    found, unread = {}, []
    last, most = _last(connection, table)
    for number in range(1, (most if last is None else last) + 1):
        try:
            row = connection.execute(query, (number,)).fetchone()
        except UNREADABLE:
            unread.append(number)
            continue
        if row is not None:
            found[number] = row
    if last is None:  # nobody knows how many there were behind the last that can be read: at least one
        unread = [number for number in unread if number <= max(found, default=0) + 1]
    return found, unread


def rebuilt(found: Salvage, path: Path) -> Path:
    """Makes a new ledger at `path`, in a folder of its own, of what was found."""
    shutil.rmtree(path.parent, ignore_errors=True)
    with Ledger.create(path, found.spec) as ledger:
        ledger.enter(found.entrants)
        for note in found.notes:
            ledger.note(*note)
        for games, environment in found.blocks:
            ledger.add(games, environment)
    return path


def _last(connection: sqlite3.Connection, table: str) -> tuple[int | None, int]:
    """The number of the last row, None if that cannot be read, and a number that it cannot be beyond."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
    most = pages * page_bytes // SMALLEST_ROW_BYTES
    for way in ("SELECT seq FROM sqlite_sequence WHERE name = ?", f"SELECT max(rowid) FROM {table} WHERE ? <> ''"):
        with contextlib.suppress(*UNREADABLE):
            row = connection.execute(way, (table,)).fetchone()
            if row and isinstance(row[0] or 0, int):
                return min(row[0] or 0, most), most
    return None, most


def _entrant(row: tuple[Any, ...]) -> Entrant | None:
    """A player by its row; None if that is damaged."""
    with contextlib.suppress(*DAMAGE):
        return entrant_of(*row) if all(isinstance(part, str) for part in row) else None
    return None


def _complaint(path: Path) -> str:
    """The first thing that SQLite finds wrong with the file when it is opened as ledgers are; "" if nothing."""
    try:
        with connected(path) as connection:
            (text,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except (ArenaError, *UNREADABLE) as error:
        return str(error.__cause__ or error)
    return "" if text == "ok" else str(text)
