"""Puts a scenario's functions into the kernel templates and compiles them."""

import sys
from functools import cache
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

import numba

from arena.engine import cache as disk
from arena.engine import kernel, rows
from arena.engine.cache import compile_cached, source_digest
from arena.engine.rows import Sizes, row_functions
from arena.scenario import DRAW, compiled

HELPERS = ("view_world", "start_world", "observe_all", "fold_metrics", "finish_world")
REQUIRED = ("spawn", "observe", "reward")


@compiled
def _never(world: Any) -> bool:
    return False


@compiled
def _nothing(world: Any, out: Any) -> None:
    pass


@compiled
def _nobody(world: Any) -> int:
    return DRAW


OPTIONAL = {"happen": _nothing, "ended": _never, "metrics": _nothing, "outcome": _nobody}


class Kernels(NamedTuple):
    """The compiled loops over the worlds of a scenario."""

    reset: Any
    step: Any


@cache
def compile_kernels(scenario: ModuleType, sizes: Sizes | None) -> Kernels:
    """The kernels of a scenario's module, for worlds of these sizes, or of any."""
    digest = f"{source_digest(disk, sys.modules[__name__], kernel, rows, scenario)} {sizes}"
    names = dict(vars(kernel)) | row_functions(sizes)
    names |= {name: getattr(scenario, name) for name in REQUIRED}
    names |= {name: getattr(scenario, name, default) for name, default in OPTIONAL.items()}
    names["happens"] = hasattr(scenario, "happen")
    for name in HELPERS:
        names[name] = compiled(with_names(getattr(kernel, name), names))
    loops = (compile_cached(with_names(loop, names), digest) for loop in (kernel.reset_worlds, kernel.step_worlds))
    return Kernels(*loops)


def entry(dispatcher: Any, arguments: tuple[Any, ...]) -> Any:
    """The machine code for arguments of these types: calling it skips the look-up, which takes longer than 64 worlds.

    It believes what it is given: later arguments must be of the very same types.
    """
    return dispatcher.compile(tuple(numba.typeof(argument) for argument in arguments))


def with_names(function: Any, names: dict[str, Any]) -> FunctionType:
    """The same code with other globals."""
    return FunctionType(function.__code__, names, function.__name__)
