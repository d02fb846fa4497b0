"""Predator and prey: the predators of MADDPG, DDPG and DQN on simple_tag against the scripted evader.

Each learner trains both sides together with its default preset for 1 million world steps, five seeds; then its three
predators chase the scripted prey in 1,000 games. Catches are the touches of a game; intervals are 95 % over seeds.
"""

from collections.abc import Iterator
from typing import Any

from agents.policies.export import player_of
from agents.policies.scripted import scripted_player
from agents.training.loop import Training
from arena.scenario import load
from benchmarks.measure import calibration, row_of_seeds
from benchmarks.seeds import Job, Numbers, judged, metrics, stacks

SCENARIO, STEPS, SEEDS = "simple_tag", 1_000_000, 5
LEARNERS = ("maddpg", "ddpg", "dqn")


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    yield calibration()
    found: dict[str, list[float]] = {algo: [] for algo in LEARNERS}
    jobs = [job for algo in LEARNERS for job in stacks(SEEDS, SCENARIO, algo, (STEPS,))]
    for job, _, numbers in judged(jobs, judge):
        found[job.algo].append(numbers["catches"])
        if len(found[job.algo]) == SEEDS:
            name = f"{SCENARIO}, predators of {job.algo}, {STEPS / 1e6:g} M steps, against the scripted evader"
            yield row_of_seeds(name, found[job.algo], "catches a game", "higher", None)


def judge(job: Job, training: Training, member: int) -> Numbers:
    """What the trained predators catch."""
    game = load(SCENARIO)
    predators, prey = player_of(training, member, job.algo, "greedy"), scripted_player(game, "greedy")
    return {"catches": metrics(game, [predators, prey])["adversary_catches"]}
