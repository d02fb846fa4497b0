"""Compiled functions kept on disk, in a cache that is never stale.

Numba keys its own cache by the file of the outermost function, so it would miss an edit in a scenario. Here the key
is a hash of every source that a function is made of, and the files live in the user's cache folder.
"""

import atexit
import contextlib
import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Self

import numba
import numpy as np
import platformdirs
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator
from numba.core.dispatcher import Dispatcher

from arena.finding import source_of


@cache
def cache_folder() -> Path:
    """The folder for compiled kernels: ARENA_CACHE, else the user's cache folder, else one for this process."""
    chosen = os.environ.get("ARENA_CACHE")
    folder = (Path(chosen) if chosen else Path(platformdirs.user_cache_dir("marl-arena"))) / "kernels"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="marl-arena-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        return folder


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
        return hashlib.sha256(self.digest.encode()).hexdigest()[:16]


class _Impl(CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes = [_Locator]  # type: ignore[list-item]  # noqa: RUF012


class _DiskCache(FunctionCache):  # type: ignore[misc]
    """Numba's cache, which costs a compilation where a file is broken or the disk is full, and never a crash."""

    _impl_class = _Impl

    def load_overload(self, signature: Any, context: Any) -> Any:
        try:
            kernel = super().load_overload(signature, context)
        except Exception:  # whatever unpickling a broken file raises
            kernel = None
            with contextlib.suppress(OSError):
                self.flush()
        if kernel is None:
            _announce()
        return kernel

    def save_overload(self, signature: Any, kernel: Any) -> None:
        # Numba numbers the files of an index; two processes at once would take the same number for two kernels
        with contextlib.suppress(OSError), (cache_folder() / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            super().save_overload(signature, kernel)


@cache
def _announce() -> None:
    print("compiling for this machine: some seconds, the first time only", file=sys.stderr)


def compile_cached(function: Any, digest: str) -> Any:
    """`function` compiled without the GIL and kept on disk under `digest`; its first call compiles or loads it."""
    function.digest = digest
    options: dict[str, Any] = {"nogil": True, "_nrt": False, "error_model": "numpy"}
    dispatcher = numba.njit(**options)(function)
    dispatcher._cache = _DiskCache(function)
    return dispatcher


def source_digest(*modules: ModuleType) -> str:
    """A hash of what the kernels of `modules` are made of.

    That is the sources of the modules, of the modules whose compiled functions, classes or own siblings they use,
    and the plain numbers that their names stand for, wherever those come from.
    """
    digest = hashlib.sha256()
    for module in _reached(modules, _home):
        digest.update(module.__name__.encode())
        if getattr(module, "__file__", None):  # a folder without __init__.py has none
            digest.update(source_of(module))
        numbers = [(name, text) for name, value in vars(module).items() if (text := _constant(value))]
        digest.update(repr(sorted(numbers)).encode())
    return digest.hexdigest()


def play_digest(module: ModuleType) -> str:
    """A hash of the sources that a scenario plays by: its own, and those of the compiled functions that it uses.

    Unlike `source_digest` it stays the same when something else of the arena is edited.
    """
    digest = hashlib.sha256()
    for part in _reached([module], _home_of_compiled):
        digest.update(source_of(part))
    return digest.hexdigest()


def _reached(
    modules: Iterable[ModuleType], home_of: Callable[[Any, ModuleType], ModuleType | None]
) -> list[ModuleType]:
    """The modules, and those that their values are at home in, and so on; by name."""
    seen: dict[str, ModuleType] = {}
    pending = list(modules)
    while pending:
        module = pending.pop()
        if module.__name__ not in seen:
            seen[module.__name__] = module
            pending += [home for value in vars(module).values() if (home := home_of(value, module))]
    return [seen[name] for name in sorted(seen)]


def _home_of_compiled(value: Any, user: ModuleType) -> ModuleType | None:
    return sys.modules.get(value.__module__) if isinstance(value, Dispatcher) else None


def _home(value: Any, user: ModuleType) -> ModuleType | None:
    """The module whose source matters for a value that a module uses, or None."""
    if isinstance(value, ModuleType):
        root, own = value.__name__.split(".")[0], user.__name__.split(".")[0]
        return value if root in (own, "arena") and value.__name__ != "arena" else None
    home = sys.modules.get(getattr(value, "__module__", None) or "")
    if isinstance(value, Dispatcher):
        return home
    is_ours = home is not None and home.__name__.startswith("arena.")
    return home if is_ours and isinstance(value, FunctionType | type) else None


def _constant(value: Any) -> str:
    """The text of a number, or of a tuple or array of them, which Numba compiles in; else nothing."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape} {value.tobytes()!r}"
    if isinstance(value, tuple):
        return f"({','.join(map(_constant, value))})"
    return repr(value) if isinstance(value, int | float | np.number) else ""
