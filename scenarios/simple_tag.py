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

from math import inf
from typing import Any, NamedTuple

from arena.errors import ArenaError
from arena.kit.chase import catches, contacts, measure, see_prey_velocities, trespass, winner
from arena.kit.pursuit import flee, ground, is_there, length, run_after, span
from arena.kit.sight import next_nearest, see_offsets, see_point
from arena.kit.start import scatter
from arena.kit.steer import push_along
from arena.scenario import Entity, Layout, Seat, compiled

VERSION = 1
MPE2 = "simple_tag_v3"
PREY_SPEED = (0.5, 0.75, 1.0)  # of each stage of the curriculum, in full speeds
STAGES = len(PREY_SPEED)
METRICS = {"adversary_catches": "sum", "adversary_distance": "mean", "good_free": "last", "good_outside": "mean"}
SHARES = ("good_free", "good_outside")


class Options(NamedTuple):
    num_good: int = 1  # prey
    num_adversaries: int = 3  # hunters
    num_obstacles: int = 2  # solid discs
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
    scatter(world, rng, 0, world.seats, 1.0)
    scatter(world, rng, world.seats, world.pos.shape[0], 0.9)


@compiled
def see_velocities(world, seat, out, at):
    """The velocities of the other good agents.

    Where only the nearest agents are seen, in their order, with zeros for adversaries and for empty slots.
    """
    hunters, nearest = world.options.num_adversaries, world.options.num_agent_neighbors
    if nearest == 0:
        see_prey_velocities(out, at, world, seat)
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


metrics = measure
outcome = winner
report = catches


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
        return at if is_there(obs, at) else 0
    rivals = hunters - 1 if seat < hunters else hunters
    return first_other(world) + 2 * (world.seats - 1 + other - rivals) if other >= rivals else 0


@compiled
def greedy(world, seat, obs, memory, action):
    """Adversary: after the nearest good agent, to where it will be. Good: away from the adversaries."""
    if seat < world.options.num_adversaries:
        chase(world, seat, obs, action)
    else:
        flee(world, seat, obs, action, room)


@compiled
def chase(world, seat, obs, action):
    """After the nearest good agent; to the middle if none is seen."""
    push_along(action, -obs[2], -obs[3])
    best = inf
    for other in range(world.options.num_agent_neighbors or world.seats - 1):
        at, v = first_other(world) + 2 * other, prey_velocity(world, seat, obs, other)
        if v > 0 and length(obs, at) < best:
            best = length(obs, at)
            run_after(obs, action, at, v)


@compiled
def room(world, seat, obs, x, y):
    """How good it is for a good agent to be at (x, y): on good ground far from the nearest adversary."""
    nearest = 2.0
    for other in range(world.options.num_agent_neighbors or world.seats - 1):
        at = first_other(world) + 2 * other
        if is_there(obs, at) and prey_velocity(world, seat, obs, other) == 0:
            nearest = min(nearest, span(obs, at, x, y))
    return ground(obs, world.options.num_landmark_neighbors or world.landmarks, x, y) + nearest


PLAYERS = {"greedy": greedy}
