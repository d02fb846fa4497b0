"""Where environments come from: the maker of a module or of Gymnasium's registry, or the nearest name."""

import contextlib
import importlib
import importlib.util
import inspect
import pkgutil
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import gymnasium
from pettingzoo import AECEnv, ParallelEnv
from pettingzoo.utils.conversions import aec_to_parallel

from arena.errors import ArenaError, nearest
from arena.foreign.one_seat import OneSeat

MAKERS = ("parallel_env", "env")  # what a module may offer, the better first
PACKAGES = ("mpe2",)  # searched for the nearest name beside PettingZoo's own families
UNEXPECTED = re.compile(r"(\S+)\(\) got an unexpected keyword argument '(\w+)'")


def families() -> tuple[str, ...]:
    """The packages of PettingZoo whose name may be left out: butterfly, sisl, ..."""
    import pettingzoo

    return tuple(found.name for found in pkgutil.iter_modules(pettingzoo.__path__) if found.ispkg)


def short_path(path: str) -> str:
    """A path as it stands in names: without `pettingzoo.` in front of a family."""
    short = path.removeprefix("pettingzoo.")
    return short if short.split(".")[0] in families() else path


def find_maker(name: str, path: str) -> Callable[..., Any]:
    """The function behind `module.name` or `module.name:function`; ArenaError with the nearest name."""
    path, _, function = path.partition(":")
    full = f"pettingzoo.{path}" if path.split(".")[0] in families() else path
    module = _import(name, full)
    for maker in (function,) if function else MAKERS:
        if callable(getattr(module, maker, None)):
            found: Callable[..., Any] = getattr(module, maker)
            return found
    if function:
        functions = [word for word, value in vars(module).items() if callable(value)]
        raise ArenaError(f"{name}: {full} has no function {function!r}; {nearest(function, functions)}")
    raise ArenaError(f"{name}: {full} has no parallel_env; name the module of an environment, e.g. {_example(full)}")


def _example(path: str) -> str:
    words = known_paths()
    return next((word for word in words if word.startswith(short_path(path))), words[0])


def _import(name: str, path: str) -> ModuleType:
    try:
        if not all(part.isidentifier() for part in path.split(".")):
            raise ModuleNotFoundError(name=path)
        return importlib.import_module(path)
    except ModuleNotFoundError as error:
        if error.name and (path == error.name or path.startswith(f"{error.name}.")):
            file = Path(f"{path.replace('.', '/')}.py")
            here = f"; for {file} of this folder put PYTHONPATH=. before the command" if file.is_file() else ""
            raise ArenaError(
                f"{name}: there is no module {path!r}; {nearest(short_path(path), known_paths())}{here}"
            ) from None
        raise ArenaError(
            f"{name} needs the package {error.name!r}, which is not installed; install it, or those of PettingZoo's "
            'games by: pip install "marl-arena[games]"'
        ) from None
    except (Exception, SystemExit) as error:
        raise ArenaError(f"{name}: importing {path} raised {said(error)}; correct or reinstall it") from None


def known_paths() -> tuple[str, ...]:
    """The environments of PettingZoo and mpe2 that are installed, as they stand in words."""
    packages = {f"pettingzoo.{family}": family for family in families()} | {package: package for package in PACKAGES}
    found = []
    for package, short in packages.items():
        with contextlib.suppress(ImportError, AttributeError):
            places = importlib.util.find_spec(package).submodule_search_locations  # type: ignore[union-attr]
            found += [f"{short}.{m.name}" for m in pkgutil.iter_modules(places) if re.search(r"_v\d+$", m.name)]
    return tuple(sorted(found))


def make_gym(name: str, path: str, options: Mapping[str, Any]) -> Any:
    """A Gymnasium environment; ArenaError with the nearest name if there is none."""
    try:
        return gymnasium.make(path, disable_env_checker=True, **options)
    except gymnasium.error.DependencyNotInstalled as error:
        raise ArenaError(f"{name} needs a package that is not installed: {said(error)}") from None
    except (gymnasium.error.UnregisteredEnv, gymnasium.error.Error) as error:
        if path in gymnasium.registry:
            raise
        raise ArenaError(
            f"{name}: there is no environment {path!r} in Gymnasium ({said(error)}); "
            f"{nearest(path, gymnasium.registry)}"
        ) from None


def as_parallel(name: str, env: Any) -> ParallelEnv[Any, Any, Any]:
    """`env` in PettingZoo's parallel interface; ArenaError if it cannot have it."""
    if isinstance(env, ParallelEnv):
        return env
    if isinstance(env, gymnasium.Env):
        return OneSeat(env)
    if not isinstance(env, AECEnv):
        raise ArenaError(
            f"{name} makes a {type(env).__name__}; the arena needs a pettingzoo ParallelEnv or a gymnasium Env"
        )
    if env.metadata.get("is_parallelizable"):
        return aec_to_parallel(env)
    raise ArenaError(
        f"{name}: its agents act in turn (AECEnv), and the arena lets all act at once; if that suits it, set "
        'metadata["is_parallelizable"] = True, or give what pettingzoo.utils.aec_to_parallel makes of it'
    )


def unexpected_option(error: TypeError, options: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The option that a constructor does not take, and those that it takes; ("", []) if that is not what happened."""
    found = UNEXPECTED.search(str(error))
    if found is None or found[2] not in options:
        return "", []
    owner, frames = found[1].split(".")[0], error.__traceback__
    known: list[str] = []
    while frames:  # the class or function is known by some name where it was called
        for value in [*frames.tb_frame.f_globals.values(), *frames.tb_frame.f_locals.values()]:
            if getattr(value, "__name__", "") == owner:
                known += _parameters(value)
        frames = frames.tb_next
    return found[2], known


def _parameters(function: Any) -> list[str]:
    """The names of the parameters that can be given by keyword."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p.name for p in parameters if p.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD) and p.name != "self"]


def said(error: BaseException) -> str:
    """An error of others in one line."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:300]}" if lines else type(error).__name__
