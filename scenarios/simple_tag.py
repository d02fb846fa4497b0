"""Predator and prey: slow adversaries hunt faster good agents among obstacles.

For every pair of an adversary and a good agent that overlap in a frame, each adversary is paid 10 and the good agent
pays 10. A good agent also pays for leaving the field. Everyone and the obstacles push each other.

Who wins: the adversaries if they touched every good agent at least once in the game, the good agents if none of them
was touched; anything between is a draw, which needs two good agents.

Metrics: `adversary_catches` counts the overlapping pairs of all frames (the touches of the paper),
`adversary_distance` is the mean over frames and good agents of the distance to the nearest adversary, `good_free` the
share of good agents never touched, `good_outside` the mean share beyond 0.9, where leaving the field begins to cost.

Source: mpe2 1.1.1 `simple_tag`, after Lowe et al. 2017, predator-prey.
Differs: mpe2 also takes casts without adversaries or without good agents.
"""

from math import exp, inf, sqrt
from typing import Any, NamedTuple

from arena.draw import uniform
from arena.errors import ArenaError
from arena.scenario import DRAW, Entity, Layout, Seat, compiled
from arena.sight import distance, next_nearest, see_offsets, see_point, touches
from arena.steer import KEEP, push_along

VERSION = 1
MPE2 = "simple_tag_v3"
PREY_SPEED = (0.5, 0.75, 1.0)  # of each stage of the curriculum, in full speeds
STAGES = len(PREY_SPEED)
EDGE = 0.9  # where leaving the field begins to cost
ADVERSARY, GOOD = 0, 1  # sides, in the order of the seats
LEAD = 0.6  # seconds that a hunter looks ahead at most
AHEAD = 6  # steps that a good agent looks ahead
METRICS = {"adversary_catches": "sum", "adversary_distance": "mean", "good_free": "last", "good_outside": "mean"}


class Options(NamedTuple):
    num_good: int = 1
    num_adversaries: int = 3
    num_obstacles: int = 2
    curriculum: bool = False  # with it, good agents are slower in the stages 0 and 1
    stage: int = 0  # the stage of the curriculum: 0, 1 or 2, at 50, 75 and 100 % of their speed
    terminate_on_success: bool = False  # the game ends once every good agent overlaps an adversary
    num_agent_neighbors: int = 0  # other agents seen, the nearest first; 0: all
    num_landmark_neighbors: int = 0  # obstacles seen, the nearest first; 0: all


def layout(options: Options) -> Layout:
    """The adversaries, then the good agents; solid obstacles. A note for each good agent: how often it was touched."""
    if min(options.num_good, options.num_adversaries) < 1:
        raise ArenaError("simple_tag: num_good and num_adversaries must be at least 1")
    if options.num_obstacles < 0:
        raise ArenaError(f"simple_tag: num_obstacles must be 0 or more, not {options.num_obstacles}")
    if not 0 <= options.stage < STAGES:
        raise ArenaError(f"simple_tag: stage must be 0, 1 or 2, not {options.stage}")
    if options.stage and not options.curriculum:
        raise ArenaError("simple_tag: stage has no effect without curriculum=true")
    if min(options.num_agent_neighbors, options.num_landmark_neighbors) < 0:
        raise ArenaError("simple_tag: the number of neighbors must be positive, or 0 for all")
    return Layout((*adversaries(options), *prey(options)), obstacles(options), notes=options.num_good)


def adversaries(options: Options) -> list[Seat]:
    """The seats that hunt."""
    look: dict[str, Any] = {"radius": 0.075, "accel": 3.0, "max_speed": 1.0, "color": (0.85, 0.35, 0.35)}
    sees = width(options, options.num_good)
    return [
        Seat(f"adversary_{i}", side="adversary", sees=sees, collides=True, **look)
        for i in range(options.num_adversaries)
    ]


def prey(options: Options) -> list[Seat]:
    """The seats that flee, as fast as the stage lets them."""
    factor = PREY_SPEED[options.stage] if options.curriculum else 1.0
    look: dict[str, Any] = {"accel": 4.0 * factor, "max_speed": 1.3 * factor, "color": (0.35, 0.85, 0.35)}
    sees = width(options, options.num_good - 1)
    return [Seat(f"agent_{i}", side="good", sees=sees, collides=True, **look) for i in range(options.num_good)]


