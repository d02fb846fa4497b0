"""Which agents share a score."""

import re
from collections.abc import Sequence

from arena.errors import ArenaError, nearest

SIDE_NAME = re.compile(r"[A-Za-z][\w.-]*")
EXAMPLE = 'sides="chasers=agent_0,agent_1;runner=agent_2"'


def prefix(agent: str) -> str:
    """The name of an agent without its number: archer of archer_0."""
    return re.sub(r"_?\d+$", "", agent) or agent


def sides_of(name: str, agents: Sequence[str], text: str) -> tuple[str, ...]:
    """The side of each agent: as `text` says, or its prefix if that is empty."""
    if not text:
        return tuple(prefix(agent) for agent in agents)
    side_of: dict[str, str] = {}
    for part in text.split(";"):
        side, sign, members = (word.strip() for word in part.partition("="))
        if not sign or not SIDE_NAME.fullmatch(side):
            raise ArenaError(f"{name}: {part!r} is not SIDE=AGENT,AGENT; write for example {EXAMPLE}")
        for agent in (word.strip() for word in members.split(",")):
            if agent not in agents:
                raise ArenaError(f"{name}: there is no agent {agent!r} for side {side}; {nearest(agent, agents)}")
            if agent in side_of:
                raise ArenaError(f"{name}: {agent} is on side {side_of[agent]} and on side {side}; it can hold one")
            side_of[agent] = side
    missing = [agent for agent in agents if agent not in side_of]
    if missing:
        raise ArenaError(f"{name}: {', '.join(missing)} has no side in {text!r}; give every agent one")
    return tuple(side_of[agent] for agent in agents)
