"""World-steps a second of every scenario against mpe2, one world through PettingZoo, and how long a first step takes.

Throughput: random discrete actions drawn in the loop, physics, reward, time limit, reset and observation, float32, all
cores, without the metrics that mpe2 does not compute either; compilation is not counted. Against it mpe2's
`parallel_env` on one core, all that it can use, in the same loop with its resets, its actions drawn by NumPy. The two
alternate; medians over nine rounds of whole games.

One world: the same loop over `arena.parallel_env` and over mpe2's, which see the same actions.

First step: the wall time of a new process, from its start to its end, that makes 1,024 worlds and steps them once: with
an empty cache of kernels, so that compilation counts, and again, the median of three, with what the first one left.
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
from arena.scenario import Scenario, Seat, find_module, known_scenarios, load
from benchmarks.measure import calibration, paired, row

MANY, FEW = 16_384, 64
BARS = {"simple_spread": 4_000, "simple_adversary": 4_000, "simple_tag": 4_000, "collect_treasure": 400}
BAR = 1_500  # times mpe2 with many worlds, for the others
BARS_OF_FEW = {"simple_spread": 800, "simple_adversary": 800}
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
    for name in known_scenarios():
        if not hasattr(find_module(name), "MPE2"):
            continue
        theirs = game_of(reference(name))
        for count, bar in ((MANY, BARS.get(name, BAR)), (FEW, BARS_OF_FEW.get(name))):
            games = max(4, 4 * 1024 // count)
            mine, other = paired(games_of(load(name), count, games), theirs, rounds=9, their_repeats=4)
            speed, their_speed = games * CYCLES * count / mine, CYCLES / other
            yield row(f"{name}, {count:,} worlds", speed, "world-steps/s", "higher", their_speed, bar, True)
        mine, other = paired(game_of(parallel_env(name)), theirs, rounds=9, repeats=20, their_repeats=4)
        speed, their_speed = CYCLES / mine, CYCLES / other
        yield row(f"{name}, one world, PettingZoo", speed, "world-steps/s", "higher", their_speed, 4, True)
        first, second = first_steps(name)
        yield row(f"{name}, first step ever, empty cache", first, "s", "lower", None, 20)
        yield row(f"{name}, first step of a second process", second, "s", "lower", None, 2)


def reference(name: str, **options: Any) -> Any:
    """mpe2's `parallel_env` of a scenario."""
    return importlib.import_module(f"mpe2.{find_module(name).MPE2}").parallel_env(**options)


def choices(seat: Seat) -> int:
    """How many discrete actions a seat has: every move with every word."""
    return (5 if seat.movable else 1) * max(seat.talk, 1)


@njit(nogil=True)
def draw_actions(key, start, counts, out):  # type: ignore[no-untyped-def]
    """Fills `out` int8 [A, W] with actions 0..counts[a]-1, drawn from the stream `key` from its number `start` on."""
    for a in range(out.shape[0]):
        for w in range(out.shape[1]):
            draw = bits(key, start + a * out.shape[1] + w) >> np.uint64(32)
            out[a, w] = (draw * counts[a]) >> np.uint64(32)


def games_of(scenario: Scenario, count: int, games: int) -> Callable[[], None]:
    """Plays `games` games, one after the other, in each of `count` worlds of a scenario under random actions."""
    worlds = Worlds(scenario, count, metrics=False)
    action = np.zeros((len(scenario.seats), count), np.int8)
    counts = np.array([choices(seat) for seat in scenario.seats], np.uint64)
    drawn = 0

    def run() -> None:
        nonlocal drawn
        for _ in range(games * CYCLES):
            draw_actions(np.uint64(7), drawn, counts, action)
            drawn += action.size
            worlds.step(action)

    return run


def game_of(view: Any) -> Callable[[], None]:
    """Plays one game of a `ParallelEnv` under random actions."""
    generator = np.random.default_rng(0)
    counts = np.array([view.action_space(agent).n for agent in view.possible_agents])

    def run() -> None:
        view.reset()
        while view.agents:
            actions = (generator.random(counts.size) * counts).astype(int).tolist()
            view.step(dict(zip(view.agents, actions, strict=True)))

    return run


def first_steps(name: str) -> tuple[float, float]:
    """The seconds of a process with an empty cache, and the median of three processes after it."""
    with tempfile.TemporaryDirectory() as folder:
        first, *later = (process_seconds(FIRST_STEP.format(name=name), folder) for _ in range(4))
    return first, median(later)


def process_seconds(program: str, cache: str) -> float:
    """The seconds that a new interpreter takes for a program."""
    started = time.perf_counter()
    environment = {**os.environ, "ARENA_CACHE": cache}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True)
    return time.perf_counter() - started
