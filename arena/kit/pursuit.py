"""Steering for scripted hunters and prey, whose observations begin with their own velocity and position."""

from math import inf, sqrt

from arena.kit.chase import trespass
from arena.kit.steer import KEEP, push_along
from arena.scenario import compiled

LEAD = 0.6  # seconds that a hunter looks ahead at most
AHEAD = 6  # steps that a good agent looks ahead


@compiled
def span(obs, at, x, y):
    """How far it is from the relative position (x, y) to what stands at `at` in an observation."""
    return sqrt((obs[at] - x) ** 2 + (obs[at + 1] - y) ** 2)


@compiled
def is_there(obs, at):
    """Whether the slot at `at` holds something: empty ones and those of the hidden are zeros."""
    return obs[at] != 0 or obs[at + 1] != 0


@compiled
def length(obs, at):
    """How far away it is what stands at `at` in an observation."""
    return sqrt(obs[at] ** 2 + obs[at + 1] ** 2)


@compiled
def run_after(obs, action, at, v):
    """Full speed to where prey will be by the time of arrival, its position and velocity standing at `at` and `v`."""
    time = min(length(obs, at), LEAD)
    push_along(action, obs[at] + time * (obs[v] - obs[0]), obs[at + 1] + time * (obs[v + 1] - obs[1]))


@compiled
def flee(world, seat, obs, action, worth):
    """Of nine pushes the one that leads where it is best to be, by `worth(world, seat, obs, x, y)`."""
    best, best_x, best_y = -inf, 0, 0
    for push_x in range(-1, 2):
        for push_y in range(-1, 2):
            x, y = destination(obs, push_x, push_y)
            value = worth(world, seat, obs, x, y)
            if value > best:
                best, best_x, best_y = value, push_x, push_y
    push_along(action, best_x, best_y)


@compiled
def destination(obs, push_x, push_y):
    """Where a good agent that pushes so comes to in AHEAD steps, relative to where it is."""
    x, y, vx, vy = 0.0, 0.0, obs[0], obs[1]
    for _ in range(AHEAD):
        x, y = x + 0.1 * vx, y + 0.1 * vy
        vx, vy = KEEP * vx + 0.4 * push_x, KEEP * vy + 0.4 * push_y
        slower = min(1.0, 1.3 / max(sqrt(vx * vx + vy * vy), 1e-6))
        vx, vy = vx * slower, vy * slower
    return x, y


@compiled
def ground(obs, obstacles, x, y):
    """How good the ground is at the relative (x, y): worse beyond the edge and beside the first obstacles, else 0."""
    value = -trespass(obs[2] + x) - trespass(obs[3] + y)
    for mark in range(obstacles):
        value -= 4 * max(0.0, 0.3 - span(obs, 4 + 2 * mark, x, y))
    return value
