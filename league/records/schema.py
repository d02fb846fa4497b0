"""The ledger's SQLite file: its tables, how it is opened, and how its troubles are told.

The rollback journal, not the write-ahead log: SQLite before 3.51.3 can lose committed pages when a log is reset while
another process reads. `synchronous = EXTRA` is FULL and also syncs the folder after the journal is gone, without
which a commit may be undone by a power cut.
"""

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from arena.errors import ArenaError
from league.records.recorded import RecordedGame

VERSION = 2
APPLICATION = 0x6172656E  # "aren", in the header of the file
BUSY_S = 30.0
UNREADABLE = (sqlite3.DatabaseError, UnicodeDecodeError)  # the latter where SQLite quotes what is damaged
DAMAGED = ("malformed", "no such table", "no such column", "decode")  # what SQLite says of it
PRAGMAS = ("foreign_keys = ON", "synchronous = EXTRA", "trusted_schema = OFF", "cell_size_check = ON")
SEAL = "sha256"  # the key of a stored spec that holds the hash of the others; the first ledgers have none
REQUIRED = {  # of a spec
    **dict.fromkeys(("scenario", "identity"), str),
    **dict.fromkeys(("version", "tournament_seed"), int),
    **dict.fromkeys(("seats", "seat_sides", "sides", "metrics"), list),
    "parameters": dict,
    "has_outcome": bool,
}
TABLES = (
    "CREATE TABLE spec (text TEXT NOT NULL)",
    "CREATE TABLE player (hash TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, sides TEXT NOT NULL,"
    " card TEXT NOT NULL)",
    "CREATE TABLE note (number INTEGER PRIMARY KEY, player TEXT NOT NULL REFERENCES player, kind TEXT NOT NULL,"
    " text TEXT NOT NULL)",
    "CREATE TABLE block (number INTEGER PRIMARY KEY AUTOINCREMENT, identity BLOB NOT NULL UNIQUE,"
    " legs INTEGER NOT NULL, lineups TEXT NOT NULL, data BLOB NOT NULL, digest BLOB NOT NULL,"
    " environment TEXT NOT NULL)",
)


@contextlib.contextmanager
def connected(path: Path, pragmas: Sequence[str] = PRAGMAS) -> Iterator[sqlite3.Connection]:
    """A connection to the file at `path`, closed at the end."""
    with told(path):
        connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
    with contextlib.closing(connection):
        with told(path):
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}")
        yield connection


@contextlib.contextmanager
def writing(connection: sqlite3.Connection, path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction: all of it is on the disk at the end, or, after an error, nothing of it."""
    with told(path), connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Turns what SQLite raises into an ArenaError."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise  # not the file's fault
    except UNREADABLE as error:
        text = str(error)
        if "not a database" in text:
            raise ArenaError(f"{path} is damaged or no ledger ({text}); put back a copy of it") from error
        if isinstance(error, UnicodeDecodeError) or any(words in text for words in DAMAGED):
            raise ArenaError(
                f"{path} is damaged ({text}); put back a copy of it, or keep what can be read of it:"
                f" arena league repair {path.parent}"
            ) from error
        if "locked" in text:
            raise ArenaError(f"{path} is in use by another program; close it and try again") from error
        raise ArenaError(
            f"cannot write to or read from {path}: {text}; free some space or mend its permissions, then resume:"
            " what was written before is safe"
        ) from error


def prepare(connection: sqlite3.Connection, path: Path, spec: Mapping[str, Any]) -> None:
    """Makes the tables in a new file; in a ledger, checks that it is this version's and for this spec."""
    with told(path):
        connection.execute("PRAGMA journal_mode = DELETE")
    with writing(connection, path):
        if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            for table in TABLES:
                connection.execute(table)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute("INSERT INTO spec VALUES (?)", (json.dumps({**spec, SEAL: _digest(spec)}),))
    stored, given = stored_spec(connection, path), json.loads(json.dumps(spec))
    if what := differences(stored, given, "there", "here"):
        raise ArenaError(f"{path} belongs to another league: {what}. Choose another folder")


FOLLOWING = ("seats", "seat_sides", "sides", "metrics")  # what options of a game may change


def differences(one: Mapping[str, Any], other: Mapping[str, Any], here: str, there: str) -> str:
    """In what two specs differ, in words: `tournament_seed is 7 HERE and 8 THERE`; empty if they are the same.

    Of two games their names are told, for little else is the same; of one game's options, not what follows of them.
    """
    differing = [key for key in {**one, **other} if one.get(key) != other.get(key)]
    for telling, following in (("scenario", set(differing)), ("parameters", {"identity", *FOLLOWING})):
        if telling in differing:
            differing = [key for key in differing if key == telling or key not in following]
    return "; ".join(f"{key} is {one.get(key)!r} {here} and {other.get(key)!r} {there}" for key in differing)


def stored_spec(connection: sqlite3.Connection, path: Path) -> dict[str, Any]:
    """The spec of a ledger; ArenaError if the file is none, or of another version of the schema."""
    with told(path):
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION:
            raise ArenaError(f"{path} is not a ledger of the arena; choose another file")
        if version != VERSION:
            advice = "update marl-arena" if version > VERSION else "use the release that wrote it"
            raise ArenaError(f"{path} has version {version} of the ledger's tables, this reads {VERSION}; {advice}")
        row = connection.execute("SELECT text FROM spec").fetchone()
    with contextlib.suppress(ValueError, TypeError, RecursionError):
        stored = json.loads(row[0])
        if isinstance(stored, dict) and stored.pop(SEAL, _digest(stored)) == _digest(stored) and _is_whole(stored):
            return stored
    raise ArenaError(f"{path} has a specification that is damaged or has been edited; put back a copy of it")


def _digest(spec: Mapping[str, Any]) -> str:
    """The hash of a spec without its seal, whatever the order of its keys."""
    bare = {key: value for key, value in spec.items() if key != SEAL}
    return hashlib.sha256(json.dumps(bare, sort_keys=True).encode()).hexdigest()


def _is_whole(spec: Mapping[str, Any]) -> bool:
    """Whether a spec has all that is required, each of its kind, and says the same thing twice where it does."""
    has_all = all(isinstance(spec.get(key), kind) for key, kind in REQUIRED.items())
    if not has_all or len(spec["seats"]) != len(spec["seat_sides"]):
        return False
    game = RecordedGame(spec)
    return bool(game.identity == spec["identity"] and list(game.sides) == spec["sides"])
