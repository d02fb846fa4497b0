"""How the time of a world-step of simple_spread grows with its agents, against mpe2 at the same number of agents.

As in the benchmark `engine`: random discrete actions drawn in the loop, resets, observations and rewards, float32, all
cores, no metrics, compilation not counted; mpe2's `parallel_env` alternates with it; medians over five rounds of whole
games. The observations of a world grow with the square of its agents, so the number of worlds falls with it: all
observations of a step are 3 to 4 MB.

Growth is the exponent between two numbers of agents, 2 being quadratic: the median over 15 rounds, in each of which all
numbers of agents take their turn.
"""

from collections.abc import Iterator
from itertools import pairwise
from math import log
from statistics import median
from typing import Any

from arena.scenario import load
from benchmarks.engine import CYCLES, game_of, games_of, reference
from benchmarks.measure import calibration, paired, row, seconds

WORLDS = {3: 16_384, 10: 1_024, 30: 128, 100: 16}  # by the number of agents
GAMES = 2  # a round


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    yield calibration()
    ours = {n: games_of(load("simple_spread", N=n), count, GAMES) for n, count in WORLDS.items()}
    for agents, count in WORLDS.items():
        mine, other = paired(ours[agents], game_of(reference("simple_spread", N=agents)), rounds=5)
        time, their_time = mine / (GAMES * CYCLES * count), other / CYCLES
        name = f"simple_spread, {agents} agents, {count:,} worlds"
        yield row(name, 1 / time, "world-steps/s", "higher", 1 / their_time, 300, True)
        yield row(f"{name}: time of a world-step", time * 1e6, "us", "lower", None, None)
    rounds = [{n: seconds(play, 1) / WORLDS[n] for n, play in ours.items()} for _ in range(15)]
    for few, many in pairwise(WORLDS):
        growth = median(log(times[many] / times[few]) / log(many / few) for times in rounds)
        yield row(f"simple_spread, growth from {few} to {many} agents", growth, "exponent", "lower", None, 2)
