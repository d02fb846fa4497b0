"""Keep away: a good agent walks to a goal, and an adversary that does not know the goal keeps it from there.

Two landmarks, one of them the goal; the good agent sees which. It is paid minus its distance to the goal. The
adversary is paid that distance minus its own distance to the goal, so it should find out the goal from what the good
agent does, stand on it and push the other away: the two cannot overlap.

Who wins: the side that is nearer to the goal on the last frame, if it touches it (distance below the sum of the radii,
0.1). If neither touches it, it is a draw.

Source: mpe2 1.1.1 `simple_push`, after Lowe et al. 2017, keep-away. It has no benchmark data: `infos` then hold an
empty dict, as in mpe2.
"""

from typing import NamedTuple

from arena.draw import integers
from arena.kit.sight import distance, see_offset, see_offsets, see_point, squared, touches
from arena.kit.start import scatter
from arena.kit.steer import head_for
from arena.kit.talk import see_color
from arena.scenario import DRAW, Entity, Layout, Seat, compiled

VERSION = 1
MPE2 = "simple_push_v3"
GOAL = 0  # the note that holds the goal's entity
ADVERSARY, GOOD = 0, 1  # sides, and their only seats
LANDMARKS, ENTITIES = 2, 4
METRICS = {
    "good_distance": "last",
    "adversary_distance": "last",
    "good_success_0.1": "last",
    "good_success_0.2": "last",
    "good_success_0.4": "last",
    "adversary_success_0.1": "last",
    "adversary_success_0.2": "last",
    "adversary_success_0.4": "last",
    "pushes": "sum",  # frames in which the two are in contact
}
SHARES = tuple(name for name in METRICS if "success" in name)


class Options(NamedTuple):
    pass


def layout(options: Options) -> Layout:
    """The adversary and the good agent, which push each other, and a green and a blue landmark."""
    adversary = Seat("adversary_0", side="adversary", sees=8, collides=True, color=(0.75, 0.25, 0.25))
    good = Seat("agent_0", side="good", sees=19, collides=True)
    landmarks = Entity("landmark 0", color=(0.1, 0.9, 0.1)), Entity("landmark 1", color=(0.1, 0.1, 0.9))
    return Layout((adversary, good), landmarks, notes=1)


@compiled
def spawn(world, rng):
    """The goal first, then agents and landmarks uniform in [-1, 1] squared, at rest."""
    world.note[GOAL] = LANDMARKS + integers(rng, 2)
    scatter(world, rng, 0, world.pos.shape[0], 1.0)


@compiled
def observe(world, seat, out):
    """Own velocity, landmarks and the other agent relative.

    The good agent also sees the goal, its own colour, which is the goal's, and the landmarks' colours.
    """
    at = see_point(out, 0, world.vel, seat)
    goal = world.note[GOAL]
    if seat == GOOD:
        at = see_offset(out, at, world, seat, goal)
        at = see_color(out, at, 0.25, goal - LANDMARKS + 1, 0.5)
    at = see_offsets(out, at, world, seat, LANDMARKS, ENTITIES, 0)
    if seat == GOOD:
        at = see_color(out, at, 0.1, 1, 0.8)
        at = see_color(out, at, 0.1, 2, 0.8)
    see_offset(out, at, world, seat, 1 - seat)


@compiled
def reward(world, out):
    gap = distance(world, GOOD, world.note[GOAL])
    out[ADVERSARY] = gap - distance(world, ADVERSARY, world.note[GOAL])
    out[GOOD] = -gap


@compiled
def metrics(world, out):
    good, adversary = distance(world, GOOD, world.note[GOAL]), distance(world, ADVERSARY, world.note[GOAL])
    out[0], out[1] = good, adversary
    out[2], out[3], out[4] = good < 0.1, good < 0.2, good < 0.4
    out[5], out[6], out[7] = adversary < 0.1, adversary < 0.2, adversary < 0.4
    out[8] = touches(world, ADVERSARY, GOOD)


@compiled
def outcome(world):
    goal = world.note[GOAL]
    nearer = GOOD if squared(world, GOOD, goal) < squared(world, ADVERSARY, goal) else ADVERSARY
    return nearer if touches(world, nearer, goal) else DRAW


@compiled
def spotlight(world):
    return world.note[GOAL]


@compiled
def paint(world, entity):
    """A green and a blue landmark; the good agent bears the colour of the goal, which it knows."""
    if entity == ADVERSARY:
        return -1
    return (world.note[GOAL] if entity == GOOD else entity) - LANDMARKS + 1


# Scripted players; see simple_adversary for what they are given.


@compiled
def greedy(world, seat, obs, memory, action):
    """Good: straight to the goal. Adversary: to the landmark that is nearest."""
    at = 2
    if seat == ADVERSARY and obs[4] ** 2 + obs[5] ** 2 < obs[2] ** 2 + obs[3] ** 2:
        at = 4
    head_for(action, obs[at], obs[at + 1], obs[0], obs[1])


@compiled
def wary(world, seat, obs, memory, action):
    """As greedy, with two more tricks: it finds out the goal, and leans against the other once they are close.

    The adversary goes to the landmark that the good agent has come closest to, relative to its start.
    memory: [2] 1 once started, [0:2] the first distance of the good agent to each landmark.
    """
    at, other = 2, 17
    if seat == ADVERSARY:
        other = 6
        if memory[2] == 0:
            memory[0], memory[1], memory[2] = span(obs, 2, other), span(obs, 4, other), 1
        if span(obs, 4, other) / (memory[1] + 0.1) < span(obs, 2, other) / (memory[0] + 0.1):
            at = 4
    lean = 4 if obs[other] ** 2 + obs[other + 1] ** 2 < 0.15**2 else 1
    head_for(action, lean * obs[at], lean * obs[at + 1], obs[0], obs[1])


@compiled
def span(obs, a, b):
    """The distance between two things whose relative positions stand at `a` and `b`."""
    return ((obs[a] - obs[b]) ** 2 + (obs[a + 1] - obs[b + 1]) ** 2) ** 0.5


PLAYERS = {"greedy": greedy, "wary": wary}
