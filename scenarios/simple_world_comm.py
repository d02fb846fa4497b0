"""Predators with a leader who sees all and can speak hunt prey that feeds and hides in forests.

As in simple_tag slow adversaries hunt faster good agents on a field with obstacles. In a forest one is seen only by
those in the same forest and by the leader of the adversaries, the first seat; all adversaries hear the word that it
said a step before. For every pair of an adversary and a good agent that overlap in a frame, each adversary is paid 5
and the good agent pays 5; an adversary also pays a tenth of its distance to the nearest good agent. A good agent is
paid 2 for each food it touches, and pays 0.05 of its distance to the nearest and for leaving the field.

Who wins: the adversaries if they touched every good agent at least once in the game, the good agents if none of them
was touched; anything between is a draw.

Metrics: those of simple_tag; `good_meals` counts the overlaps with food of all frames, and `good_hidden` is the mean
share of good agents in a forest.

Source: mpe2 1.1.1 `simple_world_comm`, after Lowe et al. 2017. As there, food and forests are drawn twice.
Differs: mpe2 also takes casts without adversaries, in which the first good agent is called a leader; without good
agents or without food it fails in the first step.
"""

from math import inf
from typing import Any, NamedTuple

from arena.errors import ArenaError
from arena.kit.chase import catches, contacts, measure, nearest, see_prey_velocities, touched, trespass, winner
from arena.kit.pursuit import flee, ground, is_there, length, run_after, span
from arena.kit.sight import see_offsets, see_point, touches
from arena.kit.start import scatter
from arena.kit.steer import push_along
from arena.kit.talk import loudest, say, see_words
from arena.scenario import Entity, Layout, Seat, compiled

VERSION = 1
MPE2 = "simple_world_comm_v3"
LEADER = 0  # its seat
WORDS = 4
METRICS = {
    "adversary_catches": "sum",
    "adversary_distance": "mean",
    "good_free": "last",
    "good_outside": "mean",
    "good_meals": "sum",
    "good_hidden": "mean",
}
SHARES = ("good_free", "good_outside", "good_hidden")


class Options(NamedTuple):
    num_good: int = 2  # prey
    num_adversaries: int = 4  # hunters, the leader among them
    num_obstacles: int = 1  # solid discs
    num_food: int = 2  # pieces of food, which stay where they are
    num_forests: int = 2  # forests to hide in


def layout(options: Options) -> Layout:
    """The leader, the other adversaries, the good agents; obstacles, food, forests. A note for each good agent."""
    for name, least in zip(options._fields, (1, 1, 0, 1, 0), strict=True):
        if getattr(options, name) < least:
            raise ArenaError(f"simple_world_comm: {name} must be at least {least}, not {getattr(options, name)}")
    return Layout((*adversaries(options), *prey(options)), landmarks(options), notes=options.num_good)


def adversaries(options: Options) -> list[Seat]:
    """The seats that hunt; the first of them talks."""
    look: dict[str, Any] = {"side": "adversary", "radius": 0.075, "accel": 3.0, "max_speed": 1.0, "collides": True}
    look["sees"] = width(options) + 2 * options.num_good + WORDS
    leader = Seat("leadadversary_0", talk=WORDS, color=(0.65, 0.15, 0.15), **look)
    others = range(options.num_adversaries - 1)
    return [leader, *(Seat(f"adversary_{i}", color=(0.95, 0.45, 0.45), **look) for i in others)]


def prey(options: Options) -> list[Seat]:
    """The seats that feed and flee."""
    look: dict[str, Any] = {"side": "good", "radius": 0.045, "accel": 4.0, "max_speed": 1.3, "collides": True}
    look["sees"] = width(options) + 2 * (options.num_good - 1)
    return [Seat(f"agent_{i}", color=(0.45, 0.95, 0.45), **look) for i in range(options.num_good)]


def landmarks(options: Options) -> tuple[Entity, ...]:
    """Obstacles that nobody can pass, food, and forests to walk into."""
    obstacles = [Entity(f"landmark {i}", radius=0.2, collides=True) for i in range(options.num_obstacles)]
    food = [Entity(f"food {i}", radius=0.03, color=(0.15, 0.15, 0.65)) for i in range(options.num_food)]
    forests = [Entity(f"forest {i}", radius=0.3, color=(0.6, 0.9, 0.6)) for i in range(options.num_forests)]
    return (*obstacles, *food, *forests)


def width(options: Options) -> int:
    """The width of an observation without velocities of others and without words."""
    others = options.num_good + options.num_adversaries - 1
    return 4 + 2 * (options.num_obstacles + options.num_food + options.num_forests + others) + options.num_forests


@compiled
def first_food(world):
    """The entity number of the first piece of food."""
    return world.seats + world.options.num_obstacles


@compiled
def first_forest(world):
    """The entity number of the first forest."""
    return first_food(world) + world.options.num_food


@compiled
def spawn(world, rng):
    """Agents uniform in [-1, 1] squared, landmarks in [-0.9, 0.9] squared, food and forests once more, at rest."""
    scatter(world, rng, 0, world.seats, 1.0)
    scatter(world, rng, world.seats, world.pos.shape[0], 0.9)
    scatter(world, rng, first_food(world), world.pos.shape[0], 0.9)


