"""Retire frozen players: they stay on record, and nobody trains against them.

Example: arena league prune leagues/tag --keep 20
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import tyro

from arena.errors import ArenaError
from arena.report import Report


@dataclass(frozen=True)
class Options:
    """Keeps on each side what was frozen last of every member, then who is hardest to beat."""

    league: Annotated[str, tyro.conf.Positional]
    """the league's folder"""
    keep: int = 20
    """frozen players that each side keeps"""


def run(options: Options) -> Iterator[Report]:
    """The result names who has retired."""
    from arena.verbs.season.editing import season_of
    from league.seasons.pruning import pruned

    if options.keep < 1:
        raise ArenaError(f"--keep must be at least 1, not {options.keep}")
    with season_of(options.league) as edit:
        before = [player for player in edit.season.frozen if not player.is_retired]
        edit.write(pruned(edit.knowledge(), options.keep))
        kept = [player for player in edit.season.frozen if not player.is_retired]
    names = [f"{p.member}@{p.period}" for p in before if p.hash not in {k.hash for k in kept}]
    text = f"{len(names)} of {len(before)} frozen players have retired from {options.league}; {len(kept)} are met"
    yield Report(text=text, data={"retired": names, "kept": len(kept)}, is_result=True)
