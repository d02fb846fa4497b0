"""Physical deception: good agents reach a goal that the adversary has to guess from what they do.

N good agents and N landmarks; one landmark is the goal. The good agents know which, the adversary does not. All
good agents are paid when any of them is close to the goal and the adversary is far from it, so they should spread
over the landmarks; the adversary is paid for its own closeness to the goal.

Who wins: on the last frame a side succeeds if one of its agents touches the goal (distance below the sum of the
radii, 0.23). The side that alone succeeds wins; both or neither is a draw.

Source: mpe2 1.1.1 `simple_adversary`, after Lowe et al. 2017, "Multi-Agent Actor-Critic for Mixed
Cooperative-Competitive Environments", physical deception.
"""

from math import inf, sqrt
from typing import Any, NamedTuple

from arena.draw import integers
from arena.errors import ArenaError
from arena.kit.sight import distance, see_offset, see_offsets, squared, touches
from arena.kit.start import scatter
from arena.kit.steer import head_blindly_for
from arena.kit.talk import place_named
from arena.scenario import DRAW, Entity, Layout, Seat, compiled

VERSION = 1
MPE2 = "simple_adversary_v3"
GOAL = 0  # the note that holds the goal's entity
ADVERSARY, GOOD = 0, 1  # sides, in the order of the seats
RED, BLUE, GREY = (0.85, 0.35, 0.35), (0.35, 0.35, 0.85), (0.15, 0.15, 0.15)
METRICS = {
    "good_distance": "last",
    "adversary_distance": "last",
    "good_success_0.1": "last",
    "good_success_0.2": "last",
    "good_success_0.4": "last",
    "adversary_success_0.1": "last",
    "adversary_success_0.2": "last",
    "adversary_success_0.4": "last",
}
SHARES = tuple(name for name in METRICS if "success" in name)


class Options(NamedTuple):
    N: int = 2  # good agents, and landmarks
    num_agent_neighbors: int = 0  # other agents seen, the nearest first; 0: all
    num_landmark_neighbors: int = 0  # landmarks seen, the nearest first; 0: all


def layout(options: Options) -> Layout:
    """The adversary, then N good agents; N landmarks."""
    if options.N < 1:
        raise ArenaError(f"simple_adversary: N must be at least 1, not {options.N}")
    if min(options.num_agent_neighbors, options.num_landmark_neighbors) < 0:
        raise ArenaError("simple_adversary: the number of neighbors must be positive, or 0 for all")
    others = options.num_agent_neighbors or options.N
    marks = options.num_landmark_neighbors or options.N
    sees = 2 * (others + marks)
    adversary = Seat("adversary_0", side="adversary", sees=sees, radius=0.15, color=RED)
    good = [Seat(f"agent_{i}", side="good", sees=sees + 2, radius=0.15, color=BLUE) for i in range(options.N)]
    landmarks = [Entity(f"landmark {i}", radius=0.08, color=GREY) for i in range(options.N)]
    return Layout((adversary, *good), tuple(landmarks), notes=1)


@compiled
def spawn(world, rng):
    """The goal first, then agents and landmarks uniform in [-1, 1] squared, at rest."""
    world.note[GOAL] = world.seats + integers(rng, world.landmarks)
    scatter(world, rng, 0, world.pos.shape[0], 1.0)


@compiled
def observe(world, seat, out):
    """The goal (good agents only), the landmarks, the other agents, all relative; no velocities."""
    at = 0
    if seat > 0:
        at = see_offset(out, at, world, seat, world.note[GOAL])
    entities = world.pos.shape[0]
    at = see_offsets(out, at, world, seat, world.seats, entities, world.options.num_landmark_neighbors)
    at = see_offsets(out, at, world, seat, 0, world.seats, world.options.num_agent_neighbors)


@compiled
def closest_good(world):
    """The distance from the goal to the nearest good agent."""
    best = squared(world, 1, world.note[GOAL])
    for seat in range(2, world.seats):
        best = min(best, squared(world, seat, world.note[GOAL]))
    return sqrt(best)


@compiled
def reward(world, out):
    """Adversary: minus its distance to the goal. Good: that distance minus the distance of their nearest agent."""
    guess = distance(world, 0, world.note[GOAL])
    out[0] = -guess
    shared = guess - closest_good(world)
    for seat in range(1, world.seats):
        out[seat] = shared


