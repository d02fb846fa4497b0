"""Pieces of an observation for the compiled `observe` of a scenario.

Each writes at `out[at:]` and returns the place after what it wrote.
"""

from math import inf, sqrt

from numba import uintp

from arena.scenario import compiled


@compiled
def squared(world, a, b):
    """The squared distance between the centres of `a` and `b`: enough, and quicker, to tell which is nearer."""
    dx = world.pos[a, 0] - world.pos[b, 0]
    dy = world.pos[a, 1] - world.pos[b, 1]
    return dx * dx + dy * dy


@compiled
def distance(world, a, b):
    """The distance between the centres of the entities `a` and `b`."""
    return sqrt(squared(world, a, b))


@compiled
def touches(world, a, b):
    """Whether the discs `a` and `b` overlap."""
    return squared(world, a, b) < world.body.touch[a, b]


@compiled
def see_point(out, at, point, row):
    """The absolute vector `point[row]`, e.g. a position or a velocity."""
    out[at] = point[row, 0]
    out[at + 1] = point[row, 1]
    return at + 2


@compiled
def see_offset(out, at, world, seat, entity):
    """The position of `entity` relative to the seat."""
    out[at] = world.pos[entity, 0] - world.pos[seat, 0]
    out[at + 1] = world.pos[entity, 1] - world.pos[seat, 1]
    return at + 2


@compiled
def _see_run(out, at, world, seat, first, stop):
    x, y = world.pos[seat, 0], world.pos[seat, 1]
    for entity in range(first, stop):
        # unsigned, because Numba would otherwise ask of every index whether it counts from the end
        out[uintp(at)] = world.pos[uintp(entity), 0] - x
        out[uintp(at + 1)] = world.pos[uintp(entity), 1] - y
        at += 2
    return at


@compiled
def next_nearest(world, seat, first, stop, after):
    """Of the entities first..stop-1, the one that follows `after` in order of distance from the seat.

    The seat itself is left out. Begins with `after` = -1; `stop` says that none is left.
    """
    if after == stop:
        return stop
    best, best_distance = stop, inf
    last_distance = distance(world, seat, after) if after >= 0 else -1.0
    for entity in range(first, stop):
        d = distance(world, seat, entity)
        is_later = d > last_distance or (d == last_distance and entity > after)
        if entity != seat and is_later and d < best_distance:
            best, best_distance = entity, d
    return best


@compiled
def see_offsets(out, at, world, seat, first, stop, nearest):
    """The relative positions of the entities first..stop-1 without the seat itself.

    With `nearest` > 0 only that many, the closest first, and zeros for slots that no entity fills.
    """
    if nearest == 0:
        at = _see_run(out, at, world, seat, first, min(seat, stop))
        return _see_run(out, at, world, seat, max(seat + 1, first), stop)
    entity = -1
    for _ in range(nearest):
        entity = next_nearest(world, seat, first, stop, entity)
        if entity < stop:
            see_offset(out, at, world, seat, entity)
        else:
            out[at] = 0
            out[at + 1] = 0
        at += 2
    return at
