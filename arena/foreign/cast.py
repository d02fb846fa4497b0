"""Who acts in an environment, what they see and what they do."""

from dataclasses import dataclass
from typing import Any

from pettingzoo import ParallelEnv

from arena.errors import ArenaError
from arena.foreign.eyes import Eye, eye_of
from arena.foreign.hands import Hand, hands_of
from arena.game import Head

MOST_AGENTS = 1000


@dataclass(frozen=True)
class ForeignSeat:
    """A place in an environment that acts."""

    name: str
    side: str
    sees: int
    heads: tuple[Head, ...]


@dataclass(frozen=True)
class Cast:
    """The agents of an environment, in order, with the eye and the hand of each."""

    agents: tuple[Any, ...]  # as the environment calls them
    eyes: tuple[Eye, ...]
    hands: tuple[Hand, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(str(agent) for agent in self.agents)

    def seats(self, sides: tuple[str, ...]) -> tuple[ForeignSeat, ...]:
        """The agents as seats on their sides."""
        rows = zip(self.names, sides, self.eyes, self.hands, strict=True)
        return tuple(ForeignSeat(name, side, eye.width, hand.heads) for name, side, eye, hand in rows)

    @classmethod
    def of(cls, name: str, env: ParallelEnv[Any, Any, Any]) -> "Cast":
        """The cast of `env`; ArenaError names the seat whose space is not supported."""
        agents = tuple(getattr(env, "possible_agents", ()))
        if not agents:
            raise ArenaError(f"{name} has no possible_agents; the arena needs to know all agents before a game")
        if len(agents) > MOST_AGENTS:
            raise ArenaError(f"{name} has {len(agents):,} agents; the arena seats up to {MOST_AGENTS:,}")
        if len({str(agent) for agent in agents}) < len(agents):
            raise ArenaError(f"{name} has two agents of one name: {', '.join(map(str, agents))}; rename them")
        eyes = tuple(eye_of(name, str(agent), env.observation_space(agent)) for agent in agents)
        return cls(agents, eyes, hands_of(name, [(str(agent), env.action_space(agent)) for agent in agents]))
