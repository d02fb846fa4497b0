"""What sits in a seat: a policy is frozen and knows nothing of learning; a player is a named, content-hashed policy."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np


class Policy(Protocol):
    """Maps what its seats observe to actions. M rows are M games; rows never influence each other."""

    @property
    def memory_width(self) -> int:
        """H: numbers of memory that a row keeps during a game; they start at zero."""
        ...

    def act(self, seat: int, obs: np.ndarray, memory: np.ndarray, stream: np.ndarray, step: int) -> np.ndarray:
        """The actions float32 [M, U] of seat `seat`, as move and message vectors in [0, 1].

        obs float32 [M, O]; memory float32 [M, H], changed in place; stream uint64 [M], the key of each row's own
        random stream, from which draws number step*U, step*U + 1, ... may be used; step counts from 0.
        """
        ...


@dataclass(frozen=True)
class Player:
    """A policy with a name to show and a content hash to be known by."""

    name: str
    hash: str  # SHA-256 hex of everything that its play depends on
    policy: Policy
    sides: tuple[str, ...]  # the sides it can hold
    kind: str = "neural"  # or "scripted"
