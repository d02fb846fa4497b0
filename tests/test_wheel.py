"""A wheel built from the checkout works elsewhere: what is in it, and that it runs."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
def test_a_wheel_holds_the_four_packages_and_runs_without_the_checkout(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(tmp_path)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("marl_arena-*.whl")
    with zipfile.ZipFile(wheel) as file:
        names = {name.split("/")[0] for name in file.namelist()}
        file.extractall(tmp_path / "site")
    assert {name for name in names if not name.endswith(".dist-info")} == {"arena", "agents", "league", "scenarios"}
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import arena, scenarios; from arena.cli import main;"
        "assert arena.__file__.startswith(sys.argv[1]) and scenarios.__file__.startswith(sys.argv[1]);"
        "words = 'tournament random greedy --scenario simple_adversary --pairs 2 --out league'.split();"
        "assert main(words) == 0;"
        "assert main('watch random greedy --scenario simple_adversary --out game.gif'.split()) == 0;"
        "sys.exit(0 if main(['bench', 'engine']) == 2 else 1)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program, str(tmp_path / "site")],
        cwd=tmp_path,
        env={**os.environ, "ARENA_CACHE": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "game.gif").is_file()
