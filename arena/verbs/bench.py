"""Measure the arena against the obvious alternative, in the same run, and print the numbers beside their bars.

Example: arena bench engine
"""

import importlib
import inspect
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import tyro

import arena
from arena.environment import environment
from arena.errors import ArenaError, nearest
from arena.files import write_json
from arena.report import Report

FOLDER = Path(arena.__file__).parent.parent / "benchmarks"


@dataclass(frozen=True)
class Options:
    """Run a benchmark of this checkout; nothing else should run on the machine."""

    name: Annotated[str, tyro.conf.Positional] = ""
    """which benchmark"""
    list: bool = False
    """name the benchmarks and stop"""
    save: bool = False
    """write the rows to benchmarks/results/NAME.json, with commit, machine, versions and date"""


def run(options: Options) -> Iterator[Report]:
    """Yields a line for each row as it is measured; the result holds all rows."""
    known = benchmarks()
    if options.list:
        lines = [f"{name:<12} {(module.__doc__ or '').splitlines()[0]}" for name, module in known.items()]
        yield Report(text="\n".join(lines), data={"benchmarks": [*known]}, is_result=True)
        return
    if options.name not in known:
        raise ArenaError(f"there is no benchmark {options.name!r}; {nearest(options.name, known)}")
    rows: list[Mapping[str, Any]] = []
    yield Report(text=HEADER)
    for row in known[options.name].rows():
        rows.append(row)
        yield Report(text=line(row))
    about = inspect.getdoc(known[options.name])
    data = {"name": options.name, "about": about, **circumstances(), "rows": rows}
    if options.save:
        write_json(FOLDER / "results" / f"{options.name}.json", data)
    yield Report(data=data, is_result=True)


HEADER = f"{'what':<58} {'value':>12} {'unit':<14} {'against':>12} {'ratio':>9} {'bar':>9}"


def line(row: Mapping[str, Any]) -> str:
    """One row as a line of the table."""

    def number(value: float | None) -> str:
        return "" if value is None else f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"

    verdict = {True: "met", False: "MISSED", None: ""}[row["met"]]
    sign = {"higher": ">=", "lower": "<="}[row["better"]]
    bar = "" if row["bar"] is None else f"{sign} {number(row['bar'])}"
    return (
        f"{row['name']:<58} {number(row['value']):>12} {row['unit']:<14} {number(row['against']):>12} "
        f"{number(row['ratio']):>9} {bar:>9} {verdict}"
    )


def benchmarks() -> dict[str, ModuleType]:
    """The benchmark modules of this checkout, by name: the files of benchmarks/ with a function rows()."""
    if not FOLDER.is_dir():
        raise ArenaError("arena bench measures a checkout; clone the project and install it with pip install -e .")
    if str(FOLDER.parent) not in sys.path:
        sys.path.insert(0, str(FOLDER.parent))
    files = [file for file in sorted(FOLDER.glob("[a-z]*.py")) if "\ndef rows(" in file.read_text(encoding="utf-8")]
    return {file.stem: importlib.import_module(f"benchmarks.{file.stem}") for file in files}


def circumstances() -> dict[str, Any]:
    """Where and when a benchmark ran."""
    import os

    command = ["git", "-C", str(FOLDER), "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    known = environment()
    return {
        "commit": commit or "unknown",
        "date": datetime.now(UTC).date().isoformat(),
        "machine": {"processor": known["processor"], "cores": os.cpu_count(), "system": platform.platform()},
        "versions": {k: v for k, v in known.items() if k not in ("machine", "system", "processor", "features")},
    }
