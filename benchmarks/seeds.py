"""Many seeds of a learner, trained in processes of one thread each, and judged by games that nobody trained in."""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

import numpy as np

from arena.draw import seeds_of
from arena.player import Player
from arena.scenario import Scenario, load

GAMES = 1_000  # in which a policy is judged, the same for all
FIRST_SEED = 1_000  # settings were found on the seeds below, and by other games
Numbers = Mapping[str, float]


@dataclass(frozen=True)
class Job:
    """Seeds of a learner, or of a team of learners, in one stack, and where in their training they are judged."""

    scenario: str
    algo: str
    seed: int
    marks: tuple[int, ...]  # world steps; training ends at the last
    preset: str = ""
    setting: tuple[str, ...] = ()
    members: int = 1


Judge = Callable[[Job, Any, int], Numbers]  # of what a member of a training has learned so far


def judged(jobs: Iterable[Job], judge: Judge) -> Iterator[tuple[Job, int, Numbers]]:
    """What `judge` finds of each member of each job at each of its marks, as jobs are done."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        running = {pool.submit(learn, job, judge): job for job in jobs}
        for done in as_completed(running):
            for mark, found in done.result():
                yield running[done], mark, found


def stacks(seeds: int, scenario: str, algo: str, marks: tuple[int, ...], setting: tuple[str, ...] = ()) -> list[Job]:
    """Jobs of so many seeds, half of them each: a stack takes less time than its members one after the other."""
    halves = [(seeds + 1) // 2, seeds // 2]
    return [Job(scenario, algo, 100 * k, marks, setting=setting, members=n) for k, n in enumerate(halves) if n]


def learn(job: Job, judge: Judge) -> list[tuple[int, Numbers]]:
    """Trains one job; returns what the judge finds of each member at each mark."""
    import torch

    from arena.memory import keep_freed_memory
    from arena.verbs.train import make_training

    torch.set_num_threads(1)
    keep_freed_memory()
    training = make_training(options_of(job))
    found = []
    step = np.gcd.reduce(np.array(job.marks))
    for report in training.run(int(step)):
        for why in report.diverged().values():
            raise RuntimeError(f"{job}: {why}")
        for mark in job.marks:
            if mark - training.width < report.step <= mark:
                found += [(mark, judge(job, training, member)) for member in range(job.members)]
    return found


def options_of(job: Job) -> Any:
    """The options of `arena train` that a job stands for."""
    from arena.verbs.train import Options

    sizes = {"steps": job.marks[-1], "seeds": job.members}
    return Options(job.scenario, job.algo, job.preset, seed=FIRST_SEED + job.seed, setting=job.setting, **sizes)


def metrics(game: Scenario, line_up: Sequence[Player]) -> Numbers:
    """The mean metrics of games in which `line_up` holds the sides."""
    from arena.verbs.tuning.aim import played

    games = played(line_up, game, seeds_of(GAMES, "judged", game.name))
    return dict(zip(game.metric_names, games.metrics.mean(0, dtype=float).tolist(), strict=True))


def itself(job: Job, training: Any, member: int) -> Numbers:
    """The metrics of a team that plays with and against itself, by how it acts: greedy/NAME and sample/NAME."""
    from agents.policies.export import player_of

    game = load(job.scenario)
    found: dict[str, float] = {}
    for act in ("greedy", "sample"):
        player = player_of(training, member, job.algo, act)
        found |= {f"{act}/{k}": v for k, v in metrics(game, [player] * len(game.sides)).items()}
    return found
