"""Reading a table of results from a file of comma-separated values.

One game a row: `player,opponent,score` or `player,opponent,score,side`. The first row may name the columns, in any
order; without it they come in this order. The score is 1, 0.5 or 0, seen from `player`. `side` says who held the
favoured side: the name of one of the two, or the word `player` or `opponent`; empty if nobody did. Columns that an
exported league has besides (`seed`, `return`, `opponent_return`, `end`) are passed over.
"""

import csv
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TextIO

from arena.errors import ArenaError, nearest
from league.ratings.results import Results

COLUMNS = ("player", "opponent", "score", "side")
BESIDE = ("seed", "return", "opponent_return", "end")  # what a league knows of a leg, and no model reads
SCORES = (0.0, 0.5, 1.0)
MOST_BYTES = 256 * 2**20
MOST_ROWS = 5_000_000
LONGEST_NAME = 200

# player, opponent, score, and 1 if the player held the favoured side, -1 if the opponent did, 0 if nobody
Row = tuple[str, str, float, int]


def read_results(path: Path) -> Results:
    """The results in a file; ArenaError, with the number of the line, if there is something else in it."""
    try:
        if not path.is_file():
            raise ArenaError(f"{path} is not a file; name a table of results: player,opponent,score[,side]")
        if path.stat().st_size > MOST_BYTES:
            raise ArenaError(f"{path} has more than {MOST_BYTES >> 20} MiB; rate a part of it")
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _results(file, str(path))
    except OSError as error:
        raise ArenaError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None


def _results(file: TextIO, path: str) -> Results:
    reader = csv.reader(file, strict=True)
    try:
        results = Results.of(_rows(reader, path))
    except csv.Error as error:
        raise ArenaError(f"{path}, line {reader.line_num}: {error}; mind the quotes and commas") from None
    except UnicodeDecodeError:
        raise ArenaError(f"{path} is not text in UTF-8; save it as UTF-8") from None
    except ValueError as error:
        raise ArenaError(f"{path}, line {reader.line_num}: {error}") from None
    if not len(results):
        raise ArenaError(f"{path} holds no games; write one a row: player,opponent,score[,side]")
    return results


def _rows(reader: Iterator[list[str]], path: str) -> Iterator[Row]:
    """ValueError says what is wrong with the line that was read last."""
    lines = ([word.strip() for word in words] for words in reader if words)
    first = next(lines, [])
    if not first:
        return
    order = _columns(first)
    places = [order.index(column) for column in COLUMNS if column in order]
    known: set[str] = set()
    for index, cells in enumerate(lines if _is_header(first) else chain([first], lines)):
        if index == MOST_ROWS:
            raise ArenaError(f"{path} has more than {MOST_ROWS:,} rows; rate a part of it")
        if len(cells) != len(order):
            raise ValueError(f"{len(cells)} columns where {len(order)} are due: {','.join(order)}")
        yield _row(known, *(cells[place] for place in places))


def _is_header(cells: list[str]) -> bool:
    """A first row is taken for a game only if its third cell is a score."""
    return len(cells) not in (3, 4) or _number(cells[2]) is None


def _columns(cells: list[str]) -> list[str]:
    """The columns in their order, from the first row."""
    if not _is_header(cells):
        return list(COLUMNS[: len(cells)])
    order = [cell.lower() for cell in cells]
    for column in order:
        if column not in COLUMNS + BESIDE:
            raise ValueError(f"there is no column {column[:LONGEST_NAME]!r}; {nearest(column, COLUMNS)}")
    if len(set(order)) < len(order):
        raise ValueError(f"a column is named twice: {','.join(order)}")
    if missing := [column for column in COLUMNS[:3] if column not in order]:
        raise ValueError(f"the column {missing[0]!r} is missing; the columns are player,opponent,score[,side]")
    return order


def _row(known: set[str], player: str, opponent: str, score: str, side: str = "") -> Row:
    """One game; names that were looked at are in `known`."""
    for name in {player, opponent} - known:
        if not name:
            raise ValueError("a player has no name")
        if len(name) > LONGEST_NAME:
            raise ValueError(f"a name has {len(name)} characters; at most {LONGEST_NAME} are read")
        known.add(name)
    if player == opponent:
        raise ValueError(f"{player!r} plays itself, which says nothing of its strength; leave the row out")
    number = _number(score)
    if number not in SCORES:
        raise ValueError(f"the score {score[:LONGEST_NAME]!r} is not 1, 0.5 or 0")
    return player, opponent, number, _favoured(player, opponent, side)


def _number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def _favoured(player: str, opponent: str, side: str) -> int:
    """Names come before the words: a player may be called `opponent`."""
    if not side:
        return 0
    for one, other in ((player, opponent), ("player", "opponent")):
        if side in (one, other):
            return 1 if side == one else -1
    raise ValueError(f"the side {side[:LONGEST_NAME]!r} is neither {player!r} nor {opponent!r}, nor player or opponent")
