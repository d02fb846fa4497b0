"""Treasure hunt: collectors pick up treasures and take each to the deposit of its kind.

A collector carries one treasure at a time; deposits move too, one for each kind. A pickup pays everybody 5, so does a
delivery. Beyond that a collector is paid minus 0.1 times the distance to the nearest treasure, or to the deposit of
what it carries, and -5 for each collector that it overlaps; a deposit minus 0.1 times the distance to the nearest
collector that brings it something, or to the middle of all collectors. A treasure that was picked up lies somewhere
else one step later. One side: there is no winner, the score is the return.

Metrics: `pickups` and `deliveries` are counts over the game, `hits` the mean number of overlapping pairs of
collectors in a frame.

As in mpe2 1.1.1, where the generator is copied before it is used, the draws for new places repeat those of the start;
only in the PettingZoo view, the engine draws afresh.

Source: mpe2 1.1.1 `collect_treasure`, after Iqbal and Sha 2019, "Actor-Attention-Critic for Multi-Agent Reinforcement
Learning".
"""

from math import inf, sqrt
from typing import Any, NamedTuple

from arena.draw import integers, uniform
from arena.errors import ArenaError
from arena.kit.sight import distance, see_offset, see_point, squared, touches
from arena.kit.start import scatter
from arena.kit.steer import head_for
from arena.scenario import Entity, Layout, Seat, compiled

VERSION = 1
MPE2 = "collect_treasure_v1"
PICKUPS, DELIVERIES, HOLDS = 0, 1, 2  # notes: both counts of this step, then 1 + the kind, or 0, of each ...
PRIZE, PENALTY, PULL = 5.0, 5.0, 0.1
BOUND = 0.95  # treasures lie within
MOST_KINDS = 6
GREY, DARK, GOLD = (0.85, 0.85, 0.85), (0.25, 0.25, 0.25), (0.945, 0.553, 0.0)
METRICS = {"pickups": "sum", "deliveries": "sum", "hits": "mean"}


class Options(NamedTuple):
    num_collectors: int = 6  # seats that carry treasures
    num_deposits: int = 2  # seats that take them, one for each kind of treasure; at most 6
    num_treasures: int = 6  # treasures on the field at a time


def layout(options: Options) -> Layout:
    """The collectors, then the deposits; the treasures. Nobody pushes anybody."""
    for name, count in options._asdict().items():
        if count < 1:
            raise ArenaError(f"collect_treasure: {name} must be at least 1, not {count}")
    collectors, kinds, treasures = options
    if kinds > MOST_KINDS:
        raise ArenaError(f"collect_treasure: num_deposits must be at most {MOST_KINDS}, not {kinds}")
    sees = 4 + (collectors + kinds - 1) * (4 + 2 * kinds) + treasures * (2 + kinds)
    slow: dict[str, Any] = {"accel": 1.5, "max_speed": 1.0}
    seats = (
        *(Seat(f"collector_{i}", sees=sees + kinds, color=GREY, **slow) for i in range(collectors)),
        *(Seat(f"deposit_{i}", sees=sees, radius=0.075, mass=2.25, color=DARK, **slow) for i in range(kinds)),
    )
    marks = tuple(Entity(f"treasure_{i}", radius=0.025, color=GOLD) for i in range(treasures))
    entities = len(seats) + treasures
    return Layout(seats, marks, notes=HOLDS + entities, work=(1, entities))


@compiled
def kind_of(world, entity):
    """1 + the kind of what a collector holds or of a treasure that lies there, else 0."""
    return world.note[HOLDS + entity]


@compiled
def spawn(world, rng):
    """Seats uniform in [-1, 1] squared; of each treasure the kind, then the place in [-0.95, 0.95] squared."""
    scatter(world, rng, 0, world.seats, 1.0)
    for mark in range(world.seats, world.pos.shape[0]):
        world.note[HOLDS + mark] = 1 + integers(rng, world.options.num_deposits)
        world.pos[mark, 0] = uniform(rng, -BOUND, BOUND)
        world.pos[mark, 1] = uniform(rng, -BOUND, BOUND)


