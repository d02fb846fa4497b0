"""Finding a format by its name."""

import importlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np

from arena.errors import ArenaError, nearest
from arena.games import Games
from league.schedules.mixed_seats import mixed_seats
from league.schedules.round_robin import round_robin
from league.schedules.rounds import Round

NextRound = Callable[..., Round | None]  # (players, outcomes, **options)
Placing = Callable[..., np.ndarray | None]  # (players, outcomes, **options)
Schedule = Callable[..., Games]  # (scenario, names, seeds, sides)
ROUND_ROBIN, MIXED_SEATS, ADAPTIVE = "round-robin", "mixed-seats", "adaptive"
SCHEDULES: dict[str, Schedule] = {ROUND_ROBIN: round_robin, MIXED_SEATS: mixed_seats}  # known before the first leg


@cache
def formats() -> tuple[str, ...]:
    """The formats in rounds: the files of this folder with a function next_round(), not imported for it."""
    files = sorted(Path(__file__).parent.glob("[a-z]*.py"))
    return tuple(
        file.stem.replace("_", "-") for file in files if "\ndef next_round(" in file.read_text(encoding="utf-8")
    )


def find_name(name: str) -> str:
    """How a format is called, in rounds or not; ArenaError names the nearest if there is none of that name."""
    word = name.lower().replace("_", "-")
    if word not in (known := (*SCHEDULES, *formats())):
        raise ArenaError(f"there is no format {name!r}; {nearest(word, known)}")
    return word


def find_format(name: str) -> NextRound:
    """The function next_round() of a format in rounds; ArenaError if there is none of that name."""
    word = name.lower().replace("_", "-")
    if word not in formats():
        raise ArenaError(f"there is no format {name!r}; {nearest(word, formats())}")
    found: NextRound = _module(word).next_round
    return found


def find_placing(name: str) -> Placing | None:
    """The function placing() of a format in rounds, if it has one."""
    found: Placing | None = getattr(_module(name), "placing", None)
    return found


def find_schedule(name: str) -> tuple[str, Schedule]:
    """A format of which all legs are known at once, as it is called, and the function that draws them up.

    ArenaError if there is none of that name.
    """
    word = name.lower().replace("_", "-")
    if word not in SCHEDULES:
        raise ArenaError(f"there is no format {name!r}; {nearest(word, SCHEDULES)}")
    return word, SCHEDULES[word]


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"league.schedules.{name.replace('-', '_')}")
