"""What an agent may do, in gymnasium's terms, and the reading of what it did into the engine's array."""

from collections.abc import Mapping
from operator import index
from typing import Any

import numpy as np
from gymnasium import spaces
from pettingzoo.utils.env_logger import EnvLogger

from arena.errors import ArenaError, nearest
from arena.scenario import Seat


class Actions:
    """What the agents may do, and the reading of what they did into the engine's array."""

    def __init__(self, name: str, seats: tuple[Seat, ...], width: int, is_continuous: bool) -> None:
        self.name, self._is_continuous = name, is_continuous
        self._count = {seat.name: (5 if seat.movable else 1) * max(seat.talk, 1) for seat in seats}
        self._shape = {seat.name: ((5 if seat.movable else 0) + seat.talk,) for seat in seats}
        boxes = {name: spaces.Box(0, 1, shape) for name, shape in self._shape.items()}
        choices = {name: spaces.Discrete(count) for name, count in self._count.items()}
        self.spaces: Mapping[str, spaces.Space[Any]] = boxes if is_continuous else choices
        self._slots = {seat.name: slice(0 if seat.movable else 5, 5 + seat.talk) for seat in seats}
        self._numbers = np.zeros((len(seats), 1), np.int64)
        self._single = np.zeros((len(seats), 1, width), np.float32)
        self._double = np.zeros((len(seats), 1, width), np.float64)

    def read(self, actions: dict[str, Any]) -> np.ndarray:
        """The engine's action for all agents at once; ArenaError if one is missing or wrong."""
        if actions.keys() != self.spaces.keys():
            self._refuse_agents(actions)
        if self._is_continuous:
            return self._read_vectors(actions)
        for seat, agent in enumerate(self.spaces):
            self._numbers[seat, 0] = self._number(agent, actions[agent])
        return self._numbers

    def _read_vectors(self, actions: dict[str, Any]) -> np.ndarray:
        vectors = {agent: self._vector(agent, actions[agent]) for agent in self.spaces}
        # mpe2 takes the difference of two pushes in the precision that it is given
        is_single = all(vector.dtype == np.float32 for vector in vectors.values())
        action = self._single if is_single else self._double
        for row, (agent, vector) in zip(action[:, 0], vectors.items(), strict=True):
            row[self._slots[agent]] = vector
        if not (action.min() >= 0 and action.max() <= 1):
            for row, (agent, vector) in zip(action[:, 0], vectors.items(), strict=True):
                row[self._slots[agent]] = self._clipped(agent, vector)
        return action

    def check(self, agent: str, action: Any) -> None:
        """ArenaError if `action` is not one that `agent` may take."""
        if self._is_continuous:
            self._refuse_nan(agent, self._vector(agent, action))
        else:
            self._number(agent, action)

    def _number(self, agent: str, action: Any) -> int:
        count = self._count[agent]
        try:
            number = index(action)
        except TypeError:
            number = -1
        if 0 <= number < count:
            return number
        raise ArenaError(f"{self.name}: the action of {agent} is a whole number from 0 to {count - 1}, not {action!r}")

    def _vector(self, agent: str, action: Any) -> np.ndarray:
        vector, shape = np.asarray(action), self._shape[agent]
        if vector.shape == shape and vector.dtype.kind in "fiu":
            return vector
        raise ArenaError(f"{self.name}: the action of {agent} is {shape[0]} numbers in [0, 1], not {action!r}")

    def _clipped(self, agent: str, vector: np.ndarray) -> np.ndarray:
        self._refuse_nan(agent, vector)
        clipped: np.ndarray = np.clip(vector, 0, 1)
        if (clipped != vector).any():
            EnvLogger.warn_action_out_of_bound(vector, self.spaces[agent], "clipping to space")
        return clipped

    def _refuse_nan(self, agent: str, vector: np.ndarray) -> None:
        if np.isnan(vector).any():
            raise ArenaError(f"{self.name}: the action of {agent} holds NaN; give numbers in [0, 1]: {vector.tolist()}")

    def _refuse_agents(self, actions: dict[str, Any]) -> None:
        missing = [agent for agent in self.spaces if agent not in actions]
        if missing:
            raise ArenaError(f"{self.name}: no action for {', '.join(missing)}; every agent acts in every step")
        unknown = next(str(agent) for agent in actions if agent not in self.spaces)
        raise ArenaError(f"{self.name}: there is no agent {unknown!r}; {nearest(unknown, self.spaces)}")


def observation_box(width: int) -> spaces.Box:
    """Any numbers, `width` of them."""
    bound = np.float32(np.inf)
    return spaces.Box(-bound, bound, (width,), np.float32)
