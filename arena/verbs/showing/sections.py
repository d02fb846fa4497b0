"""The sections that a leaderboard can be shown with: their data, text and rows, by the word of --show."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arena import norm
from arena.errors import ArenaError, nearest
from arena.game import Game
from arena.games import Games
from arena.sheet import flat
from arena.verbs.showing import texts
from league.board.cross import cross
from league.board.meta import meta
from league.board.partners import partners
from league.board.sides import sides
from league.board.superiority import superiority
from league.joint import rate

Board = Mapping[str, Any]
Row = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """A part of a leaderboard beside the ratings."""

    text: Callable[[Board], str]
    rows: Callable[[Board], Iterator[Row]]  # for --csv
    data: Callable[[Games, Game, Board], Any] | None = None  # None: the board holds it already


def find_sections(words: str) -> dict[str, Section]:
    """The sections of a list such as `cross,ends`; ArenaError for one that there is not."""
    names = [word.strip().lower() for word in words.split(",") if word.strip()]
    for name in names:
        if name not in SECTIONS:
            raise ArenaError(f"--show knows no section {name!r}; {nearest(name, SECTIONS)}")
    return {name: SECTIONS[name] for name in names}


def with_sections(board: Board, games: Games, game: Game, sections: Mapping[str, Section]) -> dict[str, Any]:
    """The board, and beside it the data of each section by its name."""
    found = {name: section.data(games, game, board) for name, section in sections.items() if section.data}
    return {**board, **found}


def ranked(board: Board) -> list[str]:
    """The content hashes of the players, best first."""
    return [player["hash"] for player in board["players"]]


def by_rank(make: Callable[[Games, Game, Sequence[str]], Any]) -> Callable[[Games, Game, Board], Any]:
    """The data of players in the order of a board."""
    return lambda games, game, board: make(games, game, ranked(board))


def partners_data(games: Games, game: Game, board: Board) -> dict[str, Any]:
    """Partners, with random play worth nothing: as measured for this game, or else in this league."""
    zero = norm.zero(game, next(iter(game.sides)))
    if zero is None:
        random = [p["rating"] for p in board["players"] if (p["kind"], p["name"]) == ("scripted", "random")]
        zero = next(iter(random), None)
    return partners(games, game, ranked(board), zero)


def superiority_data(games: Games, game: Game, board: Board) -> dict[str, Any]:
    """Superiority, from the resamples that the board has its intervals from."""
    ratings = rate(games, game, board["resamples"], anchors=board["anchors"], parents=board["parents"])
    return superiority(ratings, ranked(board))


def cross_rows(board: Board) -> Iterator[Row]:
    """A row for each two who have met, each way round."""
    table, name = board["cross"], texts.names(board)
    for row, cells in zip(table["players"], table["cells"], strict=True):
        for column, cell in zip(table["players"], cells, strict=True):
            if cell:
                scores = {f"score_{side}": score for side, score in cell["score"].items()}
                counts = {part: cell[part] for part in ("legs", "won", "drawn", "lost", "points")}
                yield {table["rows"]: name[row], table["columns"]: name[column], **counts, **scores}


def superiority_rows(board: Board) -> Iterator[Row]:
    """A row for each two, each way round."""
    table, name = board["superiority"], texts.names(board)
    for row, cells in zip(table["players"], table["cells"], strict=True):
        for column, cell in zip(table["players"], cells, strict=True):
            if cell is not None:
                yield {"player": name[row], "than": name[column], "better": cell}


def side_rows(board: Board) -> Iterator[Row]:
    """A row for each player on each side that it has held."""
    name = texts.names(board)
    for side, records in board["sides"].items():
        for record in records:
            yield {"side": side, "player": name[record["hash"]], **{k: v for k, v in record.items() if k != "hash"}}


def end_rows(board: Board) -> Iterator[Row]:
    """A row a player."""
    for player in board["players"]:
        yield {"player": player["name"], "legs": player["legs"], **player["ends"], "withdrawn": player["withdrawn"]}


def meta_rows(board: Board) -> Iterator[Row]:
    """A row for each player of the meta-game on each side."""
    name = texts.names(board)
    for player in board["meta"]["players"]:
        both = {key: (player[key] or {}).get("value") for key in ("nash", "nash_rating", "skill")}
        for side, parts in player["sides"].items():
            values = {key: part["value"] for key, part in parts.items()}
            yield {"player": name[player["hash"]], "side": side, **values, **both}


def partner_rows(board: Board) -> Iterator[Row]:
    """A row a player."""
    name = texts.names(board)
    for player in board["partners"]["players"]:
        yield {"player": name[player["hash"]], **flat({k: v for k, v in player.items() if k != "hash"})}


SECTIONS = {
    "cross": Section(texts.cross_text, cross_rows, by_rank(cross)),
    "superiority": Section(texts.superiority_text, superiority_rows, superiority_data),
    "sides": Section(texts.sides_text, side_rows, by_rank(sides)),
    "ends": Section(texts.ends_text, end_rows),
    "meta": Section(texts.meta_text, meta_rows, by_rank(meta)),
    "partners": Section(texts.partners_text, partner_rows, partners_data),
}
