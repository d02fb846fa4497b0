"""Show the ratings of a league, from every leg played so far.

Example: arena leaderboard leagues/first --show cross,ends

Example: arena leaderboard leagues/first --follow

Example: arena leaderboard leagues/second --anchor random=0 --anchor "maddpg@400000#0"=310

Sections: cross (everybody against everybody), superiority (how likely everybody is better than everybody), sides (what
everybody did on each side), ends (how legs ended), meta (the meta-game: who would be sent to play whom, and what no
ranking explains; some seconds from 30 players on), partners (what everybody reaches in teams with others, in a league
of mixed seats).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from arena.errors import ArenaError
from arena.report import Report

FOLLOWING_RESAMPLES = 200


@dataclass(frozen=True)
class Options:
    """Reads a league; it may be in use."""

    league: Annotated[str, tyro.conf.Positional]
    """the league's folder"""
    show: str = ""
    """what to add to the ratings, e.g. cross,superiority,sides,ends,meta or partners"""
    follow: bool = False
    """go on while the league is being played, until its tournament ends or Ctrl-C"""
    graph: bool = False
    """with --show meta: draw who beats whom into graph.png in the league's folder"""
    export: str = ""
    """write every leg into this file, as rows that arena rate reads"""
    csv: bool = False
    """print the players, or the one section that --show names, as comma-separated values"""
    anchor: tyro.conf.UseAppendAction[tuple[str, ...]] = ()
    """a player whose Elo is given, as NAME=ELO, so that leagues which share it have one scale; may be repeated"""
    parents: bool = False
    """let the rating of a checkpoint lean on that of the one it was trained from, by two virtual legs"""
    resamples: int = 0
    """bootstrap resamples behind the intervals; the default is 1,000, or 200 while following"""


def run(options: Options) -> Iterator[Report]:
    """The result is the leaderboard, and beside it the data of the sections."""
    from arena.memory import avoid_huge_pages, keep_freed_memory

    keep_freed_memory()  # with ten million legs a third of the time is the system's, for pages of memory
    avoid_huge_pages()
    from arena.verbs.parts.league_folder import LeagueFolder
    from arena.verbs.parts.tables import leaderboard_text
    from arena.verbs.showing.following import follow
    from arena.verbs.showing.sections import find_sections, with_sections

    if options.resamples and options.resamples < 100:
        raise ArenaError(f"--resamples must be at least 100, not {options.resamples}: fewer say nothing of an interval")
    sections = find_sections(options.show)
    if options.export and (sections or options.follow or options.csv or options.anchor or options.parents):
        others = "--show, --follow, --csv, --anchor and --parents"
        raise ArenaError(f"--export writes the legs and nothing else: leave {others} out")
    if options.graph and "meta" not in sections:
        raise ArenaError("--graph draws the meta-game: add --show meta")
    if options.csv and (len(sections) > 1 or options.follow):
        raise ArenaError("--csv is one table, once: name one section at most, and leave --follow out")
    folder, anchors = LeagueFolder(Path(options.league)), read_anchors(options.anchor)

    if options.export:
        yield export(folder, Path(options.export))
        return

    def look() -> tuple[dict[str, Any], str]:
        resamples = options.resamples or (FOLLOWING_RESAMPLES if options.follow else 1000)
        board = with_sections(*folder.played(resamples, anchors, options.parents), sections)
        return board, "\n\n".join([leaderboard_text(board), *(each.text(board) for each in sections.values())])

    if options.follow:
        folder.read().close()
        yield from follow(folder.path, look)
        return
    board, text = look()
    if options.graph:
        text += f"\n\nwho beats whom: {draw(folder.path, board)}"
    yield Report(text=as_csv(board, sections) if options.csv else text, data=board, is_result=True)


def read_anchors(words: Sequence[str]) -> dict[str, float]:
    """The Elo of anchors by name; ArenaError for what is not NAME=ELO."""
    anchors = {}
    for word in words:
        name, _, value = word.rpartition("=")  # a name may hold the sign
        try:
            elo = float(value)
        except ValueError:
            elo = math.nan
        if not name or not math.isfinite(elo):
            raise ArenaError(f"--anchor {word!r} is not NAME=ELO; write for example --anchor random=0")
        if name in anchors:
            raise ArenaError(f"--anchor names {name} twice; give its Elo once")
        anchors[name] = elo
    return anchors


def export(folder: Any, file: Path) -> Report:
    """Writes the legs as rows: player, opponent, score, side, seed, return, opponent_return, end."""
    from arena.files import write_text
    from arena.sheet import sheet
    from arena.verbs.showing.texts import names
    from league.board.results import result_rows

    board, games, game = folder.played(100)
    advantage = board["side_advantage"] or {"side": ""}
    rows = list(result_rows(games, game, names(board), advantage["side"]))
    write_text(file, sheet(rows))
    text = f"{len(rows):,} legs: {file}   rate them with: arena rate {file} --model davidson"
    return Report(text=text, data={"file": str(file), "legs": len(rows)}, is_result=True)


def draw(folder: Path, board: dict[str, Any]) -> Path:
    """The picture of the response graph."""
    from arena.render.graph import draw_response_graph
    from arena.verbs.showing.texts import names

    path, name, graph = folder / "graph.png", names(board), board["meta"]["response_graph"]
    draw_response_graph(path, [name[player] for player in graph["players"]], graph)
    return path


def as_csv(board: dict[str, Any], sections: Any) -> str:
    """The one table that was asked for."""
    from arena.sheet import sheet
    from league.leaderboard import to_csv

    tables = [sheet(section.rows(board)) for section in sections.values()] or [to_csv(board)]
    return tables[0].rstrip("\n")
