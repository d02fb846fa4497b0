"""What a scenario is, and how one is found by its name.

A scenario is one Python module, written for one world in scalars. The engine looks for these names in it:

    VERSION    int, raised when behaviour changes (never for speed)
    Options    NamedTuple of numbers with defaults, handed to every function as `world.options`
    layout     (Options) -> Layout: seats, landmarks, and checks of the options
    spawn      compiled (world, rng): puts everything at its start with draws from `arena.draw`
    observe    compiled (world, seat, out): writes what a seat sees into `out`
    happen     optional compiled (world, rng): what befalls the world after the seats have moved, by draws of its own
    reward     compiled (world, out): writes the reward of each seat into `out`
    ended      optional compiled (world) -> bool: a true ending (time limits are the engine's)
    METRICS    optional {name: "last" | "mean" | "sum"}, how each is folded over an episode
    metrics    compiled (world, out): writes one frame's value of each metric
    outcome    optional compiled (world) -> index of the winning side on the last frame, or DRAW
    PLAYERS    optional {name: compiled (world, seat, obs, memory, action)}: scripted players
    spotlight  optional compiled (world) -> entity to highlight when drawing, or -1
    report     optional (world, seat) -> value of mpe2's `benchmark_data`
    MPE2       optional, the name of the module in mpe2 that this equals, e.g. "simple_spread_v3"
    STAGES     optional, how many stages its curriculum has
"""

import contextlib
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from types import ModuleType
from typing import Any

from numba import njit

from arena.errors import ArenaError, nearest

DRAW = -1
Color = tuple[float, float, float]
# Without reference counts, which would cost more than the physics, and inlined, so that a kernel is one loop.
_COMPILATION: dict[str, Any] = {"_nrt": False, "forceinline": True, "error_model": "numpy"}
compiled: Any = njit(**_COMPILATION)
FOLDS = ("last", "mean", "sum")


@dataclass(frozen=True)
class Entity:
    """A disc of a world; distances are in world units, the playing field is about [-1, 1] squared."""

    name: str
    radius: float = 0.05
    mass: float = 1.0
    accel: float = 5.0
    max_speed: float = inf
    movable: bool = False
    collides: bool = False
    color: Color = (0.25, 0.25, 0.25)


@dataclass(frozen=True)
class Seat(Entity):
    """A place in a world that acts."""

    side: str = "team"
    sees: int = 0  # width of its observation
    talk: int = 0  # width of the message it sends
    movable: bool = True


@dataclass(frozen=True)
class Layout:
    """The cast of a world under given options."""

    seats: tuple[Seat, ...]
    landmarks: tuple[Entity, ...] = ()
    notes: int = 0  # integers of private memory per world
    work: tuple[int, int] = (0, 0)  # shape of its working space, `world.work`


@dataclass(frozen=True)
class Scenario:
    """A scenario with its options filled in: everything the engine needs to run it."""

    name: str
    version: int
    story: str
    options: Any
    layout: Layout
    cycles: int  # time limit in steps
    module: ModuleType = field(repr=False)
    metric_folds: Mapping[str, str]

    @property
    def seats(self) -> tuple[Seat, ...]:
        return self.layout.seats

    @property
    def landmarks(self) -> tuple[Entity, ...]:
        return self.layout.landmarks

    @property
    def entities(self) -> tuple[Entity, ...]:
        return (*self.layout.seats, *self.layout.landmarks)

    @property
    def notes(self) -> int:
        return self.layout.notes

    @property
    def work(self) -> tuple[int, int]:
        return self.layout.work

    @cached_property
    def sides(self) -> dict[str, tuple[int, ...]]:
        """The seats of each side, in order of first appearance."""
        sides: dict[str, list[int]] = {}
        for index, seat in enumerate(self.seats):
            sides.setdefault(seat.side, []).append(index)
        return {side: tuple(seats) for side, seats in sides.items()}

    @property
    def observation_width(self) -> int:
        """O: the widest seat's observation; narrower ones are padded with zeros."""
        return max(seat.sees for seat in self.seats)

    @property
    def message_width(self) -> int:
        return max(seat.talk for seat in self.seats)

    @property
    def action_width(self) -> int:
        """U: five numbers to move, then the message."""
        return 5 + self.message_width

    @property
    def metric_names(self) -> tuple[str, ...]:
        return tuple(self.metric_folds)

    @property
    def parameters(self) -> dict[str, Any]:
        """Everything that makes this game differ from another of its name."""
        return {**self.options._asdict(), "max_cycles": self.cycles}

    @property
    def identity(self) -> str:
        """The text that stands for this game in hashes: name, version and parameters."""
        parameters = ",".join(f"{k}={v!r}" for k, v in sorted(self.parameters.items()))
        return f"{self.name}-v{self.version}({parameters})"

    def part(self, name: str) -> Any:
        """The module's function of this name, or None."""
        return getattr(self.module, name, None)


def known_scenarios() -> tuple[str, ...]:
    """The names of the scenarios on disk."""
    import scenarios

    return tuple(sorted(m.name for m in pkgutil.iter_modules(scenarios.__path__) if not m.name.startswith("_")))


def find_module(name: str) -> ModuleType:
    """The module of the scenario `name`; ArenaError with the nearest name if there is none."""
    known = known_scenarios()
    if name not in known:
        raise ArenaError(f"there is no scenario {name!r}; {nearest(name, known)}")
    return importlib.import_module(f"scenarios.{name}")


def load(name: str, /, max_cycles: int = 25, **options: Any) -> Scenario:
    """The scenario `name` with `options`; ArenaError names a bad option and what it may be."""
    return assemble(name, find_module(name), max_cycles, options)


def assemble(name: str, module: ModuleType, max_cycles: int, options: Mapping[str, Any]) -> Scenario:
    """The Scenario of a module, checked against the contract on top of this file."""
    if isinstance(max_cycles, bool) or not isinstance(max_cycles, int) or max_cycles < 1:
        raise ArenaError(f"max_cycles must be a positive whole number, not {max_cycles!r}")
    filled = fill_options(name, module.Options, options)
    folds = getattr(module, "METRICS", {})
    for metric, fold in folds.items():
        if fold not in FOLDS:
            raise ArenaError(f"{name}: metric {metric!r} is folded by {fold!r}; use one of {', '.join(FOLDS)}")
    story = (module.__doc__ or name).strip().splitlines()[0]
    return Scenario(name, module.VERSION, story, filled, module.layout(filled), max_cycles, module, dict(folds))


def fill_options(name: str, fields: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """`Options` with the given values, each of the type of its default."""
    defaults: dict[str, Any] = fields._field_defaults  # type: ignore[attr-defined]
    values = dict(defaults)
    for key, value in given.items():
        if key not in defaults:
            raise ArenaError(f"{name} has no option {key!r}; {nearest(key, [*defaults, 'max_cycles'])}")
        values[key] = typed(f"{name}: option {key}", value, type(defaults[key]))
    return fields(**values)


def typed(what: str, value: Any, kind: type) -> Any:
    """`value` as bool, int or float; ArenaError if it is something else."""
    if kind is bool and isinstance(value, bool):
        return value
    if kind is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < inf:
        with contextlib.suppress(OverflowError):
            return float(value)
    words = {bool: "true or false", int: "a whole number", float: "a number"}
    raise ArenaError(f"{what} must be {words[kind]}, not {value!r}")