def obstacles(options: Options) -> tuple[Entity, ...]:
    """Large discs that nobody can pass."""
    return tuple(Entity(f"landmark {i}", radius=0.2, collides=True) for i in range(options.num_obstacles))


def width(options: Options, others_good: int) -> int:
    """The width of an observation of a seat beside which there are so many good agents."""
    others = options.num_agent_neighbors or options.num_good + options.num_adversaries - 1
    velocities = options.num_agent_neighbors or others_good
    return 4 + 2 * ((options.num_landmark_neighbors or options.num_obstacles) + others + velocities)


@compiled
def spawn(world, rng):
    """Agents uniform in [-1, 1] squared, obstacles in [-0.9, 0.9] squared, at rest."""
    for entity in range(world.pos.shape[0]):
        far = 1.0 if entity < world.seats else 0.9
        world.pos[entity, 0] = uniform(rng, -far, far)
        world.pos[entity, 1] = uniform(rng, -far, far)


@compiled
def see_velocities(world, seat, out, at):
    """The velocities of the other good agents.

    Where only the nearest agents are seen, in their order, with zeros for adversaries and for empty slots.
    """
    hunters, nearest = world.options.num_adversaries, world.options.num_agent_neighbors
    if nearest == 0:
        for other in range(hunters, world.seats):
            if other != seat:
                at = see_point(out, at, world.vel, other)
    other = -1
    for _ in range(nearest):
        other = next_nearest(world, seat, 0, world.seats, other)
        out[at], out[at + 1] = 0, 0
        if hunters <= other < world.seats:
            see_point(out, at, world.vel, other)
        at += 2


@compiled
def observe(world, seat, out):
    """Own velocity and position, obstacles and others relative, velocities of the other good agents."""
    at = see_point(out, 0, world.vel, seat)
    at = see_point(out, at, world.pos, seat)
    entities = world.pos.shape[0]
    at = see_offsets(out, at, world, seat, world.seats, entities, world.options.num_landmark_neighbors)
    at = see_offsets(out, at, world, seat, 0, world.seats, world.options.num_agent_neighbors)
    see_velocities(world, seat, out, at)


@compiled
def contacts(world, seat):
    """How many seats of the other side a seat overlaps."""
    hunters = world.options.num_adversaries
    first, stop = (hunters, world.seats) if seat < hunters else (0, hunters)
    count = 0
    for other in range(first, stop):
        count += touches(world, seat, other)
    return count


@compiled
def trespass(x):
    """What it costs a good agent that its coordinate is x."""
    x = abs(x)
    if x < EDGE:
        return 0.0
    if x < 1:
        return (x - EDGE) * 10
    return min(exp(2 * x - 2), 10.0)


@compiled
def reward(world, out):
    """Also notes the touches of each good agent, which `outcome` needs at the end."""
    hunters, total = world.options.num_adversaries, 0
    for seat in range(hunters, world.seats):
        count = contacts(world, seat)
        total += count
        world.note[seat - hunters] += count
        out[seat] = -10 * count - trespass(world.pos[seat, 0]) - trespass(world.pos[seat, 1])
    for seat in range(hunters):
        out[seat] = 10 * total


@compiled
def ended(world):
    if not world.options.terminate_on_success:
        return False
    is_caught = True
    for seat in range(world.options.num_adversaries, world.seats):
        is_caught &= contacts(world, seat) > 0
    return is_caught


@compiled
def never_touched(world):
    """How many good agents no adversary has touched yet."""
    count = 0
    for good in range(world.options.num_good):
        count += world.note[good] == 0
    return count


@compiled
def metrics(world, out):
    hunters, good = world.options.num_adversaries, world.options.num_good
    catches, outside, total = 0, 0, 0.0
    for seat in range(hunters, world.seats):
        catches += contacts(world, seat)
        outside += max(abs(world.pos[seat, 0]), abs(world.pos[seat, 1])) > EDGE
        nearest = inf
        for hunter in range(hunters):
            nearest = min(nearest, distance(world, seat, hunter))
        total += nearest
    out[0], out[1], out[2], out[3] = catches, total / good, never_touched(world) / good, outside / good


