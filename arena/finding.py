"""Where the modules of scenarios come from: the folder scenarios/, packages that announce theirs, files of the user's.

A package announces a scenario by an entry point in the group `marl_arena.scenarios`: its name, and the module. Nothing
but the folder's own files is imported unless the user names it.
"""

import hashlib
import importlib
import importlib.util
import os
import pkgutil
import sys
from collections.abc import Iterator
from importlib.abc import SourceLoader
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from arena.errors import ArenaError, blame, nearest

GROUP = "marl_arena.scenarios"


def built_in_scenarios() -> tuple[str, ...]:
    """The names of the scenarios in the folder scenarios/."""
    import scenarios

    return tuple(sorted(m.name for m in pkgutil.iter_modules(scenarios.__path__) if not m.name.startswith("_")))


def installed_scenarios() -> dict[str, tuple[str, ...]]:
    """The packages that announce a scenario, by its name; where there are several, none can be used."""
    found: dict[str, tuple[str, ...]] = {}
    for point in _entry_points():
        found[point.name] = (*found.get(point.name, ()), _package(point))
    return dict(sorted(found.items()))


def known_scenarios() -> tuple[str, ...]:
    """The names of all scenarios that are installed, which are not imported for it."""
    return tuple(sorted({*built_in_scenarios(), *installed_scenarios()}))


def find_module(word: str) -> ModuleType:
    """The module of the scenario that a name or the path of a file stands for; ArenaError if there is none.

    A word with a slash in it, or that ends in .py, is a path.
    """
    if is_path(word):
        return _module_of_file(word)
    if word in built_in_scenarios():
        return importlib.import_module(f"scenarios.{word}")
    points = [point for point in _entry_points() if point.name == word]
    if len(points) > 1:
        packages = ", ".join(map(_package, points))
        raise ArenaError(f"scenario {word!r} comes from several packages: {packages}; uninstall all but one")
    if not points:
        hint = nearest(word, known_scenarios())
        file = f"; for a file of that name write ./{word}.py" if Path(f"{word}.py").is_file() else ""
        raise ArenaError(f"there is no scenario {word!r}; {hint}{file}")
    return _module_of_package(points[0])


def is_path(word: str) -> bool:
    """Whether a word stands for a scenario's file rather than for its name."""
    return "/" in word or os.sep in word or word.endswith(".py")


def name_of(module: ModuleType) -> str:
    """What the scenario of a file, or of the folder scenarios/, is called: its file without .py."""
    return Path(str(module.__file__)).stem


def file_of(module: ModuleType) -> str:
    """The name of a module's file, for messages."""
    return Path(getattr(module, "__file__", None) or module.__name__).name


def word_of(name: str, module: ModuleType) -> str:
    """What finds the module of the scenario `name` again, also in another process."""
    return str(module.__file__) if isinstance(module.__loader__, _Held) else name


def source_of(module: ModuleType) -> bytes:
    """The source that a module was imported from; its file, if the user named it, may hold another by now."""
    if isinstance(module.__loader__, _Held):
        return module.__loader__.source
    return Path(str(module.__file__)).read_bytes()


class _Held(SourceLoader):
    """Imports a source that has been read already."""

    def __init__(self, path: Path, source: bytes) -> None:
        self.path, self.source = path, source

    def get_filename(self, fullname: str) -> str:
        return str(self.path)

    def get_data(self, path: str | bytes | os.PathLike[str]) -> bytes:
        return self.source


_imported: dict[tuple[Path, bytes], ModuleType] = {}


def _module_of_file(word: str) -> ModuleType:
    """The module of a file, imported once for each content: an edited file is imported anew."""
    import scenarios

    path = Path(word).expanduser().resolve()
    try:
        source = path.read_bytes()
    except OSError as error:
        raise ArenaError(f"cannot read the scenario {word}: {(error.strerror or str(error)).lower()}") from None
    if path.parent == Path(scenarios.__path__[0]).resolve() and path.stem in built_in_scenarios():
        return importlib.import_module(f"scenarios.{path.stem}")
    _check_name(path, word)
    key = path, source
    if key not in _imported:
        _imported[key] = _import(path, source)
    return _imported[key]


def _check_name(path: Path, word: str) -> None:
    if path.suffix != ".py" or not path.stem.isidentifier():
        raise ArenaError(
            f"{word}: the file of a scenario is called NAME.py, with letters, digits and _ in NAME, no digit first; "
            "rename it, for example my_game.py"
        )
    if path.stem in known_scenarios():
        raise ArenaError(f"{word}: there is an installed scenario {path.stem!r} already; rename the file")


def _import(path: Path, source: bytes) -> ModuleType:
    # the name holds the content: compiled code on disk is found again by it, and by nobody else
    name = f"arena_file_{path.stem}_{hashlib.sha256(source).hexdigest()[:16]}"
    spec = importlib.util.spec_from_file_location(name, path, loader=_Held(path, source))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise ArenaError(f"{blame(error, path)}; the scenario could not be imported") from None
    return module


def _entry_points() -> Iterator[EntryPoint]:
    """What packages announce; a name of the folder scenarios/ stays with the folder."""
    own = built_in_scenarios()
    yield from (point for point in entry_points(group=GROUP) if point.name not in own)


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else "an unknown package"


def _module_of_package(point: EntryPoint) -> ModuleType:
    try:
        module = point.load()
    except (Exception, SystemExit) as error:
        what = f"{type(error).__name__}: {error}"
        raise ArenaError(f"scenario {point.name!r} of the package {_package(point)} fails: {what}") from None
    if not isinstance(module, ModuleType):
        raise ArenaError(f"scenario {point.name!r} of the package {_package(point)} is not a module: {point.value}")
    return module
