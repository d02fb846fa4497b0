"""One world as a PettingZoo environment: mpe2's game with mpe2's seeds, several times faster.

`parallel_env(name, **arguments)` stands in for `mpe2.<name>.parallel_env(**arguments)`, and `env` for its AEC form:
the same agents, spaces, starts, observations, rewards, ends and infos.

Differs: a wrong action is an ArenaError that says which agent gave what, and the world has not moved.
"""

from typing import Any, TypeAlias

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.utils import EzPickle, seeding
from pettingzoo import AECEnv, ParallelEnv
from pettingzoo.utils.conversions import parallel_to_aec_wrapper
from pettingzoo.utils.wrappers import BaseWrapper, OrderEnforcingWrapper

from arena.engine.worlds import Worlds
from arena.errors import ArenaError, nearest
from arena.scenario import find_module, load, typed
from arena.spaces import Actions, observation_box

RENDER_MODES = ("human", "rgb_array")
SWITCHES = {"continuous_actions": False, "dynamic_rescaling": True, "benchmark_data": False}
Observations: TypeAlias = dict[str, np.ndarray]
Infos: TypeAlias = dict[str, dict[str, Any]]


def parallel_env(name: str, **arguments: Any) -> "ParallelView":
    """The scenario `name` as a `ParallelEnv` that takes the arguments of mpe2's."""
    view = CurriculumView if hasattr(find_module(name), "STAGES") else ParallelView
    return view(name, **arguments)


def env(name: str, **arguments: Any) -> AECEnv[str, np.ndarray, Any]:
    """The scenario `name` as an `AECEnv`, in which the agents act in turn; every action is checked at once."""
    return OrderEnforcingWrapper(_CheckedTurns(parallel_to_aec_wrapper(parallel_env(name, **arguments))))


class ParallelView(ParallelEnv[str, np.ndarray, Any], EzPickle):  # type: ignore[misc]
    """One float64 world that starts where mpe2 starts from the same seed."""

    def __init__(self, name: str, *, max_cycles: int = 25, render_mode: str | None = None, **arguments: Any) -> None:
        EzPickle.__init__(self, name, max_cycles=max_cycles, render_mode=render_mode, **arguments)
        if render_mode not in (None, *RENDER_MODES):
            raise ArenaError(f"render_mode must be {', '.join(RENDER_MODES)} or None, not {render_mode!r}")
        self.render_mode = render_mode
        switches, options = _sorted_arguments(name, arguments)
        self.continuous_actions: bool = switches["continuous_actions"]
        self.dynamic_rescaling: bool = switches["dynamic_rescaling"]
        self.benchmark_data: bool = switches["benchmark_data"]
        scenario = load(name, max_cycles, **options)
        self._worlds = Worlds(scenario, dtype=np.float64, rng=seeding.np_random()[0])
        self.metadata: dict[str, Any] = {
            "render_modes": list(RENDER_MODES),
            "is_parallelizable": True,
            "render_fps": 10,
            "name": getattr(scenario.module, "MPE2", f"{name}_v{scenario.version}"),
        }
        self.agents: list[str] = []
        self._is_fresh = True  # no game has been started by the user
        self.possible_agents = [seat.name for seat in scenario.seats]
        self._actions = Actions(str(self), scenario.seats, scenario.action_width, self.continuous_actions)
        self._widths = [seat.sees for seat in scenario.seats]
        *boxes, self.state_space = (observation_box(width) for width in [*self._widths, sum(self._widths)])
        self.observation_spaces = dict(zip(self.possible_agents, boxes, strict=True))
        self.action_spaces = self._actions.spaces

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> spaces.Space[Any]:
        return self.action_spaces[agent]

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observations, Infos]:
        """Starts the game of `seed`, or the generator's next; there are no `options`, as in mpe2."""
        if seed is not None:
            self._worlds.rng = _generator(seed)
        self._worlds.reset()
        self._is_fresh = False
        self.agents = self.possible_agents[:]
        return self._observe(), {name: {} for name in self.agents}

    def step(
        self, actions: dict[str, Any]
    ) -> tuple[Observations, dict[str, float], dict[str, bool], dict[str, bool], Infos]:
        """Observations, rewards, terminations, truncations and infos after all agents acted at once."""
        self._require_start("step")
        if not self.agents:
            return self._step_after_end(actions)
        out = self._worlds.step(self._actions.read(actions))
        names, is_last, is_over = self.possible_agents, bool(out.last[0]), not out.discount[0]
        if is_last:
            self.agents = []
        if self.render_mode == "human":
            self.render()
        return (
            self._observe(),
            dict(zip(names, out.reward[0].tolist(), strict=True)),
            dict.fromkeys(names, is_over),
            dict.fromkeys(names, is_last and not is_over),
            self._report(),
        )

    def _step_after_end(self, actions: dict[str, Any]) -> tuple[Any, Any, Any, Any, Any]:
        if actions:
            raise ArenaError(f"{self}: the game is over; call reset() before the next step()")
        return {}, {}, {}, {}, {}

    def _observe(self) -> Observations:
        rows = zip(self.possible_agents, self._worlds.obs[:, 0].astype(np.float32), self._widths, strict=True)
        return {name: row[:width] for name, row, width in rows}

    def _report(self) -> Infos:
        if not self.benchmark_data:
            return {name: {} for name in self.possible_agents}
        world, report = self._worlds.world(), self._worlds.scenario.part("report") or _no_report
        return {name: {"benchmark_data": report(world, seat)} for seat, name in enumerate(self.possible_agents)}

    def _require_start(self, verb: str) -> None:
        if self._is_fresh:
            raise ArenaError(f"{self}: call reset() before {verb}()")

    def check(self, agent: str, action: Any) -> None:
        """ArenaError if `action` is not one that `agent` may take."""
        self._actions.check(agent, action)

    def state(self) -> np.ndarray:
        """All observations after one another, float32."""
        self._require_start("state")
        return np.concatenate(list(self._observe().values()))

    def render(self) -> np.ndarray | None:
        """The picture uint8 [700, 700, 3] in mode `rgb_array`; in mode `human` it is shown in a window."""
        self._require_start("render")
        if self.render_mode is None:
            gymnasium.logger.warn(f"{self}: nothing to render without a render_mode ({', '.join(RENDER_MODES)})")
            return None
        from arena.render.draw import picture

        pixels: np.ndarray = picture(
            self._worlds.scenario, self._worlds.world(), size=700, dynamic_rescaling=self.dynamic_rescaling
        )
        if self.render_mode == "rgb_array":
            return pixels
        from arena.render import window

        window.show(pixels, fps=self.metadata["render_fps"])
        return None

    def close(self) -> None:
        """Closes the window, if there is one."""
        if self.render_mode == "human":
            from arena.render import window

            window.close()


