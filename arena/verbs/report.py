"""Write the report of a league, or anew that of a study: one HTML file that needs no network.

Example: arena report leagues/first
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from arena.errors import ArenaError
from arena.report import Report

REPORT = "report.html"
LARGEST_STUDY_BYTES = 1 << 26
MOST_ACROSS = 60  # players of a table of everybody against everybody


@dataclass(frozen=True)
class Options:
    """Reads a folder, which may be in use, and writes report.html into it."""

    folder: Annotated[str, tyro.conf.Positional]
    """a league's folder, or a study's"""
    meta: bool = False
    """the meta-game of a league of more than 30 players too, which takes its time"""


def run(options: Options) -> Iterator[Report]:
    """The result says where the page is."""
    from arena.files import write_text
    from arena.verbs.comparing.study_folder import RESULTS
    from arena.verbs.parts.league_folder import LeagueFolder

    folder = Path(options.folder)
    if LeagueFolder(folder).exists:
        page, data = league_report(folder, options.meta)
    elif (folder / RESULTS).is_file():
        page, data = study_report(folder)
    else:
        what = "holds neither a league nor a study" if folder.exists() else "does not exist"
        raise ArenaError(f"{folder} {what}; play one with: arena tournament PLAYERS... --out {folder}")
    write_text(folder / REPORT, page)
    yield Report(text=f"report: {folder / REPORT}", data={"report": str(folder / REPORT), **data}, is_result=True)


def league_report(path: Path, with_meta: bool) -> tuple[str, Mapping[str, Any]]:
    """The page of a league, and what is on it in numbers."""
    from arena.render.page.league import league_page
    from arena.verbs.parts.league_folder import LeagueFolder

    board, games, game = LeagueFolder(path).played()
    page = league_page({**board, **sections(board, games, game, with_meta)}, about(path, game, board["format"]["name"]))
    return page, {"players": len(board["players"]), "legs": board["legs"], "fingerprint": board["fingerprint"]}


def sections(board: Mapping[str, Any], games: Any, game: Any, with_meta: bool) -> dict[str, Any]:
    """The parts of the page beside the ratings: of a crowd only the best meet each other on it."""
    from arena.verbs.showing.sections import partners_data, ranked
    from league.board.cross import cross
    from league.board.meta import MOST_UNASKED, meta
    from league.board.sides import sides

    order = ranked(board)
    if not order:
        return {}
    if len(game.sides) == 1:
        can_mix = len(game.seats) > 1 and len(order) <= MOST_ACROSS
        return {"partners": partners_data(games, game, board)} if can_mix else {}
    found = {"cross": cross(games, game, order[:MOST_ACROSS]), "sides": sides(games, game, order)}
    return found | ({"meta": meta(games, game, order)} if with_meta or len(order) <= MOST_UNASKED else {})


def about(path: Path, game: Any, format_name: str) -> dict[str, Any]:
    """What was played and how, as the page tells it."""
    from datetime import UTC, datetime

    from arena.environment import environment
    from arena.verbs.parts.league_folder import LeagueFolder

    with LeagueFolder(path).read() as ledger:
        spec, environments = ledger.spec, ledger.environments()
    sides = {side: [game.seats[seat].name for seat in seats] for side, seats in game.sides.items()}
    scenario = {"name": game.name, "version": game.version, "parameters": game.parameters, "sides": sides}
    return {
        "title": path.resolve().name,
        "path": str(path),
        "scenario": scenario,
        "tournament_seed": spec["tournament_seed"],
        "format": format_name,
        "environments": environments,
        "versions": environment(),
        "date": datetime.now(UTC).date().isoformat(),
    }


def study_report(path: Path) -> tuple[str, Mapping[str, Any]]:
    """The page of a study, from its results.json."""
    from arena.files import read_json
    from arena.render.page.study import study_page
    from arena.verbs.comparing.study_folder import RESULTS

    results = read_json(path / RESULTS, LARGEST_STUDY_BYTES)
    try:
        return study_page(results), {"title": results["title"], "fingerprint": results["fingerprint"]}
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        what = f"{type(error).__name__}: {error}"
        raise ArenaError(f"{path / RESULTS} is not what arena compare wrote ({what}); compare anew") from error
