"""Show who descends from whom in a league that trains.

Example: arena league tree leagues/tag
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


def run(options: Options) -> Iterator[Report]:
    """The result holds the frozen players with their parents and ratings."""
    from arena.verbs.season.lineage import lineage, lineage_text
    from arena.verbs.season.reading import read
    from arena.verbs.season.standing import standing

    known = read(options.league)
    data = lineage(known.knowledge.season, standing(known.knowledge, known.games, known.game, known.step))
    yield Report(text=lineage_text(data), data=data, is_result=True)
