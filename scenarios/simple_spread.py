"""Cooperative navigation: N agents cover N landmarks between them without running into each other.

The agents are paid together for the distance of every landmark to its nearest agent, and each alone for the agents
it overlaps; `local_ratio` weighs the two. One side: there is no winner, the score is the return.

Metrics: `cover` is the mean over frames of the summed distance of every landmark to its nearest agent, `hits` the
mean number of others that an agent overlaps in a frame, `covered` the landmarks within 0.1 on the last frame. At
local_ratio 0.5 the return per agent is -12.5 (cover + hits) over 25 steps.

Source: mpe2 1.1.1 `simple_spread`, after Lowe et al. 2017, cooperative navigation.
"""

from math import inf, sqrt
from typing import Any, NamedTuple

import numpy as np

from arena.errors import ArenaError
from arena.kit.sight import see_offsets, see_point, squared, touches
from arena.kit.start import scatter
from arena.kit.steer import head_for
from arena.scenario import Entity, Layout, Seat, compiled

VERSION = 1
MPE2 = "simple_spread_v3"
STAGES = 2
CAPTURE_RADIUS = 0.1
MESSAGE = 2  # the width of the others' messages, which are always zero: everyone is silent
METRICS = {"cover": "mean", "hits": "mean", "covered": "last"}


class Options(NamedTuple):
    N: int = 3  # agents, and landmarks
    local_ratio: float = 0.5  # weight of an agent's own collisions against the shared cover
    curriculum: bool = False  # with it, `stage` 0 leaves collisions out of the reward
    stage: int = 0  # the stage of the curriculum: 0 or 1
    terminate_on_success: bool = False  # the game ends once every landmark has an agent within 0.1
    num_agent_neighbors: int = 0  # other agents seen, the nearest first; 0: all
    num_landmark_neighbors: int = 0  # landmarks seen, the nearest first; 0: all


def layout(options: Options) -> Layout:
    """N agents that push each other, N landmarks."""
    if options.N < 1:
        raise ArenaError(f"simple_spread: N must be at least 1, not {options.N}")
    if not 0 <= options.local_ratio <= 1:
        raise ArenaError(f"simple_spread: local_ratio must lie between 0 and 1, not {options.local_ratio}")
    if not 0 <= options.stage < STAGES:
        raise ArenaError(f"simple_spread: stage must be 0 or 1, not {options.stage}")
    if options.stage and not options.curriculum:
        raise ArenaError("simple_spread: stage has no effect without curriculum=true")
    if min(options.num_agent_neighbors, options.num_landmark_neighbors) < 0:
        raise ArenaError("simple_spread: the number of neighbors must be positive, or 0 for all")
    others = options.num_agent_neighbors or options.N - 1
    marks = options.num_landmark_neighbors or options.N
    sees = 4 + 2 * marks + (2 + MESSAGE) * others
    look: dict[str, Any] = {"sees": sees, "blank": MESSAGE * others, "radius": 0.15, "collides": True}
    seats = [Seat(f"agent_{i}", color=(0.35, 0.35, 0.85), **look) for i in range(options.N)]
    return Layout(tuple(seats), tuple(Entity(f"landmark {i}") for i in range(options.N)))


@compiled
def spawn(world, rng):
    """Agents and landmarks uniform in [-1, 1] squared, at rest."""
    scatter(world, rng, 0, world.pos.shape[0], 1.0)


@compiled
def observe(world, seat, out):
    """Own velocity and position, landmarks and others relative, then the others' messages (zeros)."""
    at = see_point(out, 0, world.vel, seat)
    at = see_point(out, at, world.pos, seat)
    entities = world.pos.shape[0]
    at = see_offsets(out, at, world, seat, world.seats, entities, world.options.num_landmark_neighbors)
    at = see_offsets(out, at, world, seat, 0, world.seats, world.options.num_agent_neighbors)


@compiled
def nearest_agent(world, landmark):
    """The distance from a landmark to the agent nearest to it."""
    best = squared(world, 0, landmark)
    for seat in range(1, world.seats):
        best = min(best, squared(world, seat, landmark))
    return sqrt(best)


@compiled
def cover(world):
    """The sum over landmarks of the distance to the nearest agent."""
    total = nearest_agent(world, world.seats)
    for landmark in range(world.seats + 1, world.pos.shape[0]):
        total += nearest_agent(world, landmark)
    return total


@compiled
def contacts(world, seat):
    """How many other agents a seat overlaps."""
    count = 0
    for other in range(world.seats):
        count += other != seat and touches(world, seat, other)
    return count


@compiled
def reward(world, out):
    shared, ratio = -cover(world), world.options.local_ratio
    is_penalised = not world.options.curriculum or world.options.stage > 0
    for seat in range(world.seats):
        own = -contacts(world, seat) if is_penalised else 0
        out[seat] = shared * (1 - ratio) + own * ratio


@compiled
def ended(world):
    if not world.options.terminate_on_success:
        return False
    covered = True
    for landmark in range(world.seats, world.pos.shape[0]):
        covered &= nearest_agent(world, landmark) < CAPTURE_RADIUS
    return covered


@compiled
def metrics(world, out):
    overlaps, near = 0, 0
    for seat in range(world.seats):
        overlaps += contacts(world, seat)
    for landmark in range(world.seats, world.pos.shape[0]):
        near += nearest_agent(world, landmark) < CAPTURE_RADIUS
    out[0], out[1], out[2] = cover(world), overlaps / world.seats, near


def report(world: Any, seat: int) -> tuple[float, int, float, int]:
    """mpe2's benchmark data: (reward, collisions, summed distances, landmarks within 0.1)."""
    agents, landmarks = world.pos[: world.seats], world.pos[world.seats :]
    nearest = np.hypot(*(landmarks[:, None] - agents).T).min(0)
    others = np.delete(np.arange(world.seats), seat)
    hits = int((np.hypot(*(agents[others] - agents[seat]).T) < 2 * world.body.radius[seat]).sum())
    return float(-nearest.sum() - hits), hits, float(nearest.sum()), int((nearest < CAPTURE_RADIUS).sum())


# Scripted players; see simple_adversary for what they are given.


@compiled
def greedy(world, seat, obs, memory, action):
    """To a landmark of its own: agents pick in seat order, each the nearest landmark that is left."""
    marks = min(world.options.num_landmark_neighbors or world.landmarks, world.landmarks)
    others = min(world.options.num_agent_neighbors or world.seats - 1, world.seats - 1)
    first_other = 4 + 2 * (world.options.num_landmark_neighbors or world.landmarks)
    target, taken = 0, 0
    for who in range(min(seat, others) + 1):
        x, y = obs[0] * 0, obs[0] * 0
        if who < min(seat, others):
            x, y = obs[first_other + 2 * who], obs[first_other + 2 * who + 1]
        best = inf
        for mark in range(marks):
            gap = (obs[4 + 2 * mark] - x) ** 2 + (obs[5 + 2 * mark] - y) ** 2
            if not taken & (1 << mark) and gap < best:
                best, target = gap, mark
        taken |= 1 << target
    head_for(action, obs[4 + 2 * target], obs[5 + 2 * target], obs[0], obs[1])


PLAYERS = {"greedy": greedy}
