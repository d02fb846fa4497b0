"""Games that others wrote: any PettingZoo `ParallelEnv`, and any Gymnasium environment as a game with one seat."""

from arena.foreign.game import ForeignGame, from_pettingzoo, load, taken_apart

__all__ = ["ForeignGame", "from_pettingzoo", "load", "taken_apart"]
