"""Show how a league has grown by period, and what its newest have forgotten.

Example: arena league progress leagues/tag --out progress.png --legs 400
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import tyro

from arena.errors import ArenaError
from arena.report import Report


@dataclass(frozen=True)
class Options:
    """Reads only; games that look for what was forgotten are played anew, and are in no ledger."""

    league: Annotated[str, tyro.conf.Positional]
    """the league's folder"""
    out: str = ""
    """a picture of the ratings, as PNG"""
    legs: int = 0
    """games of each member, and of all that was frozen of it, against each frozen player of the other side, or with
    each in a game of one side; 0: none"""


def run(options: Options) -> Iterator[Report]:
    """The result holds the ratings by member and period, and what was forgotten."""
    from pathlib import Path

    from arena.verbs.season.forgetting import forgotten, forgotten_text
    from arena.verbs.season.growth import draw_growth, growth, growth_text
    from arena.verbs.season.reading import read

    if options.legs and options.legs < 50:
        raise ArenaError(f"--legs {options.legs} would show nothing; play at least 50")
    known = read(options.league)
    ratings, unit = growth(known), "elo" if len(known.game.sides) == 2 else "score"
    data: dict[str, Any] = {"ratings": ratings, "unit": unit}
    texts = [growth_text(ratings, unit)]
    if options.out:
        draw_growth(ratings, known, Path(options.out))
        texts.append(f"picture: {options.out}")
    if options.legs:
        yield Report("play", 0, 1)
        data["forgotten"] = forgotten(known, options.legs)
        yield Report("play", 1, 1)
        texts.append(forgotten_text(data["forgotten"]))
    yield Report(text="\n\n".join(texts), data=data, is_result=True)