@compiled
def happen(world, rng):
    """Treasures are picked up or come back, then what is at its deposit is delivered."""
    world.note[PICKUPS] = world.note[DELIVERIES] = 0
    for mark in range(world.seats, world.pos.shape[0]):
        if kind_of(world, mark) > 0:
            pick_up(world, mark)
        else:
            uniform(rng, 0.0, 1.0)  # mpe2's chance to come back, which is 1
            world.pos[mark, 0] = uniform(rng, -BOUND, BOUND)
            world.pos[mark, 1] = uniform(rng, -BOUND, BOUND)
            world.note[HOLDS + mark] = 1 + integers(rng, world.options.num_deposits)
    for seat in range(world.options.num_collectors):
        if kind_of(world, seat) > 0 and touches(world, seat, deposit_for(world, seat)):
            world.note[HOLDS + seat] = 0
            world.note[DELIVERIES] += 1


@compiled
def pick_up(world, mark):
    """Gives a treasure to the first free collector that touches it."""
    for seat in range(world.options.num_collectors):
        if kind_of(world, seat) == 0 and touches(world, mark, seat):
            world.note[HOLDS + seat], world.note[HOLDS + mark] = kind_of(world, mark), 0
            world.note[PICKUPS] += 1
            return


@compiled
def deposit_for(world, seat):
    """The deposit of what a collector holds."""
    return world.options.num_collectors + kind_of(world, seat) - 1


@compiled
def see_kind(out, at, world, kind):
    """A kind, counted from 1, as one of num_deposits flags; all are 0 for kind 0."""
    for k in range(world.options.num_deposits):
        out[at + k] = kind == k + 1
    return at + world.options.num_deposits


@compiled
def rank(gaps, entity, first, stop):
    """How many of first..stop-1 come before an entity in order of their gaps."""
    count = 0
    for other in range(first, stop):
        count += gaps[other] < gaps[entity] or (gaps[other] == gaps[entity] and other < entity)
    return count


@compiled
def observe(world, seat, out):
    """Own position and velocity, what a collector holds; the others, the nearest first: relative position, velocity,
    kind of deposit, kind held; the treasures, the nearest first: relative position, kind; zeros for those picked up.
    """
    collectors, kinds, gaps = world.options.num_collectors, world.options.num_deposits, world.work[0]
    at = see_point(out, 0, world.pos, seat)
    at = see_point(out, at, world.vel, seat)
    if seat < collectors:
        at = see_kind(out, at, world, kind_of(world, seat))
    for other in range(world.seats):
        gaps[other] = squared(world, seat, other) if other != seat else inf
    for other in range(world.seats):
        if other != seat:
            to = at + rank(gaps, other, 0, world.seats) * (4 + 2 * kinds)
            to = see_offset(out, to, world, seat, other)
            to = see_point(out, to, world.vel, other)
            to = see_kind(out, to, world, max(other - collectors + 1, 0))
            see_kind(out, to, world, kind_of(world, other))
    see_treasures(out, at + (world.seats - 1) * (4 + 2 * kinds), world, seat)


@compiled
def see_treasures(out, at, world, seat):
    """Writes at `out[at:]` what a seat sees of the treasures."""
    first, stop, gaps = world.seats, world.pos.shape[0], world.work[0]
    for mark in range(first, stop):
        gaps[mark] = squared(world, seat, mark) if kind_of(world, mark) > 0 else inf
    for mark in range(first, stop):
        to = at + rank(gaps, mark, first, stop) * (2 + world.options.num_deposits)
        is_there = kind_of(world, mark) > 0
        out[to] = is_there * (world.pos[mark, 0] - world.pos[seat, 0])
        out[to + 1] = is_there * (world.pos[mark, 1] - world.pos[seat, 1])
        see_kind(out, to + 2, world, kind_of(world, mark))


@compiled
def overlaps(world, seat):
    """How many other collectors a collector overlaps."""
    count = 0
    for other in range(world.options.num_collectors):
        count += other != seat and touches(world, seat, other)
    return count


@compiled
def way_to_go(world, seat):
    """A collector's distance to its deposit or to the nearest treasure; 0 if there is none."""
    if kind_of(world, seat) > 0:
        return distance(world, seat, deposit_for(world, seat))
    best = inf
    for mark in range(world.seats, world.pos.shape[0]):
        if kind_of(world, mark) > 0:
            best = min(best, distance(world, seat, mark))
    return best if best < inf else 0.0


