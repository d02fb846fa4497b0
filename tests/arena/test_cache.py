"""Kernels on disk: quick the second time, never stale, never in the way."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

from arena.engine import cache as cache_module
from arena.engine.cache import cache_folder, source_digest
from arena.engine.worlds import Worlds
from arena.scenario import assemble

SCENARIO = '''
"""A seat that is paid what the helpers say."""
from typing import NamedTuple
import cage.numbers
from arena.scenario import Layout, Seat, compiled
from cage.helpers import pay
from cage.numbers import BONUS, TABLE

VERSION = 1

class Options(NamedTuple):
    scale: float = 1.0

def layout(options):
    return Layout((Seat("agent_0", sees=1),))

@compiled
def spawn(world, rng):
    pass

@compiled
def observe(world, seat, out):
    out[0] = world.pos[seat, 0]

@compiled
def reward(world, out):
    out[0] = pay(world) + BONUS * TABLE[0] + cage.numbers.EXTRA
'''
HELPERS = """
from arena.scenario import compiled

@compiled
def pay(world):
    return PAY * world.options.scale
"""


@pytest.fixture(scope="module")
def kept():
    """The kernels of the package `cage` before any edit, compiled once for all tests: name of the file -> bytes."""
    return {}


@pytest.fixture
def cage(tmp_path, monkeypatch):
    """A package `cage` with a scenario in it, and an empty cache; call it to edit and import again."""
    monkeypatch.setenv("ARENA_CACHE", str(tmp_path / "cache"))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    cache_folder.cache_clear()
    (tmp_path / "cage").mkdir()

    def load(pay=1, bonus=10, extra=100, table=1):
        numbers = f"import numpy as np\nBONUS = {bonus}\nEXTRA = {extra}\nTABLE = np.array([{table}])\n"
        (tmp_path / "cage" / "numbers.py").write_text(numbers)
        (tmp_path / "cage" / "helpers.py").write_text(HELPERS.replace("PAY", str(pay)))
        (tmp_path / "cage" / "game.py").write_text(SCENARIO)
        for name in [name for name in sys.modules if name.split(".")[0] == "cage"]:
            del sys.modules[name]
        importlib.invalidate_caches()
        return importlib.import_module("cage.game")

    yield load
    cache_folder.cache_clear()


def paid(module):
    worlds = Worlds(assemble("cage", module, 25, {}))
    return float(worlds.step(np.zeros((1, 1), np.int8)).reward[0, 0])


def start(cage, kept):
    """Puts the package before any edit, and its kernels, into the empty cache."""
    for name, data in kept.items():
        (cache_folder() / name).write_bytes(data)
    assert paid(cage()) == 111
    kept.update({path.name: path.read_bytes() for path in cache_folder().glob("*.nb?")})


def kernels():
    return sorted(path.name for path in cache_folder().glob("*step*.nbc"))


def test_an_edit_of_a_helper_is_seen_and_the_old_kernel_is_found_again(cage, kept, capfd):
    cache_module._announce.cache_clear()
    start(cage, kept)
    assert paid(cage(pay=2)) == 112
    assert len(kernels()) == 2
    assert capfd.readouterr().err.count("compiling for this machine") == 1
    cache_module._announce.cache_clear()
    times = [path.stat().st_mtime_ns for path in sorted(cache_folder().glob("*.nb?"))]
    assert paid(cage()) == 111
    assert [path.stat().st_mtime_ns for path in sorted(cache_folder().glob("*.nb?"))] == times
    assert capfd.readouterr().err == ""


def test_every_edit_that_changes_a_kernel_changes_its_name(cage):
    edits = [{}, {"pay": 2}, {"bonus": 20}, {"extra": 200}, {"table": 2}]
    assert len({source_digest(cage(**edit)) for edit in edits}) == len(edits)
    assert source_digest(cage()) == source_digest(cage())


def test_a_broken_file_or_a_full_disk_costs_a_compilation_only(cage, kept, monkeypatch):
    start(cage, kept)
    for path in cache_folder().glob("*.nb?"):
        path.write_bytes(path.read_bytes()[:50])
    assert paid(cage()) == 111
    assert min(path.stat().st_size for path in cache_folder().glob("*.nb?")) > 50

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache_module.FunctionCache, "save_overload", full)
    assert paid(cage(pay=3)) == 113


def test_a_place_that_cannot_be_written_falls_back_to_a_temporary_one(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ARENA_CACHE", str(tmp_path / "file"))
    cache_folder.cache_clear()
    folder = cache_folder()
    cache_folder.cache_clear()
    (folder / "kernel").write_text("")
    assert tmp_path not in folder.parents


def test_the_cache_is_not_where_the_user_works(monkeypatch):
    monkeypatch.delenv("ARENA_CACHE", raising=False)
    cache_folder.cache_clear()
    folder = cache_folder()
    cache_folder.cache_clear()
    assert Path.cwd() not in folder.parents and folder.name == "kernels"
