"""Show a league that trains: its members, what they are worth, whom they meet, and its rules.

Example: arena league status leagues/tag
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import tyro

from arena.report import Report


@dataclass(frozen=True)
class Options:
    """Reads only, also while the league trains."""

    league: Annotated[str, tyro.conf.Positional]
    """the league's folder"""
    events: int = 10
    """how many of the latest events to show"""


def run(options: Options) -> Iterator[Report]:
    """The result holds members, frozen players, rules and events."""
    from arena.verbs.season.reading import read
    from arena.verbs.season.standing import events_text, rules_text, standing, standing_text

    known = read(options.league)
    data = standing(known.knowledge, known.games, known.game, known.step) | {"rules": known.rules}
    texts = [standing_text(data), rules_text(known.rules), events_text(data["events"][-options.events :])]
    yield Report(text="\n\n".join(text for text in texts if text), data=data, is_result=True)
