"""Puts a scenario's functions into the kernel templates and compiles them, with a cache on disk that is never stale.

Numba keys its own cache by the file of the outermost function, so it would miss an edit in a scenario. Here the key
is a hash of every source that a kernel is made of, and the files live in the user's cache folder.
"""

import hashlib
import os
import sys
import tempfile
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Self

import numba
import platformdirs
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator
from numba.core.dispatcher import Dispatcher

from arena.engine import kernel
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


OPTIONAL = {"ended": _never, "metrics": _nothing, "outcome": _nobody}


@cache
def cache_folder() -> Path:
    """The folder for compiled kernels: ARENA_CACHE, else the user's cache folder, else a temporary one."""
    chosen = os.environ.get("ARENA_CACHE")
    folder = (Path(chosen) if chosen else Path(platformdirs.user_cache_dir("marl-arena"))) / "kernels"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="marl-arena-"))


class _Locator(_CacheLocator):  # type: ignore[misc]
    """Tells Numba where to keep a kernel, and which sources it was made from."""

    def __init__(self, digest: str) -> None:
        self.digest = digest

    @classmethod
    def from_function(cls, function: Any, file: str) -> Self:
        return cls(function.digest)

    def get_cache_path(self) -> str:
        return str(cache_folder())

    def get_source_stamp(self) -> str:
        return self.digest

    def get_disambiguator(self) -> str:
        return self.digest[:16]


class _Impl(CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes = [_Locator]


class _DiskCache(FunctionCache):  # type: ignore[misc]
    _impl_class = _Impl


def compile_cached(function: Any, digest: str) -> Any:
    """`function` compiled without the GIL and kept on disk under `digest`; its first call compiles or loads it."""
    function.digest = digest
    dispatcher = numba.njit(nogil=True, _nrt=False, error_model="numpy")(function)
    dispatcher._cache = _DiskCache(function)
    return dispatcher


def source_digest(*modules: ModuleType) -> str:
    """A hash of the sources of `modules` and of every module whose compiled functions they use."""
    files: set[str] = set()
    pending = list(modules)
    while pending:
        module = pending.pop()
        if not module.__file__ or module.__file__ in files:
            continue
        files.add(module.__file__)
        pending += [sys.modules[value.__module__] for value in vars(module).values() if _is_ours(value)]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(Path(file).read_bytes())
    return digest.hexdigest()


def _is_ours(value: Any) -> bool:
    """Whether this is a compiled function, or one of the arena's that Numba overloads stand in for."""
    if isinstance(value, Dispatcher):
        return True
    return isinstance(value, FunctionType) and value.__module__.startswith("arena.")


@cache
def compile_kernels(scenario: ModuleType) -> tuple[Any, Any]:
    """The compiled (reset_worlds, step_worlds) of a scenario's module."""
    digest = source_digest(kernel, scenario)
    names = dict(vars(kernel))
    names |= {name: getattr(scenario, name) for name in REQUIRED}
    names |= {name: getattr(scenario, name, default) for name, default in OPTIONAL.items()}
    for name in HELPERS:
        names[name] = numba.njit(_nrt=False, forceinline=True, error_model="numpy")(with_names(getattr(kernel, name), names))
    reset = compile_cached(with_names(kernel.reset_worlds, names), digest)
    step = compile_cached(with_names(kernel.step_worlds, names), digest)
    return reset, step


def with_names(function: Any, names: dict[str, Any]) -> FunctionType:
    """The same code with other globals."""
    return FunctionType(function.__code__, names, function.__name__)
