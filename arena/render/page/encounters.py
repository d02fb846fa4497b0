"""Who met whom as a table of colours: points of two sides, or mean scores of teams with a guest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arena.render.page.numbers import unit_of

Board = Mapping[str, Any]
Cell = Mapping[str, Any]
MOST_WRITTEN = 16  # players across; more are colours alone, with their number under the pointer


@dataclass(frozen=True)
class Square:
    """One cell."""

    text: str
    told: str  # under the pointer
    look: str  # "up" or "down"
    shade: float  # 0..1: how strong the colour is


@dataclass(frozen=True)
class Encounters:
    """A table of those who have met, by rank, each way round."""

    row: str  # what the row's player was
    column: str
    rows: Sequence[tuple[int, str, Sequence[Square | None]]]  # rank, name
    columns: Sequence[tuple[int, str]]
    players: int  # that there were to choose from

    @property
    def is_dense(self) -> bool:
        """Whether there is no room for numbers."""
        return len(self.columns) > MOST_WRITTEN


def cross_table(board: Board) -> Encounters | None:
    """What rows won of a hundred points from columns; blue where it is more than half."""
    cross, name = board.get("cross"), _names(board)
    if not cross:
        return None
    rows, columns = cross["rows"], cross["columns"]

    def square(cell: Cell, row: str, column: str) -> Square:
        counts = f"{cell['won']:,} won, {cell['drawn']:,} drawn, {cell['lost']:,} lost"
        told = f"{row} as {rows} against {column} as {columns}: {100 * cell['points']:.1f} of 100 points; {counts}"
        lead = 2 * cell["points"] - 1
        return Square(f"{100 * cell['points']:.0f}", told, "up" if lead >= 0 else "down", round(abs(lead), 2))

    return _table(rows, columns, cross["players"], cross["cells"], name, square)


def partners_table(board: Board) -> Encounters | None:
    """Mean scores of hosts' teams with a guest; the stronger the colour, the more. None if nobody was a guest."""
    partners, name = board.get("partners"), _names(board)
    if not partners or partners["gap"]["value"] is None:
        return None
    values = [cell["score"] for row in partners["cells"] for cell in row if cell and cell["score"] is not None]
    unit, low = unit_of(values), min(values, default=0.0)
    span = (max(values, default=1.0) - low) or 1.0

    def square(cell: Cell, host: str, guest: str) -> Square | None:
        if cell["score"] is None:
            return None
        told = f"{host} with {guest} as a guest: {unit.text(cell['score'])} in {cell['legs']:,} legs"
        return Square(unit.text(cell["score"]), told, "up", round((cell["score"] - low) / span, 2))

    order = [player["hash"] for player in partners["players"]]
    return _table("host", "guest", order, partners["cells"], name, square)


def _table(
    rows: str,
    columns: str,
    players: Sequence[str],
    cells: Sequence[Sequence[Cell | None]],
    name: Mapping[str, str],
    square: Callable[[Cell, str, str], Square | None],
) -> Encounters:
    names = [name[player] for player in players]
    across = [k for k in range(len(names)) if any(line[k] for line in cells)]
    found = []
    for rank, (who, line) in enumerate(zip(names, cells, strict=True), 1):
        if any(line):
            squares = [square(cell, who, names[k]) if (cell := line[k]) else None for k in across]
            found.append((rank, who, squares))
    return Encounters(rows, columns, found, [(k + 1, names[k]) for k in across], len(players))


def _names(board: Board) -> dict[str, str]:
    return {player["hash"]: player["name"] for player in board["players"]}
