"""One study with its time and memory: python -m benchmarks.timed_study ALGOS SEEDS STEPS"""

import resource
import sys
import tempfile
import time
from pathlib import Path

from arena.verbs.compare import Options, run
from benchmarks.peer import tell
from benchmarks.published_run import KIBIBYTE

SCENARIO, CROSS_PLAY = "simple_adversary", "cross-play"


def main(algos: str, seeds: int, steps: int) -> None:
    """Runs the study in a temporary folder, and tells how long all of it and its cross-play took, and its memory."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        cross_play, before = 0.0, began
        for report in run(Options(SCENARIO, algos, seeds=seeds, steps=steps, out=str(Path(folder) / "study"))):
            now = time.perf_counter()
            cross_play += (now - before) * (report.phase == CROSS_PLAY)
            before = now
        seconds = time.perf_counter() - began
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    tell(seconds=seconds, cross_play_seconds=cross_play, peak_bytes=peak * KIBIBYTE)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
