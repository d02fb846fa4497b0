"""Whole training runs: the published one, ten seeds in one stack, and MADDPG beside that of AgileRL.

Published: 60,000 games of simple_adversary (N=2), 15,000 updates of batch 1,024, preset `paper`, replay of 10^6, eager,
in a process of its own, compilation of the game included; the largest memory it held.

Stack: the default preset on simple_spread, 10,000 world steps a seed; ten members in one stack against ten runs of one
member, one after the other. The two in turn, medians over three rounds.

AgileRL: simple_adversary, world-steps a second while learning. Both have two hidden layers of 64 without layer norm,
batch 1,024, an update of all agents every 100 world steps, and replays of 10^6 filled with 25,600 before the first.
AgileRL (agents of one kind share a network there) first tries a few numbers of environments in processes and stays with
its quickest; ours is the preset `paper`, eager. In turn, medians over seven rounds. It is installed as the peers of
`arena bench peers` are, with the same version of torch but its own of other packages.

All of them with one thread for the networks.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from statistics import median
from typing import Any

import torch

from arena.memory import keep_freed_memory
from arena.verbs.train import Options, make_training
from benchmarks.measure import calibration, paired, row, seconds
from benchmarks.peers import ROOT, ROUNDS, NotMeasured, answer, ask, interpreter, running

SEEDS, STACK_STEPS = 10, 10_000
FILLED, ROUND = 25_600, 10_000  # world steps
AGILERL = ("agilerl>=2.58", "peft")  # the second is needed to import the first
PEER_SCENARIO = "simple_adversary"
MODES: dict[str, tuple[float, dict[str, Any]]] = {"eager": (2.5, {})}  # of ours: its bar, and options that it takes


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    torch.set_num_threads(1)
    keep_freed_memory()
    yield calibration()
    yield from published()
    stacked, alone = paired(lambda: train_seeds(SEEDS), lambda: train_seeds(1), rounds=3)
    title = f"{SEEDS} seeds of {STACK_STEPS:,} steps in one stack, against one after the other"
    yield row(title, stacked, "s", "lower", alone, 1.05, True)
    yield from beside_agilerl()


def published() -> Iterator[dict[str, Any]]:
    """The rows of the published run."""
    command = [sys.executable, "-m", "benchmarks.published_run"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    run = f"published MADDPG run, 60,000 games, {found['updates']:,} updates"
    yield row(f"{run}: time", found["seconds"], "s", "lower", None, 150)
    yield row(f"{run}: peak memory", found["peak_bytes"] / 2**30, "GiB", "lower", None, 1.5)


def train_seeds(members: int) -> None:
    """Trains all seeds, so many of them in a stack."""
    for seed in range(SEEDS // members):
        training = make_training(Options("simple_spread", steps=STACK_STEPS, seeds=members, seed=seed))
        for _ in training.run(STACK_STEPS):
            pass


def beside_agilerl() -> Iterator[dict[str, Any]]:
    """The rows of MADDPG beside that of AgileRL, one for each of our modes."""
    unit, same_torch = "world-steps/s", f"torch=={version('torch').partition('+')[0]}"
    try:
        python = interpreter("agilerl", *AGILERL, same_torch, pinned=False)
        for mode, (bar, options) in MODES.items():
            ours, theirs, found = compare(python, our_rounds(**options))
            title = f"{PEER_SCENARIO}, MADDPG learning, {mode}, against AgileRL {found['version']}"
            yield row(f"{title}, {found['worlds']} environments", ours, unit, "higher", theirs, bar, True)
    except NotMeasured as reason:
        bar = next(iter(MODES.values()))[0]
        yield row(f"MADDPG learning against AgileRL, not measured: {reason}", None, unit, "higher", None, bar)


def compare(python: str, learn: Callable[[], Any]) -> tuple[float, float, dict[str, Any]]:
    """World-steps a second of ours and of AgileRL in turn, and what its process says of itself."""
    ours, theirs = [], []
    with running("agilerl", PEER_SCENARIO, python) as process:
        found = answer(process)
        for _ in range(ROUNDS):
            ours.append(ROUND / seconds(learn, 1))
            theirs.append(ask(process)["speed"])
    return median(ours), median(theirs), found


def our_rounds(**options: Any) -> Callable[[], Any]:
    """A function that goes on training for a round, after the replay has been filled."""
    steps = FILLED + ROUND * (ROUNDS + 2)
    training = make_training(Options(PEER_SCENARIO, preset="paper", steps=steps, **options))
    reports = training.run(ROUND)
    while training.step < FILLED:
        next(reports)
    return lambda: next(reports)
