"""Play some pairs of a league again: the bits must agree.

Example: arena league check leagues/first --share 0.05

Which pairs are played again follows from what the league is, so a larger share plays those of a smaller one too.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from arena.errors import ArenaError
from arena.report import Finding, Report


@dataclass(frozen=True)
class Options:
    """Reads a league, which may be in use, and changes nothing."""

    league: Annotated[str, tyro.conf.Positional]
    """the league's folder"""
    share: float = 0.01
    """the share of the pairs that are played again, 0 to 1; at least ten pairs"""
    workers: int = 0
    """processes to play in; 0 decides by the number of legs"""
    scenario: str = ""
    """the game's file or pettingzoo: name, if it is one that must be named"""


def run(options: Options) -> Iterator[Report]:
    """Yields a line for each check; the result's exit code is 2 if one fails."""
    from arena.verbs.checking.findings import Found, examine
    from arena.verbs.checking.played import Played
    from arena.verbs.parts.entries import find_game
    from arena.verbs.parts.league_folder import LeagueFolder

    if not 0 <= options.share <= 1:
        raise ArenaError(f"--share must be from 0 to 1, not {options.share}")
    folder = LeagueFolder(Path(options.league))
    folder.read().close()
    league = Played.of(folder, find_game([options.league], options.scenario))
    found: list[Finding] = []
    numbers: dict[str, Any] = {}
    for step in examine(league, options.share, options.workers):
        if isinstance(step, Found):
            found.append(step.finding)
            numbers |= step.numbers
            yield Report(text=line(step.finding))
        else:
            yield step
    problems = sum(finding.state == "problem" for finding in found)
    text = f"{problems} problem{'s' * (problems != 1)} in {folder.path}" if problems else f"{folder.path} is in order"
    data = {"league": str(folder.path), "checks": [asdict(finding) for finding in found], "problems": problems}
    yield Report(text=text, data={**data, **numbers, "exit_code": 2 if problems else 0}, is_result=True)


def line(finding: Finding) -> str:
    """A finding for people."""
    return f"{MARKS[finding.state]} {finding.what:<12} {finding.text}"


MARKS = {"ok": "✓", "note": "·", "problem": "✗"}
