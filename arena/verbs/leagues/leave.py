"""Withdraw a player: what it played stays, it plays no more.

Example: arena league leave leagues/first greedy --why "was trained on the wrong game"
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
    why: str = "left"
    """what the leaderboard says of it"""


def run(options: Options) -> Iterator[Report]:
    """The result says who has left."""
    from arena.verbs.parts.league_folder import LeagueFolder, find_entrant
    from league.tournament import LONGEST_NOTE, WITHDRAWN

    if not options.why.strip() or len(options.why) > LONGEST_NOTE:
        raise ArenaError(f"--why must say something, in up to {LONGEST_NOTE} letters")
    folder = LeagueFolder(Path(options.league))
    with folder.reopen() as ledger:
        entrant = find_entrant(ledger, options.player)
        if entrant.hash in (notes := ledger.notes(WITHDRAWN)):
            raise ArenaError(
                f"{entrant.name} is withdrawn already ({notes[entrant.hash]}); let it play again with: "
                f"arena league rejoin {folder.path} {entrant.name}"
            )
        ledger.note(entrant.hash, WITHDRAWN, options.why.strip())
    text = (
        f"{entrant.name} has left {folder.path}: what it played stays, it plays no more\n"
        f"go on with: arena tournament --out {folder.path} --resume"
    )
    data = {"league": str(folder.path), "player": entrant.hash, "name": entrant.name, "why": options.why.strip()}
    yield Report(text=text, data=data, is_result=True)