class CurriculumView(ParallelView):
    """A view of a scenario whose options hold a `stage`, which methods change as in mpe2.

    Differs: in mpe2 1.1.1 a setter of the base class swallows the stage, which stays 0; here it is what was set.
    """

    def __init__(self, name: str, **arguments: Any) -> None:
        super().__init__(name, **arguments)
        self._stage = 0

    @property
    def curriculum_stage(self) -> int:
        """The stage, counted from 0; it has an effect with `curriculum=True` only."""
        return self._stage

    def advance_curriculum(self) -> None:
        """Goes to the next stage, if there is one."""
        self.set_curriculum_stage(self._stage + 1)

    def set_curriculum_stage(self, stage: int) -> None:
        """Goes to `stage`, or to the nearest one that there is; one that changes the bodies waits for `reset`."""
        scenario = self._worlds.scenario
        self._stage = max(0, min(stage, scenario.module.STAGES - 1))
        if scenario.options.curriculum and self._keeps_bodies():
            self._worlds.retune(stage=self._stage)

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observations, Infos]:
        """Starts the next game, as ParallelView does, in the stage that was set."""
        scenario = self._worlds.scenario
        if scenario.options.curriculum and scenario.options.stage != self._stage:
            self._worlds.retune(stage=self._stage)
        return super().reset(seed, options)

    def _keeps_bodies(self) -> bool:
        scenario = self._worlds.scenario
        return bool(scenario.module.layout(scenario.options._replace(stage=self._stage)) == scenario.layout)


class _CheckedTurns(BaseWrapper[str, np.ndarray, Any]):  # type: ignore[misc]
    """Refuses a wrong action in the turn of its agent, not when the last agent has acted."""

    def step(self, action: Any) -> None:
        agent = self.agent_selection
        if not (self.terminations[agent] or self.truncations[agent]):
            self.unwrapped.check(agent, action)
        super().step(action)


def _no_report(world: Any, seat: int) -> dict[str, Any]:
    """The benchmark data of a scenario that has none, as in mpe2."""
    return {}


def _sorted_arguments(name: str, arguments: dict[str, Any]) -> tuple[dict[str, bool], dict[str, Any]]:
    """The switches of the view, and the options of the scenario; ArenaError for what mpe2 does not take."""
    fields = [field for field in find_module(name).Options._fields if field != "stage"]
    known = ["max_cycles", "render_mode", *SWITCHES, *fields]
    for argument in arguments:
        if argument not in known:
            raise ArenaError(f"{name} has no argument {argument!r}; {nearest(argument, known)}")
    switches = {key: typed(f"{name}: {key}", arguments.get(key, default), bool) for key, default in SWITCHES.items()}
    return switches, {key: _option(name, key, value) for key, value in arguments.items() if key in fields}


def _option(name: str, key: str, value: Any) -> Any:
    """The engine's value of an option: where mpe2 has None for all neighbors, it has 0."""
    if not key.endswith("_neighbors"):
        return value
    if value is None:
        return 0
    if typed(f"{name}: {key}", value, int) < 1:
        raise ArenaError(f"{name}: {key} must be at least 1, or None for all, not {value}")
    return value


def _generator(seed: int) -> np.random.Generator:
    try:
        return seeding.np_random(seed)[0]
    except gymnasium.error.Error:
        raise ArenaError(f"a seed is a whole number from 0 up, not {seed!r}") from None
