"""The last observations of each seat as one, by SuperSuit."""

from typing import Any

import numpy as np
from gymnasium import spaces
from pettingzoo import ParallelEnv
from pettingzoo.utils import BaseParallelWrapper

from arena.errors import ArenaError
from arena.foreign.eyes import WIDEST, Unreadable, eye_of

MOST_FRAMES = 64


def stack_frames(name: str, env: ParallelEnv[Any, Any, Any], frames: int) -> ParallelEnv[Any, Any, Any]:
    """`env` whose agents see their last `frames` observations; a game begins with copies of the first."""
    if isinstance(frames, bool) or not isinstance(frames, int) or not 1 <= frames <= MOST_FRAMES:
        raise ArenaError(f"{name}: frame_stack must be a whole number from 1 to {MOST_FRAMES}, not {frames!r}")
    if frames == 1:
        return env
    from supersuit import frame_stack_v2

    return frame_stack_v2(_Flat(name, env, WIDEST // frames), frames)  # type: ignore[no-any-return]


class _Flat(BaseParallelWrapper[Any, Any, Any]):  # type: ignore[misc]
    """Observations as flat rows, which SuperSuit can stack whatever they were before."""

    def __init__(self, name: str, env: ParallelEnv[Any, Any, Any], widest: int) -> None:
        super().__init__(env)
        self.eyes = {agent: eye_of(name, str(agent), env.observation_space(agent)) for agent in env.possible_agents}
        for agent, eye in self.eyes.items():
            if eye.width > widest:
                raise ArenaError(f"{name}: {agent} sees {eye.width} numbers, too many to stack; lower frame_stack")
        self.name = name

    def observation_space(self, agent: Any) -> spaces.Box:
        return spaces.Box(-np.inf, np.inf, (self.eyes[agent].width,), np.float32)

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, Any]:
        seen, infos = self.env.reset(seed=seed, options=options)
        return self._flat(seen), infos

    def step(self, actions: dict[Any, Any]) -> tuple[Any, Any, Any, Any, Any]:
        seen, *rest = self.env.step(actions)
        return self._flat(seen), *rest

    def _flat(self, seen: dict[Any, Any]) -> dict[Any, np.ndarray]:
        return {agent: self._row(agent, value) for agent, value in seen.items()}

    def _row(self, agent: Any, seen: Any) -> np.ndarray:
        row = np.zeros(self.eyes[agent].width, np.float32)
        try:
            self.eyes[agent].read(seen, row)
        except Unreadable as error:
            raise ArenaError(f"{self.name}: {agent} saw {error}; the environment breaks its own space") from None
        return row
