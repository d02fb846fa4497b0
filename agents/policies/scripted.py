"""Players without weights: `random`, and the scripted players of a scenario's file."""

import hashlib
import sys
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, cast

import numpy as np

from arena.draw import units
from arena.engine.cache import compile_cached, play_digest, source_digest
from arena.engine.compile import with_names
from arena.engine.complaint import explained
from arena.game import Game, Head
from arena.player import Player, Policy
from arena.scenario import Scenario


class Cast(NamedTuple):
    """What a scripted player may know of its world besides its observation."""

    seats: int
    landmarks: int
    options: Any


@dataclass(frozen=True)
class RandomPolicy:
    """Everything a seat decides at random, each alternative equally likely."""

    heads: tuple[tuple[Head, ...], ...]  # [A]
    action_width: int
    memory_width: int = 0

    def act(self, seat: int, obs: np.ndarray, memory: np.ndarray, stream: np.ndarray, step: int) -> np.ndarray:
        """See arena.player.Policy."""
        action = np.zeros((len(obs), self.action_width), np.float32)
        rows, first = np.arange(len(obs)), step * self.action_width
        for start, width, is_range in self.heads[seat]:
            if is_range:
                for k in range(start, start + width):
                    action[:, k] = units(stream, first + k)
            else:
                action[rows, start + (width * units(stream, first + start)).astype(int)] = 1
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
        known = Cast(len(scenario.seats), len(scenario.landmarks), scenario.options)
        with explained(scenario.module):
            compile_script(scenario.module, self.name)(known, seat, obs, memory, action)
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


def scripted_names(game: Game) -> tuple[str, ...]:
    """The names of the players that need no training."""
    return ("random", *((game.part("PLAYERS") or {}) if isinstance(game, Scenario) else {}))


def uninformed_names(game: Game, side: str) -> tuple[str, ...]:
    """The scripted players that have found out nothing of what the game hides from a side."""
    known: dict[str, tuple[str, ...]] = (game.part("UNINFORMED") or {}) if isinstance(game, Scenario) else {}
    return known.get(side, ())


def scripted_player(game: Game, name: str) -> Player:
    """The player `name` of `scripted_names`, holding every side; its hash covers what the scenario's file says."""
    source, policy = "", cast(Policy, RandomPolicy(tuple(seat.heads for seat in game.seats), game.action_width))
    if name != "random":
        assert isinstance(game, Scenario)  # no other game has scripts
        source = play_digest(game.module)
        policy = ScriptedPolicy(game, name)
    return Player(name, _digest(game, name, source), policy, tuple(game.sides), "scripted")


def _digest(game: Game, name: str, source: str) -> str:
    return hashlib.sha256("\x1f".join(["scripted", game.identity, name, source]).encode()).hexdigest()
