"""Show the ratings of a league, from every leg played so far.

Example: arena leaderboard leagues/first --json
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
    """Reads a league; it may be in use."""

    league: Annotated[str, tyro.conf.Positional]
    """the league's folder"""
    resamples: int = 1000
    """bootstrap resamples behind the intervals"""


def run(options: Options) -> Iterator[Report]:
    """The result is the leaderboard."""
    from arena.verbs.parts.league_folder import LeagueFolder
    from arena.verbs.parts.tables import leaderboard_text

    if options.resamples < 100:
        raise ArenaError(f"--resamples must be at least 100, not {options.resamples}: fewer say nothing of an interval")
    board = LeagueFolder(Path(options.league)).standings(options.resamples)
    yield Report(text=leaderboard_text(board), data=board, is_result=True)
