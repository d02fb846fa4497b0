"""What a publication reported, in the words of our studies: experiments, their cells, and what was claimed of them."""

import importlib
from dataclasses import dataclass
from pathlib import Path

from arena.errors import ArenaError, nearest

READ, REMEMBERED = "read", "remembered"  # how sure we are of a published number: read in a public copy, or from memory


@dataclass(frozen=True)
class Place:
    """Where a number of ours stands: a measure of a row's contender with or against a column's."""

    measure: str
    row: str
    column: str = ""  # "": the row's seeds with or against themselves
    scale: float = 1.0  # from our unit to the published one


@dataclass(frozen=True)
class Cell:
    """A published number."""

    what: str
    value: float
    sure: str  # READ or REMEMBERED
    source: str
    ours: Place | None  # None: nothing of ours is measured in the same way


@dataclass(frozen=True)
class Claim:
    """A published statement that one number is higher than another."""

    text: str
    higher: Place
    lower: Place
    sure: str
    source: str


@dataclass(frozen=True)
class Experiment:
    """A study like one of the publication's."""

    name: str
    title: str
    scenario: str
    algos: str
    steps: int
    options: tuple[str, ...] = ()
    setting: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
    claims: tuple[Claim, ...] = ()
    differs: str = ""  # how it is known to differ from what was published


@dataclass(frozen=True)
class Publication:
    """A paper, as far as the arena has what it takes."""

    title: str
    preset: str
    seeds: int
    experiments: tuple[Experiment, ...]
    differs: str  # in all experiments
    left_out: str  # what of its tables is not reproduced, and why
    quick: str  # what to know of a run with a tenth of the budget


def known_publications() -> tuple[str, ...]:
    """The names of the publications: the files of this folder that define PUBLICATION, with dashes."""
    files = Path(__file__).parent.glob("*.py")
    found = [file.stem for file in files if "\nPUBLICATION = " in file.read_text(encoding="utf-8")]
    return tuple(sorted(stem.replace("_", "-") for stem in found))


def find_publication(name: str) -> Publication:
    """The publication of a name; ArenaError with the nearest name."""
    known = known_publications()
    if name not in known:
        raise ArenaError(f"there is no publication {name!r}; {nearest(name, known)}")
    module = importlib.import_module(f"arena.verbs.reproducing.{name.replace('-', '_')}")
    publication: Publication = module.PUBLICATION
    return publication
