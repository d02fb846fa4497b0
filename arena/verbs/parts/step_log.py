"""A file of JSON lines that a run appends to as it goes on, each with the world step that it was written at."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from arena.errors import ArenaError
from arena.files import write_text


class StepLog:
    """The lines of one file; a line that was cut short by a crash does not count."""

    def __init__(self, path: Path, *names: str) -> None:
        self.path = path
        self.names = names  # what every line holds besides its step

    def rows(self) -> list[dict[str, Any]]:
        """All lines, in the order in which they were written; none if there is no file."""
        if not self.path.exists():
            return []
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
            rows = [json.loads(line) for line in lines if line.endswith("}")]
            if not all(isinstance(row["step"], int) for row in rows):
                raise ValueError("a step is not a whole number")
            if missing := [name for row in rows for name in self.names if name not in row]:
                raise ValueError(f"a line has no {missing[0]}")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ArenaError(f"{self.path} cannot be read: {error}; move it away to resume without it") from None
        return rows

    def truncate(self, step: int) -> None:
        """Drops the lines after `step`: they belong to work that was lost and will be done again."""
        if self.path.exists():
            write_text(self.path, _text(row for row in self.rows() if row["step"] <= step))

    def append(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Adds lines."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(_text(rows))


def _text(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, allow_nan=False) + "\n" for row in rows)
