"""Small games of others, for tests: unequal seats, seats that leave early, and everything that can go wrong."""

import os
import signal
import time
from itertools import count

import numpy as np
from gymnasium import spaces
from pettingzoo import AECEnv, ParallelEnv

BEFORE, ALWAYS = -2, -1
OF_COPY, OF_ALL = 1, 2  # what an observation drifts by: the games of its copy, or of all copies
GAMES = count(1)


class Tiny(ParallelEnv):
    """hunter_0 dies in step 2, hunter_1 is cut off in step 3, prey_0 dies in step `length`, or is cut off there."""

    metadata = {"name": "tiny_v3", "render_modes": ["rgb_array"]}  # noqa: RUF012

    def __init__(self, length=5, cut=False, fault="", seat="prey_0", bad_seed=ALWAYS, drift=0, render_mode=None):
        if fault == "make":
            raise ValueError("no tiles\nat all")
        self.length, self.cut, self.fault, self.seat, self.bad_seed = length, cut, fault, seat, bad_seed
        self.drift, self.render_mode, self.max_cycles = drift, render_mode, 50
        self.resets = self.offset = 0
        self.possible_agents = ["hunter_0", "hunter_1", "prey_0"]
        self.agents = []

    def observation_space(self, agent):
        return {
            "hunter_0": spaces.Box(-np.inf, np.inf, (2,), np.float64),
            "hunter_1": spaces.Discrete(4, start=2),
            "prey_0": spaces.Box(0, 255, (2, 3, 1), np.uint8),
        }[agent]

    def action_space(self, agent):
        return {
            "hunter_0": spaces.Discrete(3, start=1),
            "hunter_1": spaces.MultiDiscrete([2, 5]),
            "prey_0": spaces.Box(np.array([-2, 0], np.float32), np.array([2, 10], np.float32)),
        }[agent]

    def reset(self, seed=None, options=None):
        self.resets += 1
        if self.drift:
            self.offset = self.resets if self.drift == OF_COPY else next(GAMES)
        self.seed, self.time, self.agents = seed, 0, self.possible_agents[:]
        if self.is_wrong("reset"):
            raise OSError("the door is shut")
        if self.is_wrong("reset_hang"):
            time.sleep(60)
        if self.is_wrong("few"):
            self.agents = self.agents[:2]
        return self._observe(self.agents), {agent: {} for agent in self.agents}

    def is_wrong(self, fault):
        return self.fault == fault and self.bad_seed in (self.seed, ALWAYS)

    def _observe(self, agents):
        number = (self.seed + self.time) % 4 + 2
        seen = {
            "hunter_0": np.array([self.seed % 1000 + self.offset, self.time], np.float64),
            "hunter_1": number,
            "prey_0": np.full((2, 3, 1), (self.seed + self.time) % 256, np.uint8),
        }
        return {agent: seen[agent] for agent in agents}

    def step(self, actions):
        self.time += 1
        acting = self.agents[:]
        assert set(actions) == set(acting)
        rewards = {
            "hunter_0": float(actions.get("hunter_0", 0)),
            "hunter_1": float(np.dot(actions.get("hunter_1", [0, 0]), [10, 1])),
            "prey_0": float(np.sum(actions.get("prey_0", 0))),
        }
        over = {"hunter_0": self.time >= 2, "hunter_1": False, "prey_0": self.time >= self.length and not self.cut}
        cut = {"hunter_0": False, "hunter_1": self.time >= 3, "prey_0": self.time >= self.length and self.cut}
        infos = {agent: {"time": self.time, "text": "x"} for agent in acting}
        if "hunter_0" in acting:
            infos["hunter_0"] |= {"close": np.float32(self.time), "time": self.time + 1, "flag": True}
        self.agents = [agent for agent in acting if not (over[agent] or cut[agent])]
        answer = [self._observe(acting), *({a: d[a] for a in acting} for d in (rewards, over, cut)), infos]
        return self._spoil(answer)

    def _spoil(self, answer):
        """The answer of a step, with what is wrong in it."""
        seen, rewards, *_ = answer
        if self.is_wrong("step"):
            raise KeyError("lost")
        if self.is_wrong("hang"):
            time.sleep(60)
        if self.is_wrong("deaf"):
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
            time.sleep(60)
        if self.is_wrong("die"):
            os._exit(7)
        if self.is_wrong("exit"):
            raise SystemExit(3)
        if self.is_wrong("nan_reward"):
            rewards[self.seat] = np.nan
        if self.is_wrong("no_reward"):
            del rewards[self.seat]
        if self.is_wrong("text_reward"):
            rewards[self.seat] = "much"
        if self.is_wrong("nan_obs"):
            seen["hunter_0"] = np.array([np.nan, 0])
        if self.is_wrong("shape"):
            seen[self.seat] = np.zeros(9, np.uint8)
        if self.is_wrong("number"):
            seen["hunter_1"] = 6
        if self.is_wrong("blind"):
            del seen[self.seat]
        if self.is_wrong("join"):
            self.agents = [*self.agents, "stranger"]
        return tuple(answer)

    def render(self):
        return np.full((4, 6, 3), self.time, np.uint8)


def parallel_env(**options):
    return Tiny(**options)


class Turns(AECEnv):
    metadata = {"name": "turns_v0", "is_parallelizable": False}  # noqa: RUF012


class Silent(Tiny):
    """Agents vanish without a termination, or stay on the list after theirs."""

    def __init__(self, keeps=False):
        super().__init__()
        self.keeps = keeps

    def step(self, actions):
        seen, rewards, over, cut, infos = super().step(dict.fromkeys(self.agents, 0) | actions)
        if self.keeps:
            self.agents = list(actions)
            return seen, rewards, over, cut, infos
        return seen, rewards, {}, {}, infos


class OneShape(Tiny):
    """All see one kind of box, as SuperSuit's black_death_v3 needs it."""

    def observation_space(self, agent):
        return spaces.Box(0, 1, (1,))

    def _observe(self, agents):
        return {agent: np.zeros(1, np.float32) for agent in agents}


class Nameless(ParallelEnv):
    """Makes its agents up as it goes."""


class Twins(Tiny):
    def __init__(self):
        super().__init__()
        self.possible_agents = [1, "1"]


class Choices(Tiny):
    """All actions are choices."""

    def action_space(self, agent):
        return spaces.Discrete(4) if agent == "prey_0" else super().action_space(agent)
