"""Cooperation: MADDPG on simple_spread (N=3).

Cover + hits, the distances to the landmarks and the collisions of a frame, in 1,000 games from seeds that nobody
trained on, and 95 % intervals over training seeds (0.63 in a published replication after 3.25 million steps). A few
settings of its own stand beside the default preset; docs/learners.md gives reasons for them. They were found on other
seeds and games.
"""

from collections.abc import Iterator
from typing import Any

from benchmarks.measure import calibration, row_of_seeds
from benchmarks.seeds import itself, judged, stacks

SCENARIO, STEPS, SEEDS = "simple_spread", 1_500_000, 5
SETTING = ("gamma=0.85", "normed=false", "hidden=[128,128]", "samples_per_step=8.0")


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    yield calibration()
    jobs = stacks(SEEDS, SCENARIO, "maddpg", (STEPS,), setting=SETTING)
    found = [numbers for _, _, numbers in judged(jobs, itself)]
    for act in ("greedy", "sample"):
        values = [numbers[f"{act}/cover"] + numbers[f"{act}/hits"] for numbers in found]
        name = f"{SCENARIO}, maddpg, {STEPS / 1e6:g} M steps, {act}: cover + hits"
        yield row_of_seeds(name, values, "per frame", "lower", 0.60 if act == "greedy" else None)
