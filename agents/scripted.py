"""Players without weights: `random`, and the scripted players of a scenario's file."""

import hashlib
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from arena.draw import units
from arena.engine.cache import compile_cached, source_digest
from arena.engine.compile import with_names
from arena.player import Player
from arena.scenario import Scenario


class Cast(NamedTuple):
    """What a scripted player may know of its world besides its observation."""

    seats: int
    landmarks: int
    options: Any


@dataclass(frozen=True)
class RandomPolicy:
    """A discrete action at random, each equally likely."""

    talks: tuple[int, ...]  # [A] message widths
    action_width: int
    memory_width: int = 0

    def act(self, seat: int, obs: np.ndarray, memory: np.ndarray, stream: np.ndarray, step: int) -> np.ndarray:
        """See arena.player.Policy."""
        action = np.zeros((len(obs), self.action_width), np.float32)
        rows = np.arange(len(obs))
        action[rows, (5 * units(stream, 2 * step)).astype(int)] = 1
        if self.talks[seat]:
            action[rows, 5 + (self.talks[seat] * units(stream, 2 * step + 1)).astype(int)] = 1
        return action


@dataclass(frozen=True)
class ScriptedPolicy:
    """A compiled function of a scenario's file, run row by row."""

    scenario: Scenario
    name: str

    @property
    def memory_width(self) -> int:
        return 1 + len(self.scenario.seats) * len(self.scenario.entities)

    def act(self, seat: int, obs: np.ndarray, memory: np.ndarray, stream: np.ndarray, step: int) -> np.ndarray:
        """See arena.player.Policy."""
        scenario = self.scenario
        action = np.zeros((len(obs), scenario.action_width), np.float32)
        cast = Cast(len(scenario.seats), len(scenario.landmarks), scenario.options)
        compile_script(scenario.module, self.name)(cast, seat, obs, memory, action)
        return action


def script_rows(cast, seat, obs, memory, action):
    """Runs the script (put in the place of `script`) on every row."""
    for row in range(obs.shape[0]):
        script(cast, seat, obs[row], memory[row], action[row])  # type: ignore[name-defined]  # noqa: F821


@cache
def compile_script(module: Any, name: str) -> Any:
    """The scripted player `name` of a scenario's module, compiled over rows."""
    names = {**globals(), "script": module.PLAYERS[name]}
    return compile_cached(with_names(script_rows, names), source_digest(module, sys.modules[__name__]) + name)


def scripted_names(scenario: Scenario) -> tuple[str, ...]:
    """The names of the players that need no training."""
    return ("random", *(scenario.part("PLAYERS") or {}))


def scripted_player(scenario: Scenario, name: str) -> Player:
    """The player `name` of `scripted_names`, holding every side; its hash covers the scenario's source."""
    if name == "random":
        talks = tuple(seat.talk for seat in scenario.seats)
        return Player(
            name, _digest(scenario, name, ""), RandomPolicy(talks, scenario.action_width), _sides(scenario), "scripted"
        )
    source = Path(str(scenario.module.__file__)).read_text(encoding="utf-8")
    return Player(name, _digest(scenario, name, source), ScriptedPolicy(scenario, name), _sides(scenario), "scripted")


def _digest(scenario: Scenario, name: str, source: str) -> str:
    return hashlib.sha256("\x1f".join(["scripted", scenario.identity, name, source]).encode()).hexdigest()


def _sides(scenario: Scenario) -> tuple[str, ...]:
    return tuple(scenario.sides)
