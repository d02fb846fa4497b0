"""One agent walks to one landmark: the smallest game, to see whether a learner learns.

The agent is paid minus its squared distance to the landmark. One side: there is no winner, the score is the return.

Metrics: `distance` on the last frame, `mean_distance` over all frames, `success_R` whether the agent ends within R.

Source: mpe2 1.1.1 `simple`. It has no benchmark data: `infos` then hold an empty dict, as in mpe2.
"""

from typing import NamedTuple

from arena.kit.sight import distance, see_offset, see_point, squared
from arena.kit.start import scatter
from arena.kit.steer import head_for
from arena.scenario import Entity, Layout, Seat, compiled

VERSION = 1
MPE2 = "simple_v3"
LANDMARK = 1  # its entity
METRICS = {
    "distance": "last",
    "mean_distance": "mean",
    "success_0.1": "last",
    "success_0.2": "last",
    "success_0.4": "last",
}
SHARES = tuple(name for name in METRICS if "success" in name)


class Options(NamedTuple):
    pass


def layout(options: Options) -> Layout:
    """An agent and a landmark that it can stand on."""
    return Layout((Seat("agent_0", sees=4),), (Entity("landmark 0", color=(0.75, 0.25, 0.25)),))


@compiled
def spawn(world, rng):
    """The agent, then the landmark, uniform in [-1, 1] squared, at rest."""
    scatter(world, rng, 0, world.pos.shape[0], 1.0)


@compiled
def observe(world, seat, out):
    """Own velocity, and the landmark relative."""
    at = see_point(out, 0, world.vel, seat)
    see_offset(out, at, world, seat, LANDMARK)


@compiled
def reward(world, out):
    out[0] = -squared(world, 0, LANDMARK)


@compiled
def metrics(world, out):
    gap = distance(world, 0, LANDMARK)
    out[0], out[1] = gap, gap
    out[2], out[3], out[4] = gap < 0.1, gap < 0.2, gap < 0.4


@compiled
def spotlight(world):
    return LANDMARK


# Scripted players; see simple_adversary for what they are given.


@compiled
def greedy(world, seat, obs, memory, action):
    """Straight to the landmark, and to rest there."""
    head_for(action, obs[2], obs[3], obs[0], obs[1])


PLAYERS = {"greedy": greedy}
