"""`arena tournament` killed at any moment and resumed: the fingerprint of the uninterrupted run."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from arena.cli import main
from league.records.ledger import Ledger
from league.schedules.catalog import formats

ENTRANTS = ["random", "greedy", "deceptive", "--scenario", "simple_adversary", "--pairs", "3000"]


FIVE = ["random", "greedy", "deceptive", "guess", "middle", "--scenario", "simple_adversary"]
FEW_PAIRINGS = ("gauntlet", "king-of-the-hill", "knockout")


def start(out: Path, *more: str, entrants: Sequence[str] = ENTRANTS) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "arena", "tournament", *entrants, *more, "--out", str(out), "--resume"]
    pipe = subprocess.PIPE
    return subprocess.Popen(words, stdout=pipe, stderr=pipe, text=True, start_new_session=True)


def children(process: subprocess.Popen[str]) -> list[int]:
    """The processes that a process has started."""
    listing = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(word) for word in listing.read_text().split()]


@pytest.mark.parametrize("kills", [2, pytest.param(6, marks=pytest.mark.slow)])
def test_killed_and_resumed_is_uninterrupted(kills: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tournament", *ENTRANTS, "--out", str(tmp_path / "whole"), "--json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    generator = np.random.default_rng(0)
    for _ in range(kills):
        process = start(tmp_path / "killed")
        assert process.stdout is not None
        process.stdout.readline()  # it has begun
        time.sleep(generator.uniform(0, 0.6))
        process.kill()
        process.communicate()
        process.wait()
    assert main(["tournament", *ENTRANTS, "--out", str(tmp_path / "killed"), "--resume", "--json"]) == 0
    resumed = json.loads(capsys.readouterr().out)
    assert resumed["fingerprint"] == whole["fingerprint"]
    assert resumed["players"] == whole["players"]


@pytest.mark.slow
@pytest.mark.parametrize("form", sorted(formats()))
def test_every_format_killed_and_resumed_by_any_number_of_workers(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last command says nothing but the folder."""
    pairs = "20000" if form in FEW_PAIRINGS else "4000"  # so many that it does not end before it is killed
    words = [
        "--format",
        form,
        *(["--pairs", "100", "--rule", "cap=2000"] if form == "adaptive" else ["--pairs", pairs]),
    ]
    assert main(["tournament", *FIVE, *words, "--out", str(tmp_path / "whole"), "--json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    generator = np.random.default_rng(sorted(formats()).index(form))
    legs = []
    for workers in ("1", "2", "4", "1", "2", "4"):
        process = start(tmp_path / "killed", *words, "--workers", workers, entrants=FIVE)
        assert process.stdout is not None
        process.stdout.readline()
        wait_for_legs(process, tmp_path / "killed/ledger.sqlite")
        time.sleep(generator.uniform(0, 0.3))
        process.kill()
        process.communicate()
        with Ledger.read_only(tmp_path / "killed/ledger.sqlite") as ledger:
            legs.append(len(ledger.read()))
    assert legs == sorted(legs) and any(0 < count < whole["legs"] for count in legs)
    assert main(["tournament", "--out", str(tmp_path / "killed"), "--resume", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == whole


def wait_for_legs(process: subprocess.Popen[str], ledger: Path) -> None:
    """Until more is written, or the process has ended."""
    before = ledger.stat().st_mtime_ns
    while ledger.stat().st_mtime_ns == before and process.poll() is None:
        time.sleep(0.01)


def test_interrupted_by_hand_it_says_how_to_go_on(tmp_path: Path) -> None:
    process = start(tmp_path / "league")
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert f"arena tournament {' '.join(ENTRANTS)} --out {tmp_path / 'league'} --resume" in error
    assert "Traceback" not in error


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs the process list of Linux")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_no_worker_outlives_its_parent(tmp_path: Path, how: signal.Signals) -> None:
    process = start(tmp_path / "league", "--workers", "2")
    started = time.monotonic()
    while len(workers := children(process)) < 3 and time.monotonic() - started < 60:  # a resource tracker and two
        time.sleep(0.05)
    time.sleep(0.5)
    if how == signal.SIGKILL:
        process.kill()
    else:
        os.killpg(process.pid, how)  # as a terminal does: to everybody
    _, error = process.communicate(timeout=60)
    assert "Traceback" not in error
    deadline = time.monotonic() + 5
    while any(is_alive(worker) for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(is_alive(worker) for worker in workers)


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text()
