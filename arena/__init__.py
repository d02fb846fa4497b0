"""An arena for learning agents: train, match, rate and watch multi-agent policies.

Everything here loads when it is first used, so `import arena` costs nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from arena.engine.worlds import Worlds
    from arena.errors import ArenaError
    from arena.foreign import from_pettingzoo
    from arena.parallel import env, parallel_env
    from arena.verbs.compare import compare
    from arena.verbs.exploit import exploit
    from arena.verbs.play import play
    from arena.verbs.rate import rate
    from arena.verbs.reproduce import reproduce
    from arena.verbs.tournament import tournament
    from arena.verbs.train import train
    from arena.verbs.tune import tune

__all__ = [
    "ArenaError",
    "Worlds",
    "compare",
    "env",
    "exploit",
    "from_pettingzoo",
    "parallel_env",
    "play",
    "rate",
    "reproduce",
    "tournament",
    "train",
    "tune",
]

_HOMES = {
    "ArenaError": "arena.errors",
    "Worlds": "arena.engine.worlds",
    "compare": "arena.verbs.compare",
    "env": "arena.parallel",
    "exploit": "arena.verbs.exploit",
    "from_pettingzoo": "arena.foreign",
    "parallel_env": "arena.parallel",
    "play": "arena.verbs.play",
    "rate": "arena.verbs.rate",
    "reproduce": "arena.verbs.reproduce",
    "tournament": "arena.verbs.tournament",
    "train": "arena.verbs.train",
    "tune": "arena.verbs.tune",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'arena' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
