"""Looking at a scenario by playing it: what a check is, and games to look at.

Actions and seeds are fixed, so a check says the same in every run. Axes: T steps, W worlds, A seats, E entities,
M metrics.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from arena.draw import seeds_of
from arena.engine.worlds import Worlds
from arena.errors import ArenaError, blame
from arena.report import Finding
from arena.scenario import Scenario

WORLDS = 64
LONGEST = 100  # steps of a game


class Wrong(Exception):
    """What a check has found to be wrong."""


class Check(NamedTuple):
    """One thing to look at; it needs others to be right to mean anything."""

    name: str
    look: Callable[[Scenario], str]
    needs: Sequence[str] = ()


@dataclass(frozen=True)
class Played:
    """Games of W worlds, step by step; the array of each name begins with the axis T."""

    obs: np.ndarray  # [T, A, W, O]
    reward: np.ndarray  # [T, W, A]
    last: np.ndarray  # [T, W]
    metrics: np.ndarray  # [T, W, M] of the game that ended last
    winner: np.ndarray  # [T, W]     likewise
    pos: np.ndarray  # [T, W, E, 2]

    def of(self, worlds: slice) -> "Played":
        """The same of some worlds only."""
        arrays = {name: array[:, worlds] for name, array in vars(self).items()}
        return Played(**{**arrays, "obs": self.obs[:, :, worlds]})


def examine(scenario: Scenario, checks: Sequence[Check]) -> Iterator[Finding]:
    """What each check finds; one that needs another that failed is left out."""
    failed: set[str] = set()
    for check in checks:
        if missing := failed.intersection(check.needs):
            failed.add(check.name)
            yield Finding(check.name, "note", f"not looked at before {' and '.join(sorted(missing))} is right")
            continue
        try:
            yield Finding(check.name, "ok", check.look(scenario))
        except (Wrong, ArenaError) as error:
            failed.add(check.name)
            yield Finding(check.name, "problem", str(error))
        except Exception as error:  # whatever the scenario's functions raise
            failed.add(check.name)
            yield Finding(check.name, "problem", blame(error, scenario.module.__file__))


def record(scenario: Scenario, keys: np.ndarray, action: np.ndarray, dtype: type = np.float32) -> Played:
    """What came of the games of `keys` [W] and their next ones under `action` [T, A, W, U]."""
    worlds = Worlds(scenario, len(keys), dtype=dtype, threads=1)
    worlds.reset(keys)
    frames = []
    for step in action:
        worlds._scratch[0].frame[:] = np.nan  # so that a metric that is not written is seen
        out = worlds.step(step)
        kept = (out.obs, out.reward, out.last, out.metrics, out.winner, worlds.state.pos)
        frames.append([array.copy() for array in kept])
    return Played(*(np.stack(column) for column in zip(*frames, strict=True)))


def some_keys(scenario: Scenario, count: int = WORLDS) -> np.ndarray:
    """Fixed seeds uint64 [count]."""
    return seeds_of(count, "inspection", scenario.name)


def some_actions(scenario: Scenario, steps: int, count: int = WORLDS) -> np.ndarray:
    """Fixed random actions float32 [T, A, W, U]."""
    shape = (steps, len(scenario.seats), count, scenario.action_width)
    return np.random.default_rng(1).random(shape, np.float32)


def shortened(scenario: Scenario) -> tuple[Scenario, int]:
    """The scenario with games that are not too long, and the steps of two of them and a piece of a third."""
    cycles = min(scenario.cycles, LONGEST)
    return replace(scenario, cycles=cycles), 2 * cycles + 3
