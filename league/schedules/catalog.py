"""Finding a format by its name."""

import importlib
from collections.abc import Callable
from pathlib import Path

from arena.errors import ArenaError, nearest
from arena.games import Games
from league.schedules.mixed_seats import mixed_seats
from league.schedules.round_robin import round_robin
from league.schedules.rounds import Round

NextRound = Callable[..., Round | None]  # (players, outcomes, **options)
Schedule = Callable[..., Games]  # (scenario, names, seeds, sides)
ROUND_ROBIN, MIXED_SEATS = "round-robin", "mixed-seats"
SCHEDULES: dict[str, Schedule] = {ROUND_ROBIN: round_robin, MIXED_SEATS: mixed_seats}  # known before the first leg


def formats() -> tuple[str, ...]:
    """The names of the formats: the files of this folder with a function next_round(), not imported for it."""
    files = sorted(Path(__file__).parent.glob("[a-z]*.py"))
    return tuple(
        file.stem.replace("_", "-") for file in files if "\ndef next_round(" in file.read_text(encoding="utf-8")
    )


def find_format(name: str) -> NextRound:
    """The function next_round() of a format; ArenaError if there is no format of that name."""
    word = name.lower().replace("_", "-")
    if word not in formats():
        raise ArenaError(f"there is no format {name!r}; {nearest(word, formats())}")
    found: NextRound = importlib.import_module(f"league.schedules.{word.replace('-', '_')}").next_round
    return found


def find_schedule(name: str) -> tuple[str, Schedule]:
    """A format of which all legs are known at once, as it is called, and the function that draws them up.

    ArenaError if there is none of that name.
    """
    word = name.lower().replace("_", "-")
    if word not in SCHEDULES:
        raise ArenaError(f"there is no format {name!r}; {nearest(word, SCHEDULES)}")
    return word, SCHEDULES[word]
