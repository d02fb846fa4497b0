"""Cooperation: MADDPG on simple_speaker_listener and on simple_spread (N=3).

Means over 1,000 games of the greedy policy from seeds that nobody trained on, and 95 % intervals over training seeds.
speaker_listener: the share of games in which the listener ends within 0.2 of its target (Lowe et al. 2017: 0.84).
spread: cover + hits, the distances to the landmarks and the collisions of a frame (0.63 in a published replication
after 3.25 million steps). Each has a few settings of its own beside the default preset, which docs/learners.md gives
reasons for; they were found on other seeds and games.
"""

from collections.abc import Iterator
from typing import Any

from benchmarks.measure import calibration, row_of_seeds
from benchmarks.seeds import Numbers, itself, judged, stacks

TALK, SPREAD = "simple_speaker_listener", "simple_spread"
SETTING = {
    TALK: ("gamma=0.8", "n_step=1", "entropy=0.02", "samples_per_step=16.0"),
    SPREAD: ("gamma=0.85", "normed=false", "hidden=[128,128]", "samples_per_step=8.0"),
}
STEPS = {TALK: 1_000_000, SPREAD: 1_500_000}
SEEDS = {TALK: 10, SPREAD: 5}


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    yield calibration()
    jobs = [
        job
        for name, steps in STEPS.items()
        for job in stacks(SEEDS[name], name, "maddpg", (steps,), setting=SETTING[name])
    ]
    found: dict[str, list[Numbers]] = {TALK: [], SPREAD: []}
    for job, _, numbers in judged(jobs, itself):
        found[job.scenario].append(numbers)
        if len(found[job.scenario]) == SEEDS[job.scenario]:
            yield from {TALK: talking, SPREAD: covering}[job.scenario](found[job.scenario])


def talking(found: list[Numbers]) -> Iterator[dict[str, Any]]:
    """How often the listener reaches its target."""
    reached = [numbers["greedy/success_0.2"] for numbers in found]
    name = f"{TALK}, maddpg, {STEPS[TALK] / 1e6:g} M steps: target reach"
    yield row_of_seeds(name, reached, "of games", "higher", 0.95)
    yield row_of_seeds(f"{name}, worst seed", [min(reached)], "of games", "higher", 0.8)


def covering(found: list[Numbers]) -> Iterator[dict[str, Any]]:
    """What is left uncovered, and the collisions."""
    for act in ("greedy", "sample"):
        values = [numbers[f"{act}/cover"] + numbers[f"{act}/hits"] for numbers in found]
        name = f"{SPREAD}, maddpg, {STEPS[SPREAD] / 1e6:g} M steps, {act}: cover + hits"
        yield row_of_seeds(name, values, "per frame", "lower", 0.60 if act == "greedy" else None)
