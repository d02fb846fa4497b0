"""A whole study in a process of its own: five seeds of MADDPG, DDPG and DQN on simple_adversary, until the report.

`arena compare simple_adversary --algos maddpg,ddpg,dqn --seeds 5 --steps 300000`: the time until the report is written,
compilation of the game included where it is not cached; the part of it in which the 15 players and five scripted ones
meet each other on both sides, 1,000 games a cell; the largest memory that a process held.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from benchmarks.measure import calibration, row
from benchmarks.peers import ROOT

ALGOS, SEEDS, STEPS = "maddpg,ddpg,dqn", 5, 300_000


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    yield calibration()
    command = [sys.executable, "-m", "benchmarks.timed_study", ALGOS, str(SEEDS), str(STEPS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    name = f"study of {ALGOS}, {SEEDS} seeds, {STEPS:,} steps"
    yield row(f"{name}: from command to report", found["seconds"], "s", "lower", None, 12 * 60)
    yield row(f"{name}: its cross-play", found["cross_play_seconds"], "s", "lower", None, 60)
    yield row(f"{name}: peak memory", found["peak_bytes"] / 2**30, "GiB", "lower", None, 3)