@compiled
def metrics(world, out):
    good, adversary = closest_good(world), distance(world, 0, world.note[GOAL])
    out[0], out[1] = good, adversary
    out[2], out[3], out[4] = good < 0.1, good < 0.2, good < 0.4
    out[5], out[6], out[7] = adversary < 0.1, adversary < 0.2, adversary < 0.4


@compiled
def outcome(world):
    adversary = touches(world, 0, world.note[GOAL])
    good = False
    for seat in range(1, world.seats):
        good |= touches(world, seat, world.note[GOAL])
    if good == adversary:
        return DRAW
    return GOOD if good else ADVERSARY


@compiled
def spotlight(world):
    return world.note[GOAL]


def report(world: Any, seat: int) -> float | tuple[float, ...]:
    """mpe2's benchmark data: squared distances, to the goal, or to every landmark and then the goal."""

    def gap(entity: int) -> float:
        return float(((world.pos[seat] - world.pos[entity]) ** 2).sum())

    goal = int(world.note[GOAL])
    if seat == 0:
        return gap(goal)
    return (*(gap(mark) for mark in range(world.seats, len(world.pos))), gap(goal))


# Scripted players. They see what their seat observes, so they know no more than a learner does. `memory` starts at
# zero in each game and is theirs to use: [0:2] their velocity, which is not observed, the rest see `most_direct`.


@compiled
def marks_seen(world):
    """The landmarks in an observation, without slots that nothing fills."""
    return min(world.options.num_landmark_neighbors or world.landmarks, world.landmarks)


@compiled
def landmark_at(seat, mark):
    """Where the relative position of the landmark slot `mark` begins in the observation of a seat."""
    return 2 * mark + (2 if seat > 0 else 0)


@compiled
def greedy(world, seat, obs, memory, action):
    """Good: straight to the goal. Adversary: to the landmark that is nearest."""
    at = 0
    if seat == 0:
        best = inf
        for mark in range(marks_seen(world)):
            k = landmark_at(seat, mark)
            gap = obs[k] ** 2 + obs[k + 1] ** 2
            if gap < best:
                best, at = gap, k
    head_blindly_for(action, obs[at], obs[at + 1], memory)


@compiled
def deceptive(world, seat, obs, memory, action):
    """Good: one agent on each landmark. Adversary: after the agent that heads for a landmark most directly."""
    mark = (seat - 1) % marks_seen(world) if seat > 0 else most_direct(world, obs, memory)
    at = landmark_at(seat, mark)
    head_blindly_for(action, obs[at], obs[at + 1], memory)


@compiled
def most_direct(world, obs, memory):
    """The landmark slot some good agent has come closest to, relative to its start, as the adversary sees it.

    memory: [2] 1 once started, then the first distance of each (agent, landmark) pair.
    """
    marks = marks_seen(world)
    others = min(world.options.num_agent_neighbors or world.landmarks, world.landmarks)
    first_other = 2 * (world.options.num_landmark_neighbors or world.landmarks)
    best, choice = inf, 0
    for other in range(others):
        for mark in range(marks):
            m, o = 2 * mark, first_other + 2 * other
            now = ((obs[m] - obs[o]) ** 2 + (obs[m + 1] - obs[o + 1]) ** 2) ** 0.5
            slot = 3 + other * marks + mark
            if memory[2] == 0:
                memory[slot] = now
            left = now / (memory[slot] + 0.1)
            if left < best:
                best, choice = left, mark
    memory[2] = 1
    return choice


@compiled
def guess(world, seat, obs, memory, action):
    """To the landmark that is seen first, which is the goal as often as any other."""
    at = landmark_at(seat, 0)
    head_blindly_for(action, obs[at], obs[at + 1], memory)


@compiled
def middle(world, seat, obs, memory, action):
    """To the middle of the landmarks."""
    x, y = place_named(obs, landmark_at(seat, 0), marks_seen(world), -1)
    head_blindly_for(action, x, y, memory)


PLAYERS = {"greedy": greedy, "deceptive": deceptive, "guess": guess, "middle": middle}
UNINFORMED = {"adversary": ("guess", "middle")}