@compiled
def hides(world, seat):
    """Whether a seat is in a forest."""
    return touched(world, seat, first_forest(world), world.pos.shape[0]) > 0


@compiled
def sees(world, seat, other):
    """Whether a seat sees another: both in one forest, or neither in any. The leader sees everyone."""
    if seat == LEADER:
        return True
    is_shared = False
    for forest in range(first_forest(world), world.pos.shape[0]):
        is_shared |= touches(world, seat, forest) and touches(world, other, forest)
    return is_shared or not (hides(world, seat) or hides(world, other))


@compiled
def veil(out, at, world, seat, first):
    """Wipes out what a seat observes at `at` of the hidden among the seats from `first` on, without itself."""
    for other in range(first, world.seats):
        if other != seat:
            if not sees(world, seat, other):
                out[at], out[at + 1] = 0, 0
            at += 2


@compiled
def see_forests(out, at, world, seat):
    """For each forest 1 if the seat is in it, else -1."""
    for forest in range(first_forest(world), world.pos.shape[0]):
        out[at] = 1 if touches(world, seat, forest) else -1
        at += 1
    return at


@compiled
def observe(world, seat, out):
    """Own velocity and position, landmarks and others relative, velocities of good agents, forests, the leader's word.

    Good agents hear nothing, and see their forests before the velocities.
    """
    at = see_point(out, 0, world.vel, seat)
    at = see_point(out, at, world.pos, seat)
    at = see_offsets(out, at, world, seat, world.seats, world.pos.shape[0], 0)
    others = at
    at = see_offsets(out, at, world, seat, 0, world.seats, 0)
    veil(out, others, world, seat, 0)
    if seat >= world.options.num_adversaries:
        at = see_forests(out, at, world, seat)
    speeds = at
    at = see_prey_velocities(out, at, world, seat)
    veil(out, speeds, world, seat, world.options.num_adversaries)
    if seat < world.options.num_adversaries:
        at = see_forests(out, at, world, seat)
        see_words(out, at, world, LEADER)


@compiled
def meals(world, seat):
    """How many pieces of food a seat touches."""
    return touched(world, seat, first_food(world), first_forest(world))


@compiled
def reward(world, out):
    """Also notes the touches of each good agent, which `outcome` needs at the end."""
    hunters, total = world.options.num_adversaries, 0
    for seat in range(hunters, world.seats):
        count = contacts(world, seat)
        total += count
        world.note[seat - hunters] += count
        outside = trespass(world.pos[seat, 0]) + trespass(world.pos[seat, 1])
        hunger = nearest(world, seat, first_food(world), first_forest(world))
        out[seat] = 2 * meals(world, seat) - 5 * count - 2 * outside - 0.05 * hunger
    for seat in range(hunters):
        out[seat] = 5 * total - 0.1 * nearest(world, seat, hunters, world.seats)


@compiled
def metrics(world, out):
    measure(world, out)
    eaten, hidden = 0, 0
    for seat in range(world.options.num_adversaries, world.seats):
        eaten += meals(world, seat)
        hidden += hides(world, seat)
    out[4], out[5] = eaten, hidden / world.options.num_good


outcome = winner
report = catches


# Scripted players; see simple_adversary for what they are given.


@compiled
def greedy(world, seat, obs, memory, action):
    """Adversary: after the nearest good agent in sight. Good: to food, and away from adversaries that come near.

    The leader's word is the quarter of the field in which it hunts; who sees no good agent goes there.
    """
    if seat >= world.options.num_adversaries:
        flee(world, seat, obs, action, comfort)
        return
    first = 4 + 2 * world.landmarks
    quarter = loudest(obs, obs.shape[0] - WORDS, WORDS)  # no observation is wider than an adversary's
    x, y = (0.5 if quarter % 2 else -0.5), (0.5 if quarter // 2 else -0.5)
    push_along(action, x - obs[2], y - obs[3])
    best = inf
    for good in range(world.options.num_good):
        at = first + 2 * (world.options.num_adversaries - 1 + good)
        if is_there(obs, at) and length(obs, at) < best:
            best = length(obs, at)
            run_after(obs, action, at, first + 2 * (world.seats - 1 + good))
            quarter = (obs[2] + obs[at] > 0) + 2 * (obs[3] + obs[at + 1] > 0)
    if seat == LEADER:
        say(action, quarter)


@compiled
def comfort(world, seat, obs, x, y):
    """How good it is for a good agent to be at (x, y): on good ground near food, no adversary within 0.8."""
    value, hunger = ground(obs, world.options.num_obstacles, x, y), inf
    for food in range(world.options.num_food):
        hunger = min(hunger, span(obs, 4 + 2 * (world.options.num_obstacles + food), x, y))
    danger = 0.8
    for other in range(world.options.num_adversaries):
        at = 4 + 2 * (world.landmarks + other)
        if is_there(obs, at):
            danger = min(danger, span(obs, at, x, y))
    return value + 8 * danger - hunger


PLAYERS = {"greedy": greedy}
