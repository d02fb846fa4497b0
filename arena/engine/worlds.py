"""Many copies of one world, stepped together."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from arena.draw import seeds_of
from arena.engine.compile import compile_kernels
from arena.engine.kernel import Output, Rules, Scratch, State
from arena.engine.world import World, make_body
from arena.errors import ArenaError
from arena.scenario import Scenario, load

WORLDS_PER_THREAD = 1024  # below this, starting a second thread costs more than it saves


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1), thread_name_prefix="arena-worlds")


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
        **options: Any,
    ) -> None:
        """Starts `count` worlds, world i on the stream hash(seed, i).

        With `rng`, starts are drawn from it in mpe2's order instead; that is for a single world.
        """
        if count < 1:
            raise ArenaError(f"an arena needs at least one world, not {count}")
        if rng is not None and count > 1:
            raise ArenaError("a NumPy generator can start one world only; leave it out to run many")
        self.scenario = load(scenario, **options) if isinstance(scenario, str) else scenario
        self.count, self.dtype, self._rng = count, np.dtype(dtype), rng
        self._reset, self._step = compile_kernels(self.scenario.module)
        self._make_arrays()
        self._parts = self._make_parts(threads)
        self.reset(seeds_of(count, "world", seed))

    def _make_arrays(self) -> None:
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
            metrics=np.zeros((w, metrics), real),
            winner=np.zeros(w, np.int64),
            fault=np.zeros(w, np.int64),
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
            measures_all=any(fold != "last" for fold in folds),
        )

    def _make_parts(self, threads: int | None) -> list[tuple[int, int, Scratch, Any]]:
        """The worlds lo..hi-1 of each thread, with its working space and its generator."""
        wanted = threads or min(os.cpu_count() or 1, self.count // WORLDS_PER_THREAD)
        edges = np.linspace(0, self.count, max(1, min(wanted, self.count)) + 1).astype(int).tolist()
        entities, metrics = len(self.scenario.entities), len(self.scenario.metric_names)
        return [
            (
                lo,
                hi,
                Scratch(np.zeros((entities, 2), self.dtype), np.zeros(metrics, self.dtype)),
                np.zeros(2, np.uint64) if self._rng is None else self._rng,
            )
            for lo, hi in pairwise(edges)
        ]

    @property
    def obs(self) -> np.ndarray:
        """What every seat sees now, [A, W, O]."""
        return self.out.obs

    def reset(self, keys: np.ndarray) -> np.ndarray:
        """Starts a new game in every world, of the random streams `keys` uint64 [W]; returns `obs`."""
        self.state.key[:] = keys
        for lo, hi, _, rng in self._parts:
            self._reset(lo, hi, self.state, rng, self.out, self._rules)
        return self.obs

    def step(self, action: np.ndarray) -> Output:
        """Steps every world by `action` and starts the next game where one ended.

        action: float [A, W, U] move and message vectors, or int [A, W] numbers of mpe2's discrete actions. An
        illegal action (NaN, outside [0, 1], no such number) leaves its seat at rest and is noted in `fault`.
        """
        self._check(action)
        first, *others = self._parts
        jobs = [_threads().submit(self._run, action, part) for part in others]
        self._run(action, first)
        for job in jobs:
            job.result()
        return self.out

    def _run(self, action: np.ndarray, part: tuple[int, int, Scratch, Any]) -> None:
        lo, hi, scratch, rng = part
        self._step(lo, hi, action, self.state, scratch, rng, self.out, self._rules)

    def _check(self, action: np.ndarray) -> None:
        shape = (len(self.scenario.seats), self.count)
        if action.shape == shape and action.dtype.kind in "iu":
            return
        if action.shape == (*shape, self.scenario.action_width) and action.dtype.kind == "f":
            return
        raise ArenaError(
            f"{self.scenario.name}: an action is float {(*shape, self.scenario.action_width)} or int {shape}, "
            f"not {action.dtype} {action.shape}"
        )

    def world(self, index: int = 0) -> World:
        """A copy of one world, for drawing and for the Python functions of a scenario."""
        copies = {name: getattr(self.state, name)[index].copy() for name in ("pos", "vel", "say", "note")}
        rules = self._rules
        return World(**copies, body=rules.body, seats=rules.seats, landmarks=rules.landmarks, options=rules.options)

    def arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        """Every array that a resumed run needs, by name."""
        yield from zip(State._fields, self.state, strict=True)
        yield "obs", self.out.obs
