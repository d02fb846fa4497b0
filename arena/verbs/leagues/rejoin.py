"""Let a player that left or was withdrawn play again.

Example: arena league rejoin leagues/first greedy
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from arena.errors import ArenaError
from arena.report import Report


@dataclass(frozen=True)
class Options:
    """Writes a note into the ledger; nobody may be playing in the league."""

    league: Annotated[str, tyro.conf.Positional]
    """the league's folder"""
    player: Annotated[str, tyro.conf.Positional]
    """its name on the leaderboard, or its content hash"""


def run(options: Options) -> Iterator[Report]:
    """The result says who plays again."""
    from arena.verbs.parts.league_folder import LeagueFolder, find_entrant
    from league.tournament import WITHDRAWN

    folder = LeagueFolder(Path(options.league))
    with folder.reopen() as ledger:
        entrant = find_entrant(ledger, options.player)
        if entrant.hash not in (notes := ledger.notes(WITHDRAWN)):
            raise ArenaError(f"{entrant.name} is not withdrawn; it plays in {folder.path}")
        ledger.note(entrant.hash, WITHDRAWN, "")
    text = (
        f"{entrant.name}, withdrawn before ({notes[entrant.hash]}), plays in {folder.path} again\n"
        f"play what it has missed: arena tournament --out {folder.path} --resume"
    )
    data = {"league": str(folder.path), "player": entrant.hash, "name": entrant.name, "was": notes[entrant.hash]}
    yield Report(text=text, data=data, is_result=True)
