"""Circle: N agents spread evenly on a circle of radius 0.5 around a landmark.

The N places on the circle turn with the agents: the first is at the angle of the agent that comes first
counter-clockwise from the x axis. Agents and places are matched so that the distances between them add up to the
least; all agents are paid minus the mean of these distances, each counted up to 2. They push each other, and do not
see each other. One side: there is no winner, the score is the return.

Metrics, on the last frame: `distance` is the mean distance to the matched places, `success_r` whether every agent is
within r of its own.

Source: mpe2 1.1.1 `simple_formation`, after Agarwal, Kumar and Sycara 2019, "Learning Transferable Cooperative
Behavior in Multi-Agent Teams".
"""

from math import cos, pi, sin, sqrt
from typing import NamedTuple

from arena.errors import ArenaError
from arena.kit.assign import GAPS, assign, mean_gap, measure_gaps, place, widest_gap, work_shape
from arena.kit.sight import see_offset, see_point
from arena.kit.start import scatter
from arena.kit.steer import head_for
from arena.scenario import Entity, Layout, Seat, compiled

VERSION = 1
MPE2 = "simple_formation_v1"
CIRCLE = 0.5  # its radius
SUCCESS_RADIUS = 0.05
FARTHEST = 2.0  # distances count up to here
METRICS = GAPS
SHARES = tuple(name for name in METRICS if "success" in name)


class Options(NamedTuple):
    N: int = 4  # agents
    terminate_on_success: bool = False  # the game ends once every agent is within 0.05 of its place


def layout(options: Options) -> Layout:
    """N agents that push each other, and the middle of the circle."""
    if options.N < 1:
        raise ArenaError(f"simple_formation: N must be at least 1, not {options.N}")
    seats = [Seat(f"agent_{i}", sees=6, collides=True, color=(0.35, 0.35, 0.85)) for i in range(options.N)]
    return Layout(tuple(seats), (Entity("landmark_0", radius=0.03),), work=work_shape(options.N))


@compiled
def spawn(world, rng):
    """Agents uniform in [-1, 1] squared, the landmark in [-0.5, 0.5] squared, at rest."""
    scatter(world, rng, 0, world.seats, 1.0)
    scatter(world, rng, world.seats, world.seats + 1, 0.5)


@compiled
def observe(world, seat, out):
    """Own velocity and position, the landmark relative; not the other agents."""
    at = see_point(out, 0, world.vel, seat)
    at = see_point(out, at, world.pos, seat)
    see_offset(out, at, world, seat, world.seats)


@compiled
def is_before(ax, ay, bx, by):
    """Whether the vector a is at a smaller angle, in [0, 2 pi), than the vector b."""
    if (ay < 0) != (by < 0):
        return by < 0
    return ax * by - ay * bx > 0


@compiled
def first_direction(world):
    """The unit vector from the landmark to the agent that it sees at the smallest angle."""
    middle = world.seats
    x, y = world.pos[0, 0] - world.pos[middle, 0], world.pos[0, 1] - world.pos[middle, 1]
    for seat in range(1, world.seats):
        dx, dy = world.pos[seat, 0] - world.pos[middle, 0], world.pos[seat, 1] - world.pos[middle, 1]
        if is_before(dx, dy, x, y):
            x, y = dx, dy
    length = sqrt(x * x + y * y)
    if length == 0:  # an agent on the landmark is at angle 0
        return 1.0, 0.0
    return x / length, y / length


@compiled
def match(world):
    """Matches every agent to a place on the circle."""
    x, y = first_direction(world)
    turn_x, turn_y = cos(2 * pi / world.seats), sin(2 * pi / world.seats)
    for slot in range(world.seats):
        place(world, slot, world.pos[world.seats, 0] + CIRCLE * x, world.pos[world.seats, 1] + CIRCLE * y)
        x, y = x * turn_x - y * turn_y, x * turn_y + y * turn_x
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
    """To a place of its own: agent k to the angle 2 pi k / N, which needs no sight of the others."""
    angle = 2 * pi * seat / world.seats
    head_for(action, obs[4] + CIRCLE * cos(angle), obs[5] + CIRCLE * sin(angle), obs[0], obs[1])


PLAYERS = {"in_order": in_order}