@compiled
def outcome(world):
    free = never_touched(world)
    if 0 < free < world.options.num_good:
        return DRAW
    return GOOD if free else ADVERSARY


def report(world: Any, seat: int) -> int:
    """mpe2's benchmark data: how many good agents an adversary overlaps; 0 for good agents."""
    return int(contacts(world, seat)) if seat < world.options.num_adversaries else 0


# Scripted players; see simple_adversary for what they are given. Where only the nearest agents are seen, a slot does
# not say whose it is: one with a velocity is a good agent's, any other is taken for an adversary's.


@compiled
def first_other(world):
    """Where the relative positions of others begin in an observation."""
    return 4 + 2 * (world.options.num_landmark_neighbors or world.landmarks)


@compiled
def prey_velocity(world, seat, obs, other):
    """Where the velocity that belongs to the slot `other` stands in an observation; 0 if it is no good agent's."""
    slots, hunters = world.options.num_agent_neighbors, world.options.num_adversaries
    if slots > 0:
        at = first_other(world) + 2 * (slots + other)
        return at if obs[at] != 0 or obs[at + 1] != 0 else 0
    rivals = hunters - 1 if seat < hunters else hunters
    return first_other(world) + 2 * (world.seats - 1 + other - rivals) if other >= rivals else 0


@compiled
def greedy(world, seat, obs, memory, action):
    """Adversary: after the nearest good agent, to where it will be. Good: away from the adversaries."""
    if seat < world.options.num_adversaries:
        chase(world, seat, obs, action)
    else:
        flee(world, seat, obs, action)


@compiled
def chase(world, seat, obs, action):
    """Full speed to where the nearest good agent will be by the time of arrival; to the middle if none is seen."""
    x, y, best = -obs[2], -obs[3], inf
    for other in range(world.options.num_agent_neighbors or world.seats - 1):
        at, v = first_other(world) + 2 * other, prey_velocity(world, seat, obs, other)
        gap = sqrt(obs[at] ** 2 + obs[at + 1] ** 2)
        if v > 0 and gap < best:
            best, time = gap, min(gap, LEAD)
            x, y = obs[at] + time * (obs[v] - obs[0]), obs[at + 1] + time * (obs[v + 1] - obs[1])
    push_along(action, x, y)


@compiled
def flee(world, seat, obs, action):
    """Of nine pushes, the one that leaves the nearest adversary farthest behind, the field and obstacles regarded."""
    best, best_x, best_y = -inf, 0, 0
    for x in range(-1, 2):
        for y in range(-1, 2):
            value = prospect(world, seat, obs, x, y)
            if value > best:
                best, best_x, best_y = value, x, y
    push_along(action, best_x, best_y)


@compiled
def prospect(world, seat, obs, push_x, push_y):
    """How good it would be for a good agent to push so for AHEAD steps: more is better."""
    x, y, vx, vy = 0.0, 0.0, obs[0], obs[1]
    for _ in range(AHEAD):
        x, y = x + 0.1 * vx, y + 0.1 * vy
        vx, vy = KEEP * vx + 0.4 * push_x, KEEP * vy + 0.4 * push_y
        slower = min(1.0, 1.3 / max(sqrt(vx * vx + vy * vy), 1e-6))
        vx, vy = vx * slower, vy * slower
    value = -trespass(obs[2] + x) - trespass(obs[3] + y)
    for mark in range(world.options.num_landmark_neighbors or world.landmarks):
        at = 4 + 2 * mark
        value -= 4 * max(0.0, 0.3 - sqrt((obs[at] - x) ** 2 + (obs[at + 1] - y) ** 2))
    nearest = 2.0
    for other in range(world.options.num_agent_neighbors or world.seats - 1):
        at = first_other(world) + 2 * other
        is_there = obs[at] != 0 or obs[at + 1] != 0
        if is_there and prey_velocity(world, seat, obs, other) == 0:
            nearest = min(nearest, sqrt((obs[at] - x) ** 2 + (obs[at + 1] - y) ** 2))
    return value + nearest


PLAYERS = {"greedy": greedy}
