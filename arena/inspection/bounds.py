"""Whether a scenario's functions stay within their arrays, which compiled code does not ask.

A process of its own compiles everything with a test of every index: python -m arena.inspection.bounds WORD OPTIONS
"""

import json
import os
import subprocess
import sys

import numpy as np

from arena.engine.cache import cache_folder
from arena.engine.world import World, make_body
from arena.errors import ArenaError, blame
from arena.inspection.checks import GUARD, guarded
from arena.inspection.look import Wrong, shortened, some_actions
from arena.scenario import Scenario, load

ARRAYS = "world.note and world.work are as large as the Layout says, other arrays as there are entities, seats, metrics"


def bounds(scenario: Scenario) -> str:
    """No index leaves its array."""
    command = [sys.executable, "-m", "arena.inspection.bounds", scenario.word, json.dumps(scenario.parameters)]
    places = {"NUMBA_BOUNDSCHECK": "1", "ARENA_CACHE": str(cache_folder().parent / "bounds")}
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **places}, check=False)
    if done.returncode == 2:
        raise Wrong(done.stdout.strip())
    if done.returncode < 0:  # by a signal
        raise Wrong("a process that plays it crashed; use nothing but arithmetic, world, arena.draw and arena.kit")
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        raise Wrong(f"a process that plays with every index tested failed: {said}")
    return "no index leaves its array"


def play(scenario: Scenario) -> None:
    """Two games of some worlds and a piece of a third."""
    short, steps = shortened(scenario)
    worlds = guarded(short)
    for action in some_actions(short, steps):
        worlds.step(action)


def place_of(scenario: Scenario, message: str) -> str:
    """The line of the scenario's file that leaves an array, found by running its functions uncompiled."""
    seats, entities = len(scenario.seats), len(scenario.entities)
    world = World(
        pos=np.random.default_rng(1).random((entities, 2)),
        vel=np.zeros((entities, 2)),
        say=np.zeros((seats, scenario.message_width)),
        note=np.zeros(scenario.notes, np.int64),
        work=np.zeros(scenario.work),
        body=make_body(scenario, np.float64),
        seats=seats,
        landmarks=entities - seats,
        options=scenario.options,
    )
    rng, out, frame = np.zeros(2, np.uint64), np.zeros(seats), np.zeros(len(scenario.metric_names))
    observed = [(seat, np.zeros(scenario.observation_width + GUARD)) for seat in range(seats)]
    calls = [("spawn", (rng,)), *(("observe", each) for each in observed), ("happen", (rng,)), ("reward", (out,))]
    calls += [("ended", ()), ("metrics", (frame,)), ("outcome", ())]
    for name, arguments in calls:
        try:
            if function := scenario.part(name):
                function.py_func(world, *arguments)
        except IndexError as error:
            return f"{blame(error, scenario.module.__file__)}, in {name}; {ARRAYS}"
    return f"{message}; {ARRAYS}"


def refuse(message: str) -> int:
    """Says what is wrong; returns the exit code for it."""
    print(message)
    return 2


if __name__ == "__main__":
    scenario = load(sys.argv[1], **json.loads(sys.argv[2]))
    try:
        play(scenario)
    except IndexError as error:
        sys.exit(refuse(place_of(scenario, f"IndexError: {error}")))
    except ArenaError as error:
        sys.exit(refuse(str(error)))
    except Exception as error:  # whatever the scenario's functions raise
        sys.exit(refuse(blame(error, scenario.module.__file__)))
