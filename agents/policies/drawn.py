"""Policies of an ensemble at play: for each game one of them is drawn.

Each seat draws alone, from its own random stream: players have no stream in common.
"""

from dataclasses import dataclass

import numpy as np

from arena.draw import children
from arena.player import Policy

CHOICE = 1  # the part of a seat's stream that says which one plays; part 0 is its next game: training/held.py


@dataclass(frozen=True)
class DrawnPolicy:
    """Several policies for the same seats; a game is played by one of them to its end."""

    policies: tuple[Policy, ...]
    action_width: int  # U
    memory_width: int = 0

    def act(self, seat: int, obs: np.ndarray, memory: np.ndarray, stream: np.ndarray, step: int) -> np.ndarray:
        """See arena.player.Policy."""
        action = np.zeros((len(obs), self.action_width), np.float32)
        number = children(stream, CHOICE) % np.uint64(len(self.policies))
        for k, policy in enumerate(self.policies):
            rows = np.flatnonzero(number == k)
            own = memory[rows]
            action[rows] = policy.act(seat, obs[rows], own, stream[rows], step)
            memory[rows] = own
        return action
