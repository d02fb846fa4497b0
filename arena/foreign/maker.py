"""How a copy of an environment is made, in this process or in another."""

import re
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pettingzoo import ParallelEnv

from arena.errors import ArenaError, nearest
from arena.foreign.source import as_parallel, find_maker, make_gym, said, unexpected_option
from arena.foreign.stacked import stack_frames

LIMITS = {"gym": "max_episode_steps", "pettingzoo": "max_cycles"}  # what they call a limit of steps
OURS = ("render_mode", "disable_env_checker")  # options that the arena sets itself


@dataclass(frozen=True)
class Maker:
    """Makes copies of one environment."""

    name: str
    kind: str  # pettingzoo or gym
    path: str  # module:function or id; "" if only `function` knows
    options: Mapping[str, Any] = field(default_factory=dict)
    max_cycles: int = 0  # a limit of steps, for environments that take one; 0 leaves theirs
    frame_stack: int = 1
    function: Callable[..., Any] | None = None
    render_mode: str = ""  # how copies draw, if they do
    is_single_use: bool = False  # a game leaves traces in its copy, so that the next one needs another

    @property
    def is_portable(self) -> bool:
        """Whether another process can make copies, too."""
        return bool(self.path)

    def __call__(self) -> ParallelEnv[Any, Any, Any]:
        """A fresh copy; ArenaError says why there is none."""
        for option in self.options:
            if option in OURS:
                raise ArenaError(f"{self.name}: the arena sets {option} itself; leave it out")
        extra: dict[str, Any] = {"render_mode": self.render_mode} if self.render_mode else {}
        if self.max_cycles:
            extra[LIMITS[self.kind]] = self.max_cycles
        with warnings.catch_warnings():  # of deprecated ways to spell things, which the user has not written
            warnings.simplefilter("ignore")
            env = as_parallel(self.name, self._make(extra))
            return stack_frames(self.name, env, self.frame_stack)

    def _make(self, extra: Mapping[str, Any]) -> Any:
        options = {**self.options, **extra}
        try:
            if self.function is None and self.kind == "gym":
                return make_gym(self.name, self.path, options)
            function = self.function or find_maker(self.name, self.path)
            return function(**options)
        except ArenaError:
            raise
        except TypeError as error:
            option, known = unexpected_option(error, options)
            if option in extra and option == LIMITS[self.kind]:
                return self._make({key: value for key, value in extra.items() if key != option})
            if option:
                raise ArenaError(
                    f"{self.name} has no option {option!r}; {nearest(option, set(known) - set(OURS))}"
                ) from None
            raise self._failed(error) from None
        except (Exception, SystemExit) as error:
            raise self._failed(error) from None

    def _failed(self, error: BaseException) -> ArenaError:
        given = ", ".join(f"{key}={value}" for key, value in self.options.items()) or "no options"
        return ArenaError(f"{self.name} cannot be made with {given}: {said(error)}; correct them, or the environment")


def home_of(function: Callable[..., Any]) -> str:
    """`module:function` under which any process finds a function, or "" if there is no such place."""
    homes = [home for home in _homes(function) if not home.startswith("__main__")]
    homes = [home.removesuffix(":parallel_env") for home in homes]
    versioned = [home for home in homes if re.search(r"_v\d+$", home)]  # the one that people name, not one behind it
    return min(versioned or homes, default="")


def _homes(function: Callable[..., Any]) -> Iterator[str]:
    module, name = getattr(function, "__module__", ""), getattr(function, "__qualname__", "")
    if getattr(sys.modules.get(module), name, None) is function:
        yield f"{module}:{name}"
    for module, found in list(sys.modules.items()):
        if getattr(found, "__dict__", {}).get("parallel_env") is function:
            yield f"{module}:parallel_env"
