"""Check this machine and installation: versions, cores, display, clashes with other packages, speed.

Example: arena doctor
"""

import importlib.util
import os
import platform
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, distribution, requires, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import arena
from arena.report import Finding, Report

CHECKOUT = Path(arena.__file__).parent.parent
SAFE_SQLITE = "3.51.3"  # earlier ones may corrupt a database in WAL mode, which the ledger therefore does not use
SPEED_SECONDS = 5.0


@dataclass(frozen=True)
class Options:
    """Look at this machine; nothing is changed."""

    quick: bool = False
    """leave out the 5-second speed check"""


def run(options: Options) -> Iterator[Report]:
    """Yields a line for each finding; the result's exit code is 2 if there is a problem."""
    found = []
    for finding in findings(options):
        found.append(finding)
        mark = {"ok": "ok     ", "note": "note   ", "problem": "PROBLEM"}[finding.state]
        yield Report(text=f"{mark}  {finding.what:<14} {finding.text}")
    problems = sum(finding.state == "problem" for finding in found)
    text = f"{problems} problem{'s' * (problems != 1)}" if problems else "all is well"
    data = {"findings": [asdict(f) for f in found], "problems": problems, "exit_code": 2 if problems else 0}
    yield Report(text=text, data=data, is_result=True)


def findings(options: Options) -> Iterator[Finding]:
    """Everything that is looked at, in order."""
    yield check_python()
    yield from check_versions()
    yield from check_constraints()
    yield from check_clashes()
    yield check_sqlite()
    yield check_cores()
    yield check_accelerator()
    yield check_display()
    if not options.quick:
        yield check_speed()


def check_python() -> Finding:
    """The interpreter."""
    is_fit = sys.version_info >= (3, 11)
    return Finding("python", "ok" if is_fit else "problem", f"{platform.python_version()} ({sys.executable})")


def check_versions() -> Iterator[Finding]:
    """The installed packages against the ranges that marl-arena declares."""
    wrong = []
    if not _is_installed("marl-arena"):
        yield Finding("packages", "problem", "marl-arena is not installed; run pip install -c constraints.txt -e .")
        return
    wanted = [Requirement(text) for text in requires("marl-arena") or []]
    wanted = [requirement for requirement in wanted if requirement.marker is None or requirement.marker.evaluate()]
    for requirement in wanted:
        try:
            installed = version(requirement.name)
        except PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(installed, prereleases=True):
            wrong.append(f"{requirement.name} {installed} is not {requirement.specifier}")
    if wrong:
        yield Finding("packages", "problem", "; ".join(wrong) + "; install with pip install -c constraints.txt -e .")
    else:
        yield Finding("packages", "ok", f"{len(wanted)} dependencies in range; torch {version('torch')}")


def check_constraints() -> Iterator[Finding]:
    """In a checkout, the installed packages against the tested versions."""
    path = CHECKOUT / "constraints.txt"
    if not path.is_file():
        return
    different = []
    for text in path.read_text(encoding="utf-8").splitlines():
        name, sign, tested = text.partition("==")
        try:
            installed = version(name.strip()) if sign else None
        except PackageNotFoundError:
            continue
        if installed and Version(installed).public != Version(tested.strip()).public:
            different.append(f"{name} {installed} (tested: {tested.strip()})")
    if different:
        yield Finding("constraints", "note", "other than tested: " + ", ".join(different))
    else:
        yield Finding("constraints", "ok", "the tested versions")


def check_clashes() -> Iterator[Finding]:
    """pygame beside pygame-ce, packages that shadow ours, other programs named arena."""
    if _is_installed("pygame"):
        remedy = "pip uninstall pygame pygame-ce && pip install pygame-ce"
        yield Finding("pygame", "problem", f"pygame and pygame-ce share one folder and break each other; {remedy}")
    elif _is_installed("pygame-ce"):
        yield Finding("pygame", "ok", f"pygame-ce {version('pygame-ce')}, alone")
    shadowed = []
    for name in ("arena", "agents", "league", "scenarios"):
        spec = importlib.util.find_spec(name)
        place = Path(spec.origin).parent.parent if spec and spec.origin else None
        if place != CHECKOUT:
            shadowed.append(f"{name} is {place}")
    if shadowed:
        yield Finding("names", "problem", f"another package hides ours: {'; '.join(shadowed)}; use a fresh environment")
    others = [name for name in ("agilerl",) if _is_installed(name)]
    programs = {Path(p).resolve() for p in _programs("arena")}
    if others or len(programs) > 1:
        places = ", ".join(map(str, sorted(programs)))
        yield Finding("command", "note", f"more than one program is called arena ({places}); python -m arena is ours")
    elif not shadowed:
        yield Finding("names", "ok", "arena, agents, league and scenarios are ours")


def check_sqlite() -> Finding:
    """The SQLite that Python is linked with."""
    is_new = Version(sqlite3.sqlite_version) >= Version(SAFE_SQLITE)
    note = "" if is_new else f"; before {SAFE_SQLITE} write-ahead logging is unsafe, the ledger uses a rollback journal"
    return Finding("sqlite", "ok", sqlite3.sqlite_version + note)


def check_cores() -> Finding:
    """How many cores this process may use, and threads torch takes."""
    import torch

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return Finding("cores", "ok", f"{cores} cores, {torch.get_num_threads()} torch threads")


def check_accelerator() -> Finding:
    """The graphics processor, if torch sees one."""
    import torch

    if not torch.cuda.is_available():
        return Finding("gpu", "ok", "none, and none is needed")
    return Finding("gpu", "ok", torch.cuda.get_device_name(0))


def check_display() -> Finding:
    """Whether a window can be opened."""
    has_display = sys.platform in ("win32", "darwin") or any(os.environ.get(k) for k in ("DISPLAY", "WAYLAND_DISPLAY"))
    text = "found" if has_display else "none: arena watch writes game.gif, or what --out names, instead"
    return Finding("display", "ok" if has_display else "note", text)


def check_speed() -> Finding:
    """World-steps a second of the engine, over five seconds."""
    import numpy as np

    from arena.engine.worlds import Worlds

    worlds = Worlds("simple_spread", 16_384)
    action = np.random.default_rng(0).integers(0, 5, (3, worlds.count), dtype=np.int8)
    worlds.step(action)
    steps, started = 0, time.perf_counter()
    while time.perf_counter() - started < SPEED_SECONDS:
        worlds.step(action)
        steps += worlds.count
    rate = steps / (time.perf_counter() - started)
    return Finding("speed", "ok", f"{rate / 1e6:.0f} million world-steps/s of simple_spread in 16,384 worlds")


def _is_installed(name: str) -> bool:
    try:
        return canonicalize_name(distribution(name).metadata["Name"]) == name
    except PackageNotFoundError:
        return False


def _programs(name: str) -> list[str]:
    """Every program of this name on the PATH."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    found = (shutil.which(name, path=folder) for folder in dict.fromkeys(folders))
    return [program for program in found if program]