@compiled
def way_to_wait(world, seat):
    """A deposit's distance to the nearest collector that brings it something, or to the middle of all collectors."""
    collectors = world.options.num_collectors
    best, x, y = inf, 0.0, 0.0
    for other in range(collectors):
        if kind_of(world, other) > 0 and deposit_for(world, other) == seat:
            best = min(best, distance(world, seat, other))
        x += world.pos[other, 0] / collectors
        y += world.pos[other, 1] / collectors
    if best < inf:
        return best
    dx, dy = x - world.pos[seat, 0], y - world.pos[seat, 1]
    return sqrt(dx * dx + dy * dy)


@compiled
def reward(world, out):
    shared = PRIZE * (world.note[PICKUPS] + world.note[DELIVERIES])
    for seat in range(world.seats):
        if seat < world.options.num_collectors:
            out[seat] = shared - PULL * way_to_go(world, seat) - PENALTY * overlaps(world, seat)
        else:
            out[seat] = shared - PULL * way_to_wait(world, seat)


@compiled
def metrics(world, out):
    hits = 0
    for seat in range(world.options.num_collectors):
        hits += overlaps(world, seat)
    out[0], out[1], out[2] = world.note[PICKUPS], world.note[DELIVERIES], hits / 2


@compiled
def paint(world, entity):
    """A colour for each kind: of a treasure that lies there, of what a collector carries, of a deposit."""
    collectors = world.options.num_collectors
    return entity - collectors if collectors <= entity < world.seats else kind_of(world, entity) - 1


def report(world: Any, seat: int) -> tuple[int | None, int]:
    """mpe2's benchmark data: (kind held or None, treasures there), of deposits (collectors on the way, treasures)."""
    collectors = world.options.num_collectors
    holds = world.note[HOLDS:]
    there = int((holds[world.seats :] > 0).sum())
    if seat < collectors:
        return (int(holds[seat]) - 1 if holds[seat] else None), there
    return int((holds[:collectors] == seat - collectors + 1).sum()), there


# Scripted players; see simple_adversary for what they are given.


@compiled
def greedy(world, seat, obs, memory, action):
    """Collector: to its deposit, or to the nearest treasure that no free collector is nearer to, or else it rests.
    Deposit: to the nearest collector that brings it something, or else it rests.
    """
    kinds, collectors = world.options.num_deposits, world.options.num_collectors
    first, at = 4, -1
    if seat >= collectors:
        at = nearest_with(world, obs, first, 4 + kinds + seat - collectors)
    else:
        first += kinds
        held = first_flag(obs, 4, kinds)
        at = nearest_with(world, obs, first, 4 + held) if held >= 0 else own_treasure(world, obs, first)
    if at >= 0:
        head_for(action, obs[at], obs[at + 1], obs[2], obs[3])
    else:
        head_for(action, 0.0, 0.0, obs[2], obs[3])


@compiled
def first_flag(obs, at, count):
    """The first of the flags obs[at:] that is set, or -1."""
    for k in range(count):
        if obs[at + k] > 0.5:
            return k
    return -1


@compiled
def nearest_with(world, obs, first, flag):
    """Where the nearest seat that has a flag set begins in an observation, or -1; the seats begin at `first`."""
    width = 4 + 2 * world.options.num_deposits
    for other in range(world.seats - 1):
        at = first + other * width
        if obs[at + flag] > 0.5:
            return at
    return -1


@compiled
def own_treasure(world, obs, first):
    """Where the nearest treasure that no free collector is nearer to begins in an observation, or -1."""
    kinds, others = world.options.num_deposits, world.seats - 1
    width = 4 + 2 * kinds
    for mark in range(world.landmarks):
        at = first + others * width + mark * (2 + kinds)
        is_own = first_flag(obs, at + 2, kinds) >= 0
        for o in range(first, first + others * width, width):
            gap = (obs[at] - obs[o]) ** 2 + (obs[at + 1] - obs[o + 1]) ** 2
            is_nearer = gap < obs[at] ** 2 + obs[at + 1] ** 2
            is_own = is_own and not (is_nearer and first_flag(obs, o + 4, 2 * kinds) < 0)
        if is_own:
            return at
    return -1


PLAYERS = {"greedy": greedy}
