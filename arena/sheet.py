"""Tables for spreadsheets, as CSV. Names come from files, so they are data: no cell is ever computed."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def sheet(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as CSV with a line of column names; a row without some column has an empty cell there."""
    listed = list(rows)
    text = io.StringIO()
    columns = list(dict.fromkeys(column for row in listed for column in row))
    writer = csv.DictWriter(text, [_cell(column) for column in columns], lineterminator="\n")
    writer.writeheader()
    writer.writerows({_cell(column): _cell(value) for column, value in row.items()} for row in listed)
    return text.getvalue()


def flat(value: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested data as one row; names are joined by underscores."""
    row: dict[str, Any] = {}
    for key, part in value.items():
        row |= flat(part, f"{prefix}{key}_") if isinstance(part, Mapping) else {f"{prefix}{key}": part}
    return row


def _cell(value: Any) -> Any:
    """A cell that a spreadsheet shows and never computes."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
