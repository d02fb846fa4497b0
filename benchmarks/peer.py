"""What the process of a peer does: it measures when it is told to, and answers in lines of JSON.

Nothing here or in the files peer_*.py is the arena's: they run in an environment that may hold the peer alone.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable

CYCLES = 25  # steps of a game


def serve(version: str, sizes: Iterable[int], start: Callable[[int], Callable[[], int]]) -> None:
    """Finds the number of worlds at which a library is quickest, then measures a round for each line of input.

    start: (worlds) -> a function that plays a round and returns how many world-steps it took.
    """
    best, quickest, worlds = 0.0, None, 0
    for size in sizes:
        play = start(size)
        play()  # compiles, and warms up
        found = max(speed(play) for _ in range(2))
        if found > best:
            best, quickest, worlds = found, play, size
    tell(version=version, worlds=worlds)
    for _ in sys.stdin:
        tell(speed=speed(quickest))


def speed(play: Callable[[], int]) -> float:
    """World-steps a second of one round."""
    started = time.perf_counter()
    steps = play()
    return steps / (time.perf_counter() - started)


def tell(**answer: float | str) -> None:
    """Writes one line of answer."""
    print(json.dumps(answer), flush=True)
