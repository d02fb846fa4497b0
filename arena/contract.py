"""Whether a module is a scenario: the parts that arena/scenario.py lists, said to be missing or wrong by name."""

import contextlib
import inspect
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import inf
from types import ModuleType
from typing import Any

from numba.core.dispatcher import Dispatcher

from arena.errors import ArenaError, blame, nearest
from arena.finding import file_of

REQUIRED = {"spawn": "(world, rng)", "observe": "(world, seat, out)", "reward": "(world, out)"}
OPTIONAL = {
    "happen": "(world, rng)",
    "ended": "(world)",
    "metrics": "(world, out)",
    "outcome": "(world)",
    "spotlight": "(world)",
    "paint": "(world, entity)",
}
SCRIPT = "(world, seat, obs, memory, action)"
FOLDS = ("last", "mean", "sum")
LARGEST = 1e6  # radius, mass and push of an entity
MOST_SEATS, WIDEST = 1_000, 100_000  # numbers that a seat sees; a player's card holds no more of either
LARGEST_COUNT = 100_000  # likewise, in an option
KINDS = {bool: "true or false", int: "a whole number", float: "a number"}


def check_module(module: ModuleType) -> None:
    """ArenaError about the first part of a scenario's module that is missing or wrong."""
    file = file_of(module)
    version = getattr(module, "VERSION", None)
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ArenaError(f"{file}: VERSION must be a whole number from 1 up, not {version!r}; write VERSION = 1")
    _check_options(file, getattr(module, "Options", None))
    if not callable(getattr(module, "layout", None)):
        raise ArenaError(f"{file}: there is no function layout(options); it returns the Layout of a world")
    for name, signature in {**REQUIRED, **OPTIONAL}.items():
        function = getattr(module, name, None)
        if function is not None:
            _check_compiled(file, name, function, signature)
        elif name in REQUIRED:
            raise ArenaError(f"{file}: there is no function {name}; write @compiled, then def {name}{signature}:")
    _check_metrics(file, module)
    _check_players(file, getattr(module, "PLAYERS", {}))
    _check_uninformed(file, getattr(module, "UNINFORMED", {}), getattr(module, "PLAYERS", {}))


def _check_options(file: str, fields: Any) -> None:
    if not (isinstance(fields, type) and issubclass(fields, tuple) and hasattr(fields, "_field_defaults")):
        raise ArenaError(f"{file}: Options must be a NamedTuple; write class Options(NamedTuple): and in it pass")
    names: Sequence[str] = fields._fields  # type: ignore[attr-defined]
    defaults: dict[str, Any] = fields._field_defaults
    for option in names:
        if option == "max_cycles":
            raise ArenaError(f"{file}: option max_cycles is the engine's; call yours by another name")
        if type(defaults.get(option)) not in KINDS:
            what = f"not {defaults[option]!r}" if option in defaults else "and it has none"
            raise ArenaError(f"{file}: option {option} needs a default of type bool, int or float, {what}")


def _check_compiled(file: str, name: str, function: Any, signature: str) -> None:
    if not isinstance(function, Dispatcher):
        raise ArenaError(f"{file}: {name} is not compiled; put @compiled above it")
    parameters = inspect.signature(function.py_func).parameters
    if len(parameters) != signature.count(",") + 1:
        raise ArenaError(f"{file}: {name}({', '.join(parameters)}) must take {signature}")


def _check_metrics(file: str, module: ModuleType) -> None:
    folds, has_function = getattr(module, "METRICS", {}), hasattr(module, "metrics")
    if not isinstance(folds, dict) or not all(isinstance(name, str) for name in folds):
        raise ArenaError(f'{file}: METRICS must map names to folds, e.g. METRICS = {{"distance": "last"}}')
    for metric, fold in folds.items():
        if fold not in FOLDS:
            raise ArenaError(f"{file}: metric {metric!r} is folded by {fold!r}; use one of {', '.join(FOLDS)}")
    if folds and not has_function:
        raise ArenaError(f"{file}: METRICS names values, but there is no compiled metrics(world, out) that writes them")
    if has_function and not folds:
        raise ArenaError(
            f'{file}: metrics writes values that METRICS does not name; e.g. METRICS = {{"distance": "last"}}'
        )
    for name in (shares := getattr(module, "SHARES", ())):
        if not isinstance(shares, tuple) or name not in folds:
            raise ArenaError(f"{file}: SHARES must be a tuple of names in METRICS, and {name!r} is none")


def _check_players(file: str, players: Any) -> None:
    if not isinstance(players, dict) or not all(isinstance(name, str) and name.isidentifier() for name in players):
        raise ArenaError(f'{file}: PLAYERS must map names to compiled functions, e.g. PLAYERS = {{"greedy": greedy}}')
    if "random" in players:
        raise ArenaError(f"{file}: every scenario has a player random; call yours by another name")
    for name, function in players.items():
        _check_compiled(file, f"PLAYERS[{name!r}]", function, SCRIPT)


