"""A league that trains, killed again and again."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from arena.verbs.season.folder import SeasonFolder
from league.records.ledger import Ledger
from league.records.legs import fingerprint
from league.seasons.records import in_order

SMALL = ["hidden=[8]", "batch_size=16", "warmup=50", "samples_per_step=0.3"]
PERIODS, STEPS = 60, 6 * 60 * 250
WORDS = ["simple_adversary", "--preset", "alphastar", "--algo", "dqn", "--steps", str(STEPS), "--periods", str(PERIODS)]
MORE = ["--worlds", "10", "--share", "0.4", *(word for setting in SMALL for word in ("--setting", setting))]


def start(out: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "arena", "league", "train", *WORDS, *MORE, "--out", str(out), "--resume"]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def legs(league: Path) -> str:
    with Ledger.read_only(league / "ledger.sqlite") as ledger:
        return fingerprint(in_order(ledger.read()))


def weights(league: Path) -> dict[str, bytes]:
    """The networks after the last period, by side and file."""
    state = SeasonFolder(league).state(SeasonFolder(league).season())
    return {f"{path.parent.name}/{path.name}": path.read_bytes() for path in state.glob("*/stack-*")}


@pytest.mark.slow
def test_killed_thirty_times_it_comes_to_the_same_members_legs_and_weights(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    straight = start(whole)
    _, errors = straight.communicate(timeout=600)
    assert straight.returncode == 0, errors
    generator, reached = np.random.default_rng(0), []
    for _ in range(30):
        process = start(killed)
        assert process.stdout is not None
        process.stdout.readline()  # it has begun, or goes on
        time.sleep(generator.uniform(0, 0.6))
        process.kill()
        process.communicate()
        season = SeasonFolder(killed).season()
        reached.append(season.period if season else 0)
    assert reached == sorted(reached) and len(set(reached)) > 5 and reached[5] < PERIODS
    last = start(killed)
    _, errors = last.communicate(timeout=600)
    assert last.returncode == 0, errors
    assert (whole / "season.json").read_bytes() == (killed / "season.json").read_bytes()
    assert legs(whole) == legs(killed)
    assert weights(whole) == weights(killed) and len(weights(whole)) == 2
