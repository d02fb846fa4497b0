"""Line: N agents spread evenly on the line between two landmarks.

Agents and the N places on the line, of which the landmarks are the first and the last, are matched so that the
distances between them add up to the least; all agents are paid minus the mean of these distances, each counted up
to 2. They push each other, and do not see each other. One side: there is no winner, the score is the return.

Metrics, on the last frame: `distance` is the mean distance to the matched places, `success_r` whether every agent is
within r of its own.

Source: mpe2 1.1.1 `simple_line`, after Agarwal, Kumar and Sycara 2019, "Learning Transferable Cooperative Behavior in
Multi-Agent Teams".
"""

from math import cos, pi, radians, sin
from typing import NamedTuple

from arena.draw import uniform
from arena.errors import ArenaError
from arena.kit.assign import GAPS, assign, mean_gap, measure_gaps, place, widest_gap, work_shape
from arena.kit.sight import see_offsets, see_point
from arena.kit.start import scatter
from arena.kit.steer import head_for
from arena.scenario import Entity, Layout, Seat, compiled

VERSION = 1
MPE2 = "simple_line_v1"
LENGTH = 1.25  # of the line
TURN = radians(5)
SUCCESS_RADIUS = 0.05
FARTHEST = 2.0  # distances count up to here
METRICS = GAPS
SHARES = tuple(name for name in METRICS if "success" in name)


class Options(NamedTuple):
    N: int = 4  # agents
    terminate_on_success: bool = False  # the game ends once every agent is within 0.05 of its place


def layout(options: Options) -> Layout:
    """N agents that push each other, and the two ends of the line."""
    if options.N < 1:
        raise ArenaError(f"simple_line: N must be at least 1, not {options.N}")
    seats = [Seat(f"agent_{i}", sees=8, radius=0.03, collides=True, color=(0.35, 0.35, 0.85)) for i in range(options.N)]
    ends = [Entity(f"landmark_{i}", radius=0.02) for i in range(2)]
    return Layout(tuple(seats), tuple(ends), work=work_shape(options.N))


@compiled
def spawn(world, rng):
    """Agents uniform in [-1, 1] squared, one landmark in [-0.25, 0.25] squared, the other in a direction that fits."""
    scatter(world, rng, 0, world.seats, 1.0)
    x, y = uniform(rng, -0.25, 0.25), uniform(rng, -0.25, 0.25)
    angle = uniform(rng, 0.0, 2 * pi)
    while max(abs(x + LENGTH * cos(angle)), abs(y + LENGTH * sin(angle))) >= 1.0:
        angle += TURN
    world.pos[world.seats, 0], world.pos[world.seats, 1] = x, y
    world.pos[world.seats + 1, 0] = x + LENGTH * cos(angle)
    world.pos[world.seats + 1, 1] = y + LENGTH * sin(angle)


@compiled
def observe(world, seat, out):
    """Own velocity and position, the landmarks relative; not the other agents."""
    at = see_point(out, 0, world.vel, seat)
    at = see_point(out, at, world.pos, seat)
    see_offsets(out, at, world, seat, world.seats, world.seats + 2, 0)


@compiled
def share(world, slot):
    """How far along the line a place is, from 0 to 1."""
    return slot / max(world.seats - 1, 1)


@compiled
def match(world):
    """Matches every agent to a place on the line."""
    x, y = world.pos[world.seats, 0], world.pos[world.seats, 1]
    dx, dy = world.pos[world.seats + 1, 0] - x, world.pos[world.seats + 1, 1] - y
    for slot in range(world.seats):
        place(world, slot, x + share(world, slot) * dx, y + share(world, slot) * dy)
    assign(world.work)


@compiled
def reward(world, out):
    match(world)
    out[:] = -mean_gap(world, FARTHEST)


@compiled
def ended(world):
    if not world.options.terminate_on_success:
        return False
    match(world)
    return widest_gap(world) < SUCCESS_RADIUS


@compiled
def metrics(world, out):
    match(world)
    measure_gaps(world, out)


# Scripted players; see simple_adversary for what they are given.


@compiled
def in_order(world, seat, obs, memory, action):
    """To a place of its own: agent k to the k-th on the line, which needs no sight of the others."""
    x = obs[4] + share(world, seat) * (obs[6] - obs[4])
    y = obs[5] + share(world, seat) * (obs[7] - obs[5])
    head_for(action, x, y, obs[0], obs[1])


PLAYERS = {"in_order": in_order}
