"""Many copies of one world, stepped together."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from functools import cache
from typing import Any, TypeAlias

import numpy as np

from arena.draw import children, seeds_of
from arena.engine.compile import compile_kernels, entry
from arena.engine.complaint import explained
from arena.engine.kernel import Rules, Scratch, State
from arena.engine.rows import sizes_of
from arena.engine.world import World, make_body
from arena.errors import ArenaError
from arena.game import Moment, Output
from arena.scenario import Scenario, assemble, load

NUMBER_TYPES = (np.dtype(np.int8), np.dtype(np.int64))  # each type of action is a compilation
VECTOR_TYPES = (np.dtype(np.float32), np.dtype(np.float64))
Kernel: TypeAlias = Callable[..., None]
CHUNK = 1024  # worlds that a thread takes at a time; with fewer, waking a second one costs more than it saves
GRAIN = 1 << 16  # numbers observed in as many worlds as suffice instead, where worlds are large


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1), thread_name_prefix="arena-worlds")


def cast_of(scenario: Scenario) -> tuple[Any, ...]:
    """What the arrays of a world and the widths of networks depend on; speeds, for one, do not belong to it."""
    seats = [(seat.name, seat.side, seat.sees, seat.talk) for seat in scenario.seats]
    return sizes_of(scenario), seats, [mark.name for mark in scenario.landmarks]


class Worlds:
    """W copies of a scenario that reset themselves when their game ends.

    The arrays of `out` and `state` are overwritten by every step; torch can share them without a copy.
    """

    state: State
    out: Output

    def __init__(
        self,
        scenario: str | Scenario,
        count: int = 1,
        seed: int = 0,
        *,
        dtype: Any = np.float32,
        rng: np.random.Generator | None = None,
        threads: int | None = None,
        metrics: bool = True,
        restarts: bool = True,
        **options: Any,
    ) -> None:
        """Starts `count` worlds, world i on the stream hash(seed, i).

        With `rng`, starts are drawn from it in mpe2's order instead; that is for a single world. Without `metrics`
        they stay nan. Without `restarts`, and with `rng`, whose draws then fall as mpe2's do, a world stays at its end
        until `reset` is called.
        """
        if count < 1:
            raise ArenaError(f"an arena needs at least one world, not {count}")
        if rng is not None and count > 1:
            raise ArenaError("a NumPy generator can start one world only; leave it out to run many")
        self.scenario = load(scenario, **options) if isinstance(scenario, str) else scenario
        self.count, self.dtype, self.rng = count, np.dtype(dtype), rng
        # a single precise world is for looking closely: not worth a compilation for each cast
        sizes = sizes_of(self.scenario) if self.dtype == np.float32 else None
        self._kernels = compile_kernels(self.scenario.module, sizes)
        self._make_arrays(metrics, restarts and rng is None)
        chunk = max(1, min(CHUNK, GRAIN // max(1, self.out.obs[:, 0].size)))
        threads = threads or max(1, min(os.cpu_count() or 1, count // chunk))
        self._scratch = [self._make_scratch() for _ in range(threads)]
        self._chunk = min(chunk, -(-count // threads))
        self._steps: dict[str, Kernel] = {}  # machine code by the type of the action
        self._start: Kernel | None = None  # machine code of the reset
        self.reset(seeds_of(count, "world", seed))

    def _make_arrays(self, measures: bool, restarts: bool) -> None:
        s, w, real = self.scenario, self.count, self.dtype
        seats, entities, metrics = len(s.seats), len(s.entities), len(s.metric_names)
        self.state = State(
            pos=np.zeros((w, entities, 2), real),
            vel=np.zeros((w, entities, 2), real),
            say=np.zeros((w, seats, s.message_width), real),
            note=np.zeros((w, s.notes), np.int64),
            step=np.zeros(w, np.int64),
            key=np.zeros(w, np.uint64),
            earned=np.zeros((w, seats), real),
            folded=np.zeros((w, metrics), real),
            fault=np.zeros(w, np.int64),
        )
        self.out = Output(
            obs=np.zeros((seats, w, s.observation_width), real),
            reward=np.zeros((w, seats), real),
            discount=np.ones(w, real),
            last=np.zeros(w, np.bool_),
            final_obs=np.zeros((seats, w, s.observation_width), real),
            returns=np.zeros((w, seats), real),
            metrics=np.full((w, metrics), np.nan, real),
            winner=np.zeros(w, np.int64),
            fault=np.zeros(w, np.int64),
            alive=np.ones((w, seats), real),
        )
        folds = list(s.metric_folds.values())
        self._rules = Rules(
            body=make_body(s, real),
            seats=seats,
            landmarks=len(s.landmarks),
            options=s.options,
            cycles=s.cycles,
            mean=np.array([fold == "mean" for fold in folds], np.bool_),
            last=np.array([fold == "last" for fold in folds], np.bool_),
            measures=measures,
            measures_all=measures and any(fold != "last" for fold in folds),
            restarts=restarts,
        )

    def _make_scratch(self) -> Scratch:
        entities, metrics = len(self.scenario.entities), len(self.scenario.metric_names)
        return Scratch(
            force=np.zeros((1, entities, 2), self.dtype),
            work=np.zeros((1, *self.scenario.work), self.dtype),
            frame=np.zeros(metrics, self.dtype),
            stream=np.zeros(2, np.uint64),
        )

    @property
    def obs(self) -> np.ndarray:
        """What every seat sees now, [A, W, O]."""
        return self.out.obs

    def reset(self, keys: np.ndarray | None = None) -> np.ndarray:
        """Starts a new game in every world: of the streams `keys` uint64 [W], or its next one. Returns `obs`."""
        self.state.key[:] = children(self.state.key, 0) if keys is None else keys
        rng = self._scratch[0].stream if self.rng is None else self.rng
        if self.rng is not None and self.scenario.part("happen"):
            # mpe2 draws what happens from a copy of the generator, made before the start is drawn
            self._scratch[0] = self._scratch[0]._replace(stream=deepcopy(self.rng))
        arguments = (self.state, rng, self._scratch[0], self.out, self._rules)
        if self._start is None:
            with explained(self.scenario.module):
                self._start = entry(self._kernels.reset, (0, 0, *arguments))
        self._start(0, self.count, *arguments)
        return self.obs

    def retune(self, **options: Any) -> None:
        """Changes options of the running games, e.g. the stage of a curriculum; the cast has to stay as it is."""
        old = self.scenario
        new = assemble(old.name, old.module, old.cycles, {**old.options._asdict(), **options})
        if cast_of(new) != cast_of(old):
            raise ArenaError(f"{old.name}: {', '.join(options)} would change the cast; start new worlds instead")
        body = self._rules.body if new.layout == old.layout else make_body(new, self.dtype)
        self.scenario, self._rules = new, self._rules._replace(options=new.options, body=body)

    def step(self, action: np.ndarray) -> Output:
        """Steps every world by `action` and starts the next game where one ended.

        action: float [A, W, U] move and message vectors, or int [A, W] numbers of mpe2's discrete actions. An
        illegal action (NaN, outside [0, 1], no such number) leaves its seat at rest and is noted in `fault`.
        """
        action = self._checked(action)
        first, *others = self._scratch
        arguments = (action, self.state, first, self.out, self._rules)
        kernel = self._steps.get(action.dtype.char)
        if kernel is None:
            with explained(self.scenario.module):
                kernel = self._steps[action.dtype.char] = entry(self._kernels.step, (0, 0, *arguments))
        if not others:
            kernel(0, self.count, *arguments)
            return self.out
        starts = iter(range(0, self.count, self._chunk))
        jobs = [_threads().submit(self._run, kernel, starts, action, scratch) for scratch in others]
        self._run(kernel, starts, action, first)
        for job in jobs:
            if not job.cancel():  # it has begun
                job.result()
        return self.out

    def _run(self, kernel: Kernel, starts: Iterator[int], action: np.ndarray, scratch: Scratch) -> None:
        """Steps chunks of worlds until none is left; several threads take from the same `starts`."""
        for lo in starts:
            kernel(lo, min(lo + self._chunk, self.count), action, self.state, scratch, self.out, self._rules)

    def _checked(self, action: np.ndarray) -> np.ndarray:
        """The action as the kernels take it: contiguous, of one of a few types."""
        action = np.asarray(action)
        shape = (len(self.scenario.seats), self.count)
        is_number, is_vector = action.dtype.kind in "iu", action.dtype.kind == "f"
        kind: Any
        if is_number and action.shape == shape:
            kind = action.dtype if action.dtype in NUMBER_TYPES else np.int64
        elif is_vector and action.shape == (*shape, self.scenario.action_width):
            kind = action.dtype if action.dtype in VECTOR_TYPES else np.float64
        else:
            raise ArenaError(
                f"{self.scenario.name}: an action is float {(*shape, self.scenario.action_width)} or int {shape}, "
                f"not {action.dtype} {action.shape}"
            )
        return np.ascontiguousarray(action, kind)

    def world(self, index: int = 0) -> World:
        """A copy of one world, for drawing and for the Python functions of a scenario."""
        copies = {name: getattr(self.state, name)[index].copy() for name in ("pos", "vel", "say", "note")}
        rules = self._rules
        copies["work"] = np.zeros(self.scenario.work, self.dtype)
        return World(**copies, body=rules.body, seats=rules.seats, landmarks=rules.landmarks, options=rules.options)

    def arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        """Every array that a resumed run needs, by name."""
        yield from zip(State._fields, self.state, strict=True)
        yield "obs", self.out.obs

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Goes on where `arrays` was taken; ArenaError if that was of other worlds."""
        own = dict(self.arrays())
        if own.keys() != arrays.keys() or any(own[name].shape != array.shape for name, array in arrays.items()):
            raise ArenaError(f"{self.scenario.name}: the saved worlds are of other settings; resume with the same ones")
        for name, array in own.items():
            array[:] = arrays[name]

    def moment(self, index: int = 0) -> Moment:
        """A copy of where one world stands."""
        state = self.state
        return Moment(self.world(index), int(state.step[index]), state.earned[index].copy(), int(state.fault[index]))

    def close(self) -> None:
        """Nothing: these worlds are memory."""
