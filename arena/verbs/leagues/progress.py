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
    """Reads only; the games that it plays are in no ledger."""

    league: Annotated[str, tyro.conf.Positional]
    """the league's folder"""
    out: str = ""
    """a picture of the ratings, as PNG"""
    legs: int = 0
    """new games of each pair, members as they were against all of the other side, or with all in a game of one side:
    they rate the members, and say what was forgotten. 0: none, ratings are by judged games"""


def run(options: Options) -> Iterator[Report]:
    """The result holds the ratings by member and period, and what was forgotten."""
    from pathlib import Path

    from arena.verbs.season.forgetting import forgotten, forgotten_text
    from arena.verbs.season.growth import draw_growth, growth, growth_text
    from arena.verbs.season.reading import read

    if options.legs and options.legs < 50:
        raise ArenaError(f"--legs {options.legs} would show nothing; play at least 50")
    known = read(options.league)
    yield Report("play", 0, 2)
    ratings, unit = growth(known, options.legs), "elo" if len(known.game.sides) == 2 else "score"
    data: dict[str, Any] = {"ratings": ratings, "unit": unit}
    texts = [growth_text(ratings, unit)]
    if options.out:
        draw_growth(ratings, known, Path(options.out))
        texts.append(f"picture: {options.out}")
    if options.legs:
        yield Report("play", 1, 2)
        data["forgotten"] = forgotten(known, options.legs)
        texts.append(forgotten_text(data["forgotten"]))
    yield Report("play", 2, 2)
    yield Report(text="\n\n".join(texts), data=data, is_result=True)