def _check_uninformed(file: str, uninformed: Any, players: Mapping[str, Any]) -> None:
    is_table = isinstance(uninformed, dict) and all(isinstance(names, tuple) for names in uninformed.values())
    if not is_table:
        raise ArenaError(f'{file}: UNINFORMED must map sides to names, e.g. UNINFORMED = {{"adversary": ("guess",)}}')
    for name in [name for names in uninformed.values() for name in names]:
        if name not in players:
            raise ArenaError(
                f"{file}: UNINFORMED names {name!r}, which is not in PLAYERS; {nearest(str(name), players)}"
            )


def fill_options(name: str, fields: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """`Options` with the given values, each of the type of its default."""
    defaults: dict[str, Any] = fields._field_defaults  # type: ignore[attr-defined]
    values = dict(defaults)
    for key, value in given.items():
        if key not in defaults:
            raise ArenaError(f"{name} has no option {key!r}; {nearest(key, [*defaults, 'max_cycles'])}")
        values[key] = filled = typed(f"{name}: option {key}", value, type(defaults[key]))
        if isinstance(filled, int) and abs(filled) > LARGEST_COUNT:
            raise ArenaError(f"{name}: option {key} must be from -{LARGEST_COUNT:,} to {LARGEST_COUNT:,}, not {value}")
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
    raise ArenaError(f"{what} must be {KINDS[kind]}, not {value!r}")


def lay_out(module: ModuleType, options: Any) -> Any:
    """What a scenario's `layout` returns; whatever goes wrong in it is an ArenaError."""
    try:
        return module.layout(options)
    except ArenaError:
        raise
    except Exception as error:
        raise ArenaError(f"{blame(error, module.__file__)}; layout failed with {options}") from None


def check_cast(file: str, layout: Any, kinds: Mapping[str, type]) -> None:
    """ArenaError about a Layout whose seats or landmarks cannot be; `kinds` says of which type each of both is."""
    for what, kind in kinds.items():
        _check_list(f"{file}: {what} of the Layout", getattr(layout, what), kind)
    if not 1 <= len(layout.seats) <= MOST_SEATS:
        given = f"{len(layout.seats):,}" if layout.seats else "no"
        raise ArenaError(f"{file}: layout gives {given} seats; there must be from 1 to {MOST_SEATS:,}")
    entities = (*layout.seats, *layout.landmarks)
    for name, count in Counter(entity.name for entity in entities).items():
        if not isinstance(name, str) or not name or count > 1:
            raise ArenaError(f"{file}: {count} entities of layout are called {name!r}; give each its own name")
    for entity in entities:
        _check_entity(f"{file}: {entity.name}", entity)
    for seat in layout.seats:
        _check_seat(f"{file}: {seat.name}", seat)
    if not _is_count(layout.notes, 0):
        raise ArenaError(f"{file}: layout has notes={layout.notes!r}; it must be a number of integers, from 0 up")
    if not isinstance(layout.work, tuple) or len(layout.work) != 2 or not all(_is_count(n, 0) for n in layout.work):
        raise ArenaError(f"{file}: layout has work={layout.work!r}; it must be two sizes, e.g. (1, 8)")


def _check_list(where: str, members: Any, kind: type) -> None:
    if not isinstance(members, tuple):
        raise ArenaError(f"{where} must be a tuple, not {type(members).__name__}; a tuple of one is written (it,)")
    for member in members:
        if not isinstance(member, kind):
            name = getattr(member, "name", repr(member))
            raise ArenaError(f"{where}: {name} is of type {type(member).__name__}; make it a {kind.__name__}")


def _check_entity(where: str, entity: Any) -> None:
    for name, most in (("radius", LARGEST), ("mass", LARGEST), ("accel", LARGEST), ("max_speed", inf)):
        value = getattr(entity, name)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= most:
            raise ArenaError(f"{where} has {name}={value!r}; it must be a number above 0")
    color = entity.color
    is_color = isinstance(color, tuple) and len(color) == 3 and all(isinstance(part, int | float) for part in color)
    if not is_color or not all(0 <= part <= 1 for part in color):
        raise ArenaError(f"{where} has color={color!r}; it must be red, green and blue from 0 to 1, e.g. (0.8, 0.3, 0)")


def _check_seat(where: str, seat: Any) -> None:
    if not _is_count(seat.sees, 1):
        raise ArenaError(f"{where} has sees={seat.sees!r}; say how many numbers observe writes for it")
    if seat.sees > WIDEST:
        raise ArenaError(f"{where} has sees={seat.sees}; no seat sees more than {WIDEST:,} numbers")
    if not _is_count(seat.blank, 0) or seat.blank >= seat.sees:
        raise ArenaError(f"{where} has blank={seat.blank!r}; it must be from 0 to {seat.sees - 1}")
    if not _is_count(seat.talk, 0) or not seat.heads:
        raise ArenaError(f"{where} neither moves nor talks; give it movable=True, or talk=1 or more")
    if not isinstance(seat.side, str) or not seat.side:
        raise ArenaError(f"{where} has side={seat.side!r}; it must be a word")


def _is_count(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
