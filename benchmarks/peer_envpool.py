"""EnvPool's C++ MPE2 under random actions: python -m benchmarks.peer_envpool SCENARIO"""

import os
import sys
from collections.abc import Callable
from importlib.metadata import version

import envpool
import numpy as np

from benchmarks.peer import CYCLES, serve

ACTIONS = 5  # of a seat that is silent


def task(scenario: str) -> str:
    """EnvPool's name of a scenario."""
    wanted = scenario.replace("_", "")
    found = [name for name in envpool.list_all_envs() if wanted in name.lower().replace("_", "")]
    if not found:
        raise RuntimeError(f"EnvPool {version('envpool')} has no {scenario}")
    return str(min(found, key=len))


def start(scenario: str, worlds: int) -> Callable[[], int]:
    """A function that plays one game in each of so many worlds, which EnvPool resets by itself."""
    env = envpool.make(task(scenario), env_type="gymnasium", num_envs=worlds, num_threads=os.cpu_count() or 1)
    owners = np.asarray(env.reset()[1]["players"]["env_id"], np.int32)  # the world of each seat
    ids, generator = np.arange(worlds, dtype=np.int32), np.random.default_rng(0)

    def play() -> int:
        for _ in range(CYCLES):
            moves = generator.integers(0, ACTIONS, owners.size, np.int32)
            env.step({"players.action": moves, "players.env_id": owners, "env_id": ids})
        return CYCLES * worlds

    return play


if __name__ == "__main__":
    serve(version("envpool"), (256, 1_024, 4_096, 16_384), lambda worlds: start(sys.argv[1], worlds))
