"""The full run of the MADDPG paper in a process of its own, for its time and memory: python -m benchmarks.published_run

60,000 games of 25 steps on simple_adversary (N=2, 3 seats) with the preset `paper`: two hidden layers of 64, batch
1,024, an update every 100 steps, a replay of 10^6; one member. Learning begins with the first update that is due
instead of after the preset's warm-up, so that there are 15,000 updates.
"""

import resource
import sys
import time

import torch

from arena.memory import keep_freed_memory
from arena.verbs.train import Options, make_training
from benchmarks.peer import tell

GAMES, CYCLES = 60_000, 25
KIBIBYTE = 1 if sys.platform == "darwin" else 1024  # ru_maxrss counts bytes on a Mac, kibibytes elsewhere


def main(games: int) -> None:
    """Trains, and tells how long it took, how many updates there were, and the most memory that was held."""
    torch.set_num_threads(1)
    keep_freed_memory()
    started = time.perf_counter()
    training = make_training(Options("simple_adversary", preset="paper", steps=games * CYCLES, setting=("warmup=0",)))
    for _ in training.run(report_steps=10_000):
        pass
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBIBYTE
    tell(seconds=seconds, updates=training.updates, peak_bytes=peak)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else GAMES)
