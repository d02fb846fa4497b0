"""A ledger of ten million legs: written as a tournament writes it, then opened and rated by a cold process.

200 simulated players of simple_adversary on both sides, 252 common worlds: 10,029,600 legs, made by arrays, without
physics. Writing: chunks of 2,048 legs come at once, are checked against what is known, sealed and committed with a sync
of the disk (synchronous = EXTRA). Rating: `arena leaderboard` from the command to the table, the hash of every block
checked, intervals by 1,000 resamples. Memory is the most that either process held.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.command import cost
from benchmarks.measure import calibration, row
from benchmarks.peers import ROOT

PLAYERS, SEEDS = 200, 252
GIBIBYTE = 2**30


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    yield calibration()
    with tempfile.TemporaryDirectory() as name:
        command = ["-m", "benchmarks.timed_ledger", name, str(PLAYERS), str(SEEDS)]
        done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=True)
        written = json.loads(done.stdout)
        legs = f"{written['legs']:,} legs"
        yield row(f"{legs}: written", written["legs"] / written["seconds"], "legs/s", "higher", None, 100_000)
        yield row(f"{legs}: memory to write them", written["peak_bytes"] / GIBIBYTE, "GiB", "lower", None, 6)
        size = sum(file.stat().st_size for file in Path(name).iterdir())
        yield row(f"{legs}: bytes a leg", size / written["legs"], "bytes", "lower", None, None)
        found = cost([sys.executable, "-m", "arena", "leaderboard", name])
        yield row(f"{legs}: opened and rated", found.seconds, "s", "lower", None, 20)
        yield row(f"{legs}: memory to rate them", found.peak_bytes / GIBIBYTE, "GiB", "lower", None, 6)
