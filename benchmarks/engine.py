"""World-steps a second of the engine against mpe2, one world through PettingZoo, and how long a first step takes.

Throughput: random discrete actions drawn in the loop, physics, reward, time limit, reset and observation, float32,
without the metrics that mpe2 does not compute either. Against it mpe2's `parallel_env`, in the same loop with its
resets, its actions drawn three at a time by NumPy. The two alternate; medians over rounds.

One world: the same loop over `arena.parallel_env` and over mpe2's, which see the same actions.

First step: the wall time of a new process, from its start to its end, that makes 1,024 worlds and steps them once: with
an empty cache of kernels, and again with what the first one left there.
"""

import importlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import numpy as np
from numba import njit

from arena.draw import bits
from arena.engine.worlds import Worlds
from arena.parallel import parallel_env
from arena.scenario import find_module
from benchmarks.measure import calibration, paired, row

SCENARIOS = ("simple_spread", "simple_adversary")
BARS = {16_384: 4_000, 64: 800}  # worlds: times mpe2
CYCLES = 25
FIRST_STEP = """
import numpy as np
from arena.engine.worlds import Worlds
worlds = Worlds("{name}", 1024)
worlds.step(np.zeros((len(worlds.scenario.seats), 1024), np.int8))
"""


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    yield calibration()
    for name in SCENARIOS:
        theirs = game_of(reference(name))
        for count, bar in BARS.items():
            steps = max(CYCLES, 4 * CYCLES * 1024 // count)
            ours, their_time = paired(many_worlds(name, count, steps), theirs, rounds=9, their_repeats=8)
            speed, their_speed = steps * count / ours, CYCLES / their_time
            yield row(f"{name}, {count:,} worlds", speed, "world-steps/s", "higher", their_speed, bar, True)
        ours, their_time = paired(game_of(parallel_env(name)), theirs, rounds=9, repeats=40, their_repeats=8)
        speed, their_speed = CYCLES / ours, CYCLES / their_time
        yield row(f"{name}, one world, PettingZoo", speed, "world-steps/s", "higher", their_speed, 4, True)
        first, second = first_steps(name)
        yield row(f"{name}, first step ever, empty cache", first, "s", "lower", None, 20)
        yield row(f"{name}, first step of a second process", second, "s", "lower", None, 2)


def reference(name: str) -> Any:
    """mpe2's `parallel_env` of a scenario."""
    return importlib.import_module(f"mpe2.{find_module(name).MPE2}").parallel_env()


@njit(nogil=True)
def draw_moves(key, start, out):  # type: ignore[no-untyped-def]
    """Fills `out` int8 with moves 0..4 from the numbers start, start + 1, ... of the stream `key`."""
    for i in range(out.size):
        out[i] = ((bits(key, start + i) >> np.uint64(32)) * np.uint64(5)) >> np.uint64(32)


def many_worlds(name: str, count: int, steps: int) -> Callable[[], None]:
    """Steps `count` worlds `steps` times under random actions."""
    worlds = Worlds(name, count, metrics=False)
    action = np.zeros((len(worlds.scenario.seats), count), np.int8)
    key, drawn = np.uint64(7), 0

    def run() -> None:
        nonlocal drawn
        for _ in range(steps):
            draw_moves(key, drawn, action.reshape(-1))
            drawn += action.size
            worlds.step(action)

    return run


def game_of(view: Any) -> Callable[[], None]:
    """Plays one game of a `ParallelEnv` under random actions."""
    generator = np.random.default_rng(0)

    def run() -> None:
        view.reset()
        while view.agents:
            moves = generator.integers(0, 5, len(view.agents)).tolist()
            view.step(dict(zip(view.agents, moves, strict=True)))

    return run


def first_steps(name: str) -> tuple[float, float]:
    """The seconds of a process with an empty cache, and the median of five processes after it."""
    with tempfile.TemporaryDirectory() as folder:
        first, *later = (process_seconds(FIRST_STEP.format(name=name), folder) for _ in range(6))
    return first, median(later)


def process_seconds(program: str, cache: str) -> float:
    """The seconds that a new interpreter takes for a program."""
    started = time.perf_counter()
    environment = {**os.environ, "ARENA_CACHE": cache}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True)
    return time.perf_counter() - started
