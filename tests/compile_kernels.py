"""Compiles into the cache, where it is empty, the kernels that the tests of every scenario need.

tests/conftest.py starts this beside a whole run of the tests: it is what they would wait for longest.
"""

import os

import numpy as np

from arena.engine.worlds import Worlds
from arena.scenario import known_scenarios, load


def compile_all(name: str) -> None:
    """The engine for any cast, stepped by vectors and by numbers and started as mpe2's, and that for the usual cast."""
    scenario = load(name)
    shape = len(scenario.seats), 1
    vectors, numbers = np.zeros((*shape, scenario.action_width), np.float32), np.zeros(shape, np.int64)
    general = Worlds(scenario, 1, dtype=np.float64)
    general.step(vectors)
    Worlds(scenario, 1).step(vectors)
    general.step(numbers)
    Worlds(scenario, 1, dtype=np.float64, rng=np.random.default_rng(0))


if __name__ == "__main__":
    parent = os.getppid()
    first, *others = known_scenarios()
    for name in (first, *reversed(others)):  # last are simple and simple_adversary, which the first tests compile
        if os.getppid() != parent:
            break
        compile_all(name)
