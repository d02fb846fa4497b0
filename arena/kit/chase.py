"""Rules that games share in which adversaries hunt good agents on an open field.

The seats are `options.num_adversaries` hunters and then `options.num_good` prey. The scenario has a note for each of
the prey, which counts its touches.
"""

from math import exp
from typing import Any

from arena.kit.sight import distance, see_point, touches
from arena.scenario import DRAW, compiled

EDGE = 0.9  # where leaving the field begins to cost
ADVERSARY, GOOD = 0, 1  # sides, in the order of the seats


@compiled
def see_prey_velocities(out, at, world, seat):
    """The velocities of the good agents other than the seat."""
    for other in range(world.options.num_adversaries, world.seats):
        if other != seat:
            at = see_point(out, at, world.vel, other)
    return at


@compiled
def nearest(world, seat, first, stop):
    """The distance of a seat to the nearest of the entities first..stop-1."""
    best = distance(world, seat, first)
    for entity in range(first + 1, stop):
        best = min(best, distance(world, seat, entity))
    return best


@compiled
def touched(world, seat, first, stop):
    """How many of the entities first..stop-1 a seat overlaps."""
    count = 0
    for entity in range(first, stop):
        count += touches(world, seat, entity)
    return count


@compiled
def contacts(world, seat):
    """How many seats of the other side a seat overlaps."""
    hunters = world.options.num_adversaries
    return touched(world, seat, hunters, world.seats) if seat < hunters else touched(world, seat, 0, hunters)


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
def never_touched(world):
    """How many good agents no adversary has touched yet."""
    count = 0
    for good in range(world.options.num_good):
        count += world.note[good] == 0
    return count


@compiled
def measure(world, out):
    """Writes the contacts, the mean distance of prey to the nearest hunter, the shares never touched and outside."""
    hunters, good = world.options.num_adversaries, world.options.num_good
    overlaps, outside, total = 0, 0, 0.0
    for seat in range(hunters, world.seats):
        overlaps += contacts(world, seat)
        outside += max(abs(world.pos[seat, 0]), abs(world.pos[seat, 1])) > EDGE
        total += nearest(world, seat, 0, hunters)
    out[0], out[1], out[2], out[3] = overlaps, total / good, never_touched(world) / good, outside / good


@compiled
def winner(world):
    """The hunters if they have touched all prey, the prey if none was touched."""
    free = never_touched(world)
    if 0 < free < world.options.num_good:
        return DRAW
    return GOOD if free else ADVERSARY


def catches(world: Any, seat: int) -> int:
    """mpe2's benchmark data: how many good agents an adversary overlaps; 0 for good agents."""
    return int(contacts(world, seat)) if seat < world.options.num_adversaries else 0
