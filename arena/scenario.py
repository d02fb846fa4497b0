"""What a scenario is.

A scenario is one Python module, written for one world in scalars: a file in scenarios/, a module that an installed
package announces, or any file named by its path (see arena/finding.py); arena/template.py is one to start from. The
engine looks for these names in it:

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
    SHARES     optional, the names of those METRICS that are shares of a whole or of games, and lie in [0, 1]
    outcome    optional compiled (world) -> index of the winning side on the last frame, or DRAW
    PLAYERS    optional {name: compiled (world, seat, obs, memory, action)}: scripted players
    UNINFORMED optional {side: names of PLAYERS}: those who do as well on a side as anybody can who has found out
               nothing of what the game hides; what they reach is drawn as a line below learners
    spotlight  optional compiled (world) -> entity to highlight when drawing, or -1
    paint      optional compiled (world, entity) -> what colour marks it when drawing: 0 red, 1 green, 2 blue,
               3 yellow, 4 violet, 5 brown, or -1 for none
    report     optional (world, seat) -> value of mpe2's `benchmark_data`
    MPE2       optional, the name of the module in mpe2 that this equals, e.g. "simple_spread_v3"
    STAGES     optional, how many stages its curriculum has
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from types import ModuleType
from typing import TYPE_CHECKING, Any

from numba import njit

from arena.contract import check_cast, check_module, fill_options, lay_out, typed
from arena.errors import ArenaError
from arena.finding import file_of, find_module, is_path, known_scenarios, name_of, source_of, word_of
from arena.game import DRAW, Game, Head

if TYPE_CHECKING:
    from arena.engine.worlds import Worlds

__all__ = [
    "DRAW",
    "Entity",
    "Layout",
    "Scenario",
    "Seat",
    "assemble",
    "compiled",
    "find_module",
    "known_scenarios",
    "load",
    "typed",
]
MOVES = 5  # rest, left, right, down, up
Color = tuple[float, float, float]
# Without reference counts, which would cost more than the physics, and inlined, so that a kernel is one loop.
_COMPILATION: dict[str, Any] = {"_nrt": False, "forceinline": True, "error_model": "numpy"}
_LOOKED: set[tuple[str, str]] = set()  # modules and games that `open` has looked at
compiled: Any = njit(**_COMPILATION)


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
    blank: int = 0  # of these, numbers at the end that are never written and stay 0
    talk: int = 0  # width of the message it sends
    movable: bool = True

    @property
    def heads(self) -> tuple[Head, ...]:
        """Where to move, then what to say."""
        heads = (Head(0, MOVES if self.movable else 0), Head(MOVES, self.talk))
        return tuple(head for head in heads if head.width)


@dataclass(frozen=True)
class Layout:
    """The cast of a world under given options."""

    seats: tuple[Seat, ...]
    landmarks: tuple[Entity, ...] = ()
    notes: int = 0  # integers of private memory per world
    work: tuple[int, int] = (0, 0)  # shape of its working space, `world.work`


@dataclass(frozen=True)
class Scenario(Game):
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

    @property
    def message_width(self) -> int:
        return max(seat.talk for seat in self.seats)

    @property
    def action_width(self) -> int:
        """U: five numbers to move, then the message."""
        return MOVES + self.message_width

    @property
    def metric_names(self) -> tuple[str, ...]:
        return tuple(self.metric_folds)

    @property
    def parameters(self) -> dict[str, Any]:
        """The options and the time limit."""
        return {**self.options._asdict(), "max_cycles": self.cycles}

    @property
    def word(self) -> str:
        return word_of(self.name, self.module)

    @property
    def source(self) -> bytes:
        """The source of its file, as it was imported."""
        return source_of(self.module)

    @property
    def has_outcome(self) -> bool:
        return self.part("outcome") is not None

    def open(self, count: int, *, threads: int | None = None, restarts: bool = True) -> "Worlds":
        """`count` worlds of the compiled engine; a file that the user named is first looked at by playing it."""
        from arena.engine.worlds import Worlds

        look = self.module.__name__, self.identity
        if self.word != self.name and look not in _LOOKED:
            from arena.inspection.first import look_first

            look_first(self)
            _LOOKED.add(look)
        return Worlds(self, count, threads=threads, restarts=restarts)

    def part(self, name: str) -> Any:
        """The module's function of this name, or None."""
        return getattr(self.module, name, None)


def load(word: str, /, max_cycles: int = 25, **options: Any) -> Scenario:
    """The scenario of a name or of a file's path with `options`; ArenaError names a bad option and what it may be."""
    module = find_module(word)
    return assemble(name_of(module) if is_path(word) else word, module, max_cycles, options)


def assemble(name: str, module: ModuleType, max_cycles: int, options: Mapping[str, Any]) -> Scenario:
    """The Scenario of a module, checked against the contract on top of this file."""
    if isinstance(max_cycles, bool) or not isinstance(max_cycles, int) or max_cycles < 1:
        raise ArenaError(f"max_cycles must be a positive whole number, not {max_cycles!r}")
    check_module(module)
    filled = fill_options(name, module.Options, options)
    layout = lay_out(module, filled)
    if not isinstance(layout, Layout):
        raise ArenaError(f"{file_of(module)}: layout must return a Layout, not {type(layout).__name__}")
    check_cast(file_of(module), layout, {"seats": Seat, "landmarks": Entity})
    story = (module.__doc__ or name).strip().splitlines()[0]
    folds = dict(getattr(module, "METRICS", {}))
    return Scenario(name, module.VERSION, story, filled, layout, max_cycles, module, folds)
