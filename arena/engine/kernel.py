"""The loop over worlds, as templates: `compile.py` puts a scenario's functions in the place of the names below.

One pass over memory: a world is acted on, moved, paid, ended or not, reset if it ended, and observed. Nothing here
knows about threads; a call handles the worlds lo..hi-1.
"""
# ruff: noqa: F821

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from arena.draw import begin, child
from arena.engine.actions import read_action
from arena.engine.physics import move, push_apart
from arena.engine.world import Body, World

spawn: Callable[..., Any]
observe: Callable[..., Any]
happen: Callable[..., Any]
happens: bool  # the scenario has one
reward: Callable[..., Any]
ended: Callable[..., Any]
metrics: Callable[..., Any]
outcome: Callable[..., Any]
cast: Callable[..., Any]  # these are from rows.py
entity_row: Callable[..., Any]
seat_row: Callable[..., Any]
message_row: Callable[..., Any]
note_row: Callable[..., Any]
work_row: Callable[..., Any]
seen_row: Callable[..., Any]


class State(NamedTuple):
    """Where W worlds are; per-world rows are contiguous."""

    pos: np.ndarray  # [W, E, 2]
    vel: np.ndarray  # [W, E, 2]
    say: np.ndarray  # [W, A, C]
    note: np.ndarray  # [W, K]   int64
    step: np.ndarray  # [W]      int64, steps since the start of the game
    key: np.ndarray  # [W]       uint64, the random stream of the current game
    earned: np.ndarray  # [W, A] return so far
    folded: np.ndarray  # [W, M] metrics so far
    fault: np.ndarray  # [W]     int64, 1 + the first seat that gave an illegal action in this game, or 0


class Scratch(NamedTuple):
    """Working space of one thread."""

    force: np.ndarray  # [1, E, 2]
    work: np.ndarray  # [1, *shape], see World
    frame: np.ndarray  # [M]
    stream: Any  # uint64 [2] or a NumPy generator, see arena.draw


class Rules(NamedTuple):
    """The constants of a run."""

    body: Body
    seats: int
    landmarks: int
    options: Any  # the scenario's Options
    cycles: int  # time limit in steps
    mean: np.ndarray  # [M] bool: fold by the mean over steps
    last: np.ndarray  # [M] bool: keep the last frame
    measures: bool  # metrics are wanted
    measures_all: bool  # and some metric needs every frame
    restarts: bool  # the next game starts by itself where one has ended


def view_world(w, state, scratch, rules):
    """World `w` as the functions of a scenario see it: views of the state, no copies."""
    seats, landmarks = cast(rules)
    return World(
        pos=entity_row(state.pos, w),
        vel=entity_row(state.vel, w),
        say=message_row(state.say, w),
        note=note_row(state.note, w),
        work=work_row(scratch.work, 0),
        body=rules.body,
        seats=seats,
        landmarks=landmarks,
        options=rules.options,
    )


def start_world(w, world, state, rng):
    """Puts world `w` at the start of the game of its key."""
    world.pos[:] = 0
    world.vel[:] = 0
    world.say[:] = 0
    world.note[:] = 0
    begin(rng, state.key[w])
    spawn(world, rng)
    state.step[w] = 0
    state.fault[w] = 0
    state.earned[w, :] = 0
    state.folded[w, :] = 0


def observe_all(w, world, target):
    """Writes what every seat of world `w` sees into `target` [A, W, O]."""
    for a in range(world.seats):
        observe(world, a, seen_row(target, a * target.shape[1] + w))


def fold_metrics(w, world, is_last, state, frame, rules):
    """Adds this frame to the episode's metrics; `frame` [M] is working space."""
    metrics(world, frame)
    for m in range(frame.shape[0]):
        value = frame[m]
        state.folded[w, m] = value if rules.last[m] else state.folded[w, m] + value
        if is_last and rules.mean[m]:
            state.folded[w, m] /= state.step[w]


def finish_world(w, world, state, out, rules):
    """Writes down the game that ended in world `w`."""
    for a in range(world.seats):
        out.returns[w, a] = state.earned[w, a]
    if rules.measures:
        for m in range(state.folded.shape[1]):
            out.metrics[w, m] = state.folded[w, m]
    out.winner[w] = outcome(world)
    out.fault[w] = state.fault[w]
    observe_all(w, world, out.final_obs)


def reset_worlds(lo, hi, state, rng, scratch, out, rules):
    """Starts the games whose keys stand in `state.key`, and observes them."""
    for w in range(lo, hi):
        world = view_world(w, state, scratch, rules)
        start_world(w, world, state, rng)
        observe_all(w, world, out.obs)


def step_worlds(lo, hi, action, state, scratch, out, rules):
    """Steps the worlds lo..hi-1 by `action`: [A, W, U] vectors, or [A, W] numbers of product actions."""
    force = entity_row(scratch.force, 0)
    for w in range(lo, hi):
        world = view_world(w, state, scratch, rules)
        force[:] = 0
        for a in range(world.seats):
            if not read_action(action, a, w, world, force) and state.fault[w] == 0:
                state.fault[w] = a + 1
        push_apart(world, force)
        move(world, force)
        state.step[w] += 1
        if happens:
            begin(scratch.stream, child(state.key[w], state.step[w]))
            happen(world, scratch.stream)
        paid = seat_row(out.reward, w)
        reward(world, paid)
        for a in range(world.seats):
            state.earned[w, a] += paid[a]
        is_timed_out = state.step[w] >= rules.cycles
        is_over = not is_timed_out and ended(world)
        is_last = is_timed_out or is_over
        if rules.measures_all or (is_last and rules.measures):
            fold_metrics(w, world, is_last, state, scratch.frame, rules)
        out.discount[w] = 0 if is_over else 1
        out.last[w] = is_last
        if is_last:
            finish_world(w, world, state, out, rules)
            if rules.restarts:
                state.key[w] = child(state.key[w], 0)
                start_world(w, world, state, scratch.stream)
        observe_all(w, world, out.obs)
