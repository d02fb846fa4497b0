"""A leaderboard that follows a league while another process plays it."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from arena.errors import ArenaError
from arena.files import read_json
from arena.report import Report
from arena.verbs.parts.entries import LEDGER

EVERY_SECONDS = 2.0
MOST_BYTES = 1 << 28
LEADERS = 3

Look = Callable[[], tuple[dict[str, Any], str]]  # the board and its text


def follow(folder: Path, look: Look) -> Iterator[Report]:
    """The board as often as the ledger has grown, until whoever plays has written the last one into the folder.

    On a terminal it stands in one place; elsewhere it is a line each time.
    """
    seen = None
    while True:
        at = marks(folder)
        if at != seen:
            board, text = look()
            seen = at
            yield Report(frame=f"{text}\nplaying; Ctrl-C ends the watching, not the games", text=line(board))
            if is_over(folder, board):
                yield Report(frame=" ")
                yield Report(text=text, data=board, is_result=True)
                return
        time.sleep(EVERY_SECONDS)


def marks(folder: Path) -> tuple[tuple[int, int], ...]:
    """What changes on the disk when a league goes on."""
    files = (folder / LEDGER, folder / f"{LEDGER}-wal", folder / "leaderboard.json")
    states = (file.stat() for file in files if file.exists())
    return tuple((state.st_mtime_ns, state.st_size) for state in states)


def is_over(folder: Path, board: dict[str, Any]) -> bool:
    """Whether the leaderboard in the folder, which is written last, is of all these legs."""
    try:
        return bool(read_json(folder / "leaderboard.json", MOST_BYTES)["fingerprint"] == board["fingerprint"])
    except (ArenaError, KeyError, TypeError):
        return False


def line(board: dict[str, Any]) -> str:
    """The legs and the first few players."""
    form = "+.0f" if board["unit"] == "elo" else "+.2f"
    first = (f"{player['name']} {player['rating']:{form}}" for player in board["players"][:LEADERS])
    return f"{board['legs']:,} legs: {', '.join(first)}"
