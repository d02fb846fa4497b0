"""A ledger written in a process of its own, timed: python -m benchmarks.timed_ledger FOLDER PLAYERS SEEDS"""

import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from arena.games import Games
from arena.scenario import load
from arena.verbs.parts.entries import LEDGER
from arena.verbs.parts.rounds import SAVE_SECONDS
from benchmarks import simulated
from benchmarks.peer import tell
from benchmarks.published_run import KIBIBYTE
from league import tournament
from league.records.ledger import Entrant, Ledger, spec_of

SCENARIO = "simple_adversary"


def main(folder: Path, players: int, seeds: int) -> None:
    """Writes the legs of a round-robin as a tournament does, and tells how many there are and how long that took."""
    game, names = load(SCENARIO), simulated.hashes(players)
    rng = np.random.default_rng(0)
    schedule = simulated.schedule(game, names, seeds)
    results = simulated.played(schedule, game, simulated.normal_field(rng, players), rng)

    def play(chunks: Iterator[Games]) -> Iterator[tuple[Games, dict[str, str]]]:
        """Chunks come back two by two in either order, as from two workers."""
        start, waiting = 0, list[Games]()
        for chunk in chunks:
            waiting.append(results[slice(start, start + len(chunk))])
            start += len(chunk)
            if len(waiting) == 2:
                yield waiting.pop(rng.integers(2)), {}
        for part in waiting:
            yield part, {}

    with Ledger.create(folder / LEDGER, spec_of(game, 0)) as ledger:
        ledger.enter(Entrant(name, f"p{k}", "neural", tuple(game.sides), {}) for k, name in enumerate(names))
        began = time.perf_counter()
        course = tournament.run(ledger, schedule, play, "simulated", game.batch_legs, SAVE_SECONDS)
        done = [state.done for state in course]
        seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBIBYTE
    tell(legs=done[-1], seconds=seconds, peak_bytes=peak)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
