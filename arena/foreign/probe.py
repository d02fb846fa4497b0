"""A first look at an environment: who acts, what it reports, how long a game and a step last."""

import contextlib
import warnings
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from arena.foreign.board import board_over, bytes_of, shapes_of
from arena.foreign.cast import Cast
from arena.foreign.copies import Copies, is_number, make_watched
from arena.foreign.maker import Maker

LONGEST = 10_000  # steps of a game that has no limit of its own
STEPS = 97  # random ones, always the same; a prime, for what counts round and is not reset to show


@dataclass(frozen=True)
class Findings:
    """What a look at an environment has shown."""

    cast: Cast
    title: str
    cycles: int
    render_modes: tuple[str, ...]
    metrics: tuple[str, ...]
    step_s: float
    leaves_traces: bool  # a copy that has played plays another game than a fresh one, from the same seed


def probe(maker: Maker, timeout_s: float) -> Findings:
    """What can be known of an environment before a game; ArenaError if it cannot be played."""
    env = make_watched(maker, timeout_s)
    cast = Cast.of(maker.name, env)
    metadata = getattr(env, "metadata", None) or {}
    title = str(metadata.get("name") or getattr(_spec(env), "id", "") or maker.path or maker.name)
    render_modes = tuple(map(str, metadata.get("render_modes", ())))
    cycles = min(own_limit(env) or LONGEST, LONGEST)
    with contextlib.suppress(Exception):
        env.close()
    first = _try_out(maker, cast, timeout_s)
    leaves_traces = not np.array_equal(first.seen[0], first.seen[1])
    if leaves_traces and not np.array_equal(first.seen, _try_out(maker, cast, timeout_s).seen):
        warnings.warn(
            f"{maker.name} does not repeat itself from the same seed and actions: neither will its tournaments, and "
            "training that is resumed will go on with other games",
            stacklevel=2,
        )
    return Findings(cast, title, cycles, render_modes, first.metrics, first.step_s, leaves_traces)


def own_limit(env: Any) -> int:
    """The limit of steps that an environment has set itself, where it can be seen; else 0."""
    inner = getattr(env, "unwrapped", None)
    candidates = [getattr(_spec(env), "max_episode_steps", 0)]
    candidates += [getattr(place, "max_cycles", 0) for place in (env, inner, getattr(inner, "env", None))]
    return next((int(limit) for limit in candidates if isinstance(limit, int | np.integer) and limit > 0), 0)


def _spec(env: Any) -> Any:
    return getattr(env, "spec", None)


class Tryout(NamedTuple):
    """What random steps have shown."""

    metrics: tuple[str, ...]  # the names of the numbers in its infos, sorted
    step_s: float  # the usual time of a step
    seen: np.ndarray  # [2, STEPS, *] what came of each step, when the copy was fresh and when it was played again


def _try_out(maker: Maker, cast: Cast, timeout_s: float) -> Tryout:
    """Plays the same steps twice with one copy."""
    seen = max(eye.width for eye in cast.eyes)
    acted = max(head.start + head.width for hand in cast.hands for head in hand.heads)
    shapes = shapes_of(len(cast.agents), 1, seen, acted, 0)
    board = board_over(bytearray(bytes_of(shapes)), shapes)
    copies = Copies(maker, (), board, [0], timeout_s)
    board.is_called[:] = True
    names: set[str] = set()
    took_s, results = [], []
    for _ in range(2):
        rng = np.random.default_rng(0)
        board.seed[:], board.acts[:] = 0, False
        for _ in range(STEPS):
            if not board.acts.any():
                board.seed[:] += 1
                copies.reset()
            board.action[:] = rng.random(board.action.shape, np.float32)
            before = perf_counter()
            copies.step()
            took_s.append(perf_counter() - before)
            results.append(np.concatenate([board.obs.ravel(), board.reward.ravel()]))
            for info in copies.infos(0).values():
                names.update(str(name) for name, value in info.items() if is_number(value))
    copies.close()
    return Tryout(tuple(sorted(names)), median(took_s), np.reshape(results, (2, STEPS, -1)))
