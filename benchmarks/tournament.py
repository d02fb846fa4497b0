"""A tournament of 50 neural checkpoints: legs a second beside the plain loop of mpe2, and the whole command.

Ours: a round-robin of 50 distinct policies (two hidden layers of 64, sampled soft actions) on simple_adversary, 25
steps a leg, both sides, one row in one process and one with a thread on each core (compilation is not counted). Theirs:
mpe2.parallel_env stepped with continuous actions, a torch network called for each seat, one thread; the two alternate
and the medians are taken. Of the 245,000 legs these play a quarter, line-up by line-up.

The command is `arena tournament` with 50 checkpoints, 100 pairs a pairing and two workers, 245,000 legs, from its start
to the leaderboard with intervals by 1,000 resamples, with kernels compiled before; once more where the cache of kernels
is empty, with one pair a pairing, for what compilation takes.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch

from agents.policies import checkpoint
from agents.policies.card import ScenarioCard
from agents.policies.checkpoint import part_card
from agents.policies.neural import NeuralPolicy
from arena.draw import seeds_of
from arena.games import Games
from arena.player import Player
from arena.playing import play
from arena.scenario import Scenario, load
from benchmarks.command import cost
from benchmarks.measure import calibration, paired, row
from league.schedules.round_robin import round_robin

PLAYERS, HIDDEN, THEIR_LEGS = 50, 64, 20
PAIRS = 100
LEGS = PLAYERS * (PLAYERS - 1) * PAIRS
SHARE = 4  # where play alone is timed, one line-up of so many is played


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    torch.set_num_threads(1)
    yield calibration()
    scenario = load("simple_adversary")
    players = neural_players(scenario)
    names, sides = list(players), {name: player.sides for name, player in players.items()}
    schedule = round_robin(scenario, names, seeds_of(PAIRS, "benchmark"), sides)
    schedule = schedule[np.flatnonzero(np.arange(LEGS) // PAIRS % SHARE == 0)]
    loop = plain_loop(scenario)
    ours, theirs = paired(lambda: play(schedule, players, scenario), loop, rounds=5)
    plain = THEIR_LEGS / theirs
    yield row("tournament legs/s, one thread", len(schedule) / ours, "legs/s", "higher", plain, None, True)
    ours, theirs = paired(lambda: play_on_all_cores(schedule, players, scenario), loop, rounds=5)
    plain = THEIR_LEGS / theirs
    name = f"tournament legs/s, {os.cpu_count()} threads"
    yield row(name, len(schedule) / ours, "legs/s", "higher", plain, 250, True)
    yield from command(scenario)


def command(scenario: Scenario) -> Iterator[dict[str, Any]]:
    """The rows of the whole command."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        entrants = [str(path) for path in checkpoints(folder / "checkpoints", scenario)]
        words = [sys.executable, "-m", "arena", "tournament", *entrants, "--workers", "2", "--out"]
        cold = os.environ | {"ARENA_CACHE": str(folder / "cache")}
        first = cost([*words, str(folder / "first"), "--pairs", "1"], cold)
        again = cost([*words, str(folder / "again"), "--pairs", "1"], cold)
        found = cost([*words, str(folder / "whole"), "--pairs", str(PAIRS)], cold)
    what = f"{PLAYERS} checkpoints, {LEGS:,} legs: from command to leaderboard"
    yield row(what, found.seconds, "s", "lower", None, 60)
    yield row("the first tournament ever: compilation", first.seconds - again.seconds, "s", "lower", None, None)


def checkpoints(folder: Path, scenario: Scenario) -> Iterator[Path]:
    """Writes the players as checkpoints, and says where."""
    rng, seats = np.random.default_rng(0), [seat.name for seat in scenario.seats]
    for member in range(PLAYERS):
        tensors = weights(rng, scenario)
        part = part_card("maddpg", seats, tensors, {"normed": False, "head": "soft", "act": "sample"})
        game = ScenarioCard(name=scenario.name, version=scenario.version, parameters=scenario.parameters)
        about = {"scenario": game, "seats": seats, "sides": list(scenario.sides), "parts": [part]}
        checkpoint.save(folder / str(member), [tensors], **about, step=0, member=member, parent=None, configuration={})
        yield folder / str(member)


def neural_players(scenario: Scenario) -> dict[str, Player]:
    """Players with weights of their own."""
    rng = np.random.default_rng(0)
    players = {}
    for k in range(PLAYERS):
        policy = NeuralPolicy.of(weights(rng, scenario), normed=False, head="soft", act_rule="sample", game=scenario)
        players[f"p{k}"] = Player(f"p{k}", f"p{k}", policy, tuple(scenario.sides))
    return players


def weights(rng: np.random.Generator, scenario: Scenario) -> dict[str, np.ndarray]:
    """Networks of two hidden layers for all seats."""
    seats, widths = len(scenario.seats), [scenario.observation_width, HIDDEN, HIDDEN, scenario.action_width]
    tensors = {}
    for layer, (inputs, outputs) in enumerate(pairwise(widths)):
        tensors[f"w.{layer}"] = rng.normal(size=(seats, inputs, outputs)).astype(np.float32) / np.float32(inputs**0.5)
        tensors[f"b.{layer}"] = np.zeros((seats, outputs), np.float32)
    return tensors


def play_on_all_cores(schedule: Games, players: dict[str, Player], scenario: Scenario) -> None:
    """Plays the schedule with a thread on each core; compiled play lets go of the interpreter's lock."""
    count = os.cpu_count() or 1
    edges = np.linspace(0, len(schedule), count + 1).astype(int)
    with ThreadPoolExecutor(count) as pool:
        parts = [schedule[slice(lo, hi)] for lo, hi in pairwise(edges.tolist())]
        list(pool.map(lambda part: play(part, players, scenario), parts))


def plain_loop(scenario: Scenario) -> Any:
    """Plays some legs the obvious way."""
    from mpe2 import simple_adversary_v3

    env = simple_adversary_v3.parallel_env(continuous_actions=True)
    networks = {
        seat.name: torch.nn.Sequential(
            torch.nn.Linear(seat.sees, HIDDEN),
            torch.nn.ReLU(),
            torch.nn.Linear(HIDDEN, HIDDEN),
            torch.nn.ReLU(),
            torch.nn.Linear(HIDDEN, scenario.action_width),
        )
        for seat in scenario.seats
    }

    def run() -> None:
        for seed in range(THEIR_LEGS):
            observations, _ = env.reset(seed=seed)
            while env.agents:
                with torch.no_grad():
                    actions = {
                        name: torch.nn.functional.gumbel_softmax(networks[name](torch.from_numpy(seen))).numpy()
                        for name, seen in observations.items()
                    }
                observations, *_ = env.step(actions)

    return run
