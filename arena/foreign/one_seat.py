"""A Gymnasium environment as a ParallelEnv with one agent."""

from typing import Any

import gymnasium
from gymnasium import spaces
from pettingzoo import ParallelEnv

AGENT, SIDE = "agent_0", "team"


class OneSeat(ParallelEnv[str, Any, Any]):  # type: ignore[misc]
    """The environment, with its only agent named."""

    def __init__(self, env: gymnasium.Env[Any, Any]) -> None:
        self.env = env
        self.metadata = dict(env.metadata)
        self.possible_agents = [AGENT]
        self.agents: list[str] = []

    @property
    def spec(self) -> Any:
        return self.env.spec

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        return self.env.observation_space

    def action_space(self, agent: str) -> spaces.Space[Any]:
        return self.env.action_space

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, Any]:
        seen, info = self.env.reset(seed=seed, options=options)
        self.agents = [AGENT]
        return {AGENT: seen}, {AGENT: info}

    def step(self, actions: dict[str, Any]) -> tuple[Any, Any, Any, Any, Any]:
        seen, reward, is_over, is_cut, info = self.env.step(actions[AGENT])
        if is_over or is_cut:
            self.agents = []
        return {AGENT: seen}, {AGENT: reward}, {AGENT: is_over}, {AGENT: is_cut}, {AGENT: info}

    def render(self) -> Any:
        return self.env.render()

    def close(self) -> None:
        self.env.close()
