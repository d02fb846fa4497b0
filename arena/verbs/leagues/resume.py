"""Go on with a league that trains, as league.toml describes it.

Example: arena league resume leagues/tag
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import tyro

from arena.report import Report


@dataclass(frozen=True)
class Options:
    """The same as the command that began it, with --resume."""

    league: Annotated[str, tyro.conf.Positional]
    """the league's folder"""
    threads: int = 0
    """threads for the networks; 0 decides: one for small batches, else one for each core"""


def run(options: Options) -> Iterator[Report]:
    """See arena league train."""
    from arena.verbs.leagues import train
    from arena.verbs.season.reading import options_of

    yield from train.run(options_of(options.league, threads=options.threads))
