"""Hilltop: two players push each other off a hill; the one who stands nearer to its top is paid.

In each step a player is paid how much nearer to the top it is than the other. A player that is pushed out of the
ring ends the game.

Who wins: whoever is nearer to the top on the last frame; a difference below 0.05 is a draw.

Metrics: `distance` of both to the top, the mean over all frames; `falls`, whether one was pushed out.

Source: the template of marl-arena. Copy it, rename it, and look at it with `arena check scenario my_game.py`.
"""

from typing import NamedTuple

from arena.draw import uniform
from arena.errors import ArenaError
from arena.kit.sight import distance, see_offset, see_point
from arena.kit.steer import head_for
from arena.scenario import DRAW, Entity, Layout, Seat, compiled

VERSION = 1  # raise it when the game changes: old results are then told from new ones
RED, BLUE, TOP = 0, 1, 2  # entities: seats first, then landmarks; as sides, too, the first is RED
METRICS = {"distance": "mean", "falls": "last"}  # how the frames of a game become one number: last, mean or sum


class Options(NamedTuple):
    """Numbers with defaults: arena train my_game.py --option size=0.2"""

    size: float = 0.15  # radius of the players
    ring: float = 1.0  # how far from the top a player may be


def layout(options: Options) -> Layout:
    """The players and the top of the hill, which nothing bumps into."""
    if not 0 < options.size < options.ring:
        raise ArenaError(f"size must lie between 0 and ring ({options.ring}), not {options.size}")
    red = Seat("red_0", side="red", sees=6, radius=options.size, collides=True, color=(0.85, 0.35, 0.35))
    blue = Seat("blue_0", side="blue", sees=6, radius=options.size, collides=True, color=(0.35, 0.35, 0.85))
    return Layout((red, blue), (Entity("top", radius=0.1),))


@compiled
def spawn(world, rng):
    """Everything begins at zero and at rest; all chance comes from rng."""
    reach = 0.7 * world.options.ring
    for seat in range(world.seats):
        world.pos[seat, 0] = uniform(rng, -reach, reach)
        world.pos[seat, 1] = uniform(rng, -reach, reach)


@compiled
def observe(world, seat, out):
    """Writes exactly `sees` numbers: own velocity, the top and the other player relative."""
    at = see_point(out, 0, world.vel, seat)
    at = see_offset(out, at, world, seat, TOP)
    see_offset(out, at, world, seat, BLUE - seat)


@compiled
def lead(world):
    """How much nearer to the top red is than blue: a function of your own."""
    return distance(world, BLUE, TOP) - distance(world, RED, TOP)


@compiled
def reward(world, out):
    """Writes one number for each seat."""
    out[RED], out[BLUE] = lead(world), -lead(world)


@compiled
def ended(world):
    """Optional: without it a game ends at the time limit, max_cycles."""
    return max(distance(world, RED, TOP), distance(world, BLUE, TOP)) > world.options.ring


@compiled
def metrics(world, out):
    """Writes one number for each of METRICS, in their order."""
    out[0] = (distance(world, RED, TOP) + distance(world, BLUE, TOP)) / 2
    out[1] = ended(world)


@compiled
def outcome(world):
    """Optional: the number of the side that won, in the order of the seats."""
    if abs(lead(world)) < 0.05:
        return DRAW
    return RED if lead(world) > 0 else BLUE


@compiled
def greedy(world, seat, obs, memory, action):
    """Optional: a player that sees what its seat observes. This one heads straight for the top."""
    head_for(action, obs[2], obs[3], obs[0], obs[1])


PLAYERS = {"greedy": greedy}
