"""Legs a second between distinct neural checkpoints, against the plain loop of mpe2 with one torch call a seat.

Ours: a round-robin of 12 distinct policies (two hidden layers of 64, sampled soft actions) on simple_adversary, 25
steps a leg, both sides, one row in one process and one with a worker on each core (start of the workers excluded, as
is compilation). Theirs: mpe2.parallel_env stepped with continuous actions, a torch network called for each seat, one
thread; the two alternate and the medians are taken.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
import torch

from agents.policies.neural import NeuralPolicy
from arena.draw import seeds_of
from arena.games import Games
from arena.player import Player
from arena.playing import play
from arena.scenario import Scenario, load
from benchmarks.measure import calibration, paired, row
from league.schedules.round_robin import round_robin

PLAYERS, PAIRS, HIDDEN, THEIR_LEGS = 12, 100, 64, 20


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    torch.set_num_threads(1)
    yield calibration()
    scenario = load("simple_adversary")
    players = neural_players(scenario)
    names, sides = list(players), {name: player.sides for name, player in players.items()}
    schedule = round_robin(scenario, names, seeds_of(PAIRS, "benchmark"), sides)
    loop = plain_loop(scenario)
    ours, theirs = paired(lambda: play(schedule, players, scenario), loop, rounds=7)
    plain = THEIR_LEGS / theirs
    yield row("tournament legs/s, one thread", len(schedule) / ours, "legs/s", "higher", plain, None, True)
    ours, theirs = paired(lambda: play_on_all_cores(schedule, players, scenario), loop, rounds=7)
    plain = THEIR_LEGS / theirs
    yield row(
        f"tournament legs/s, {os.cpu_count()} threads", len(schedule) / ours, "legs/s", "higher", plain, 150, True
    )


def neural_players(scenario: Scenario) -> dict[str, Player]:
    """Players with weights of their own."""
    rng = np.random.default_rng(0)
    seats, widths = len(scenario.seats), [scenario.observation_width, HIDDEN, HIDDEN, scenario.action_width]
    players = {}
    for k in range(PLAYERS):
        tensors = {}
        for layer, (inputs, outputs) in enumerate(pairwise(widths)):
            tensors[f"w.{layer}"] = rng.normal(size=(seats, inputs, outputs)).astype(np.float32) / np.sqrt(inputs)
            tensors[f"b.{layer}"] = np.zeros((seats, outputs), np.float32)
        policy = NeuralPolicy.of(tensors, normed=False, head="soft", act_rule="sample", game=scenario)
        players[f"p{k}"] = Player(f"p{k}", f"p{k}", policy, tuple(scenario.sides))
    return players


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
