"""Two agents each know where the other should go: both have to speak, to listen and to walk.

Each has a goal among three landmarks and sees the colour of its partner's. A step pays an agent `local_ratio` times
minus the distance of its partner to that goal, and the rest of the weight times the mean of both agents' such pay.
One side: there is no winner, the score is the return.

Metrics: `distance` of an agent to its goal on the last frame, `mean_distance` over all frames, `success_R` the share
of agents that end within R of their goal.

Source: mpe2 1.1.1 `simple_reference`. It has no benchmark data: `infos` then hold an empty dict, as in mpe2.
"""

from typing import NamedTuple

from arena.draw import integers
from arena.errors import ArenaError
from arena.kit.sight import distance, see_offsets, see_point
from arena.kit.start import scatter
from arena.kit.steer import head_for
from arena.kit.talk import loudest, place_named, say, see_color, see_words
from arena.scenario import Entity, Layout, Seat, compiled

VERSION = 1
MPE2 = "simple_reference_v3"
LANDMARKS = 2  # the first one; the note of each seat holds the landmark to which its partner should go
WORDS, NAMES = 10, 3  # words there are, and landmarks to name
METRICS = {
    "distance": "last",
    "mean_distance": "mean",
    "success_0.1": "last",
    "success_0.2": "last",
    "success_0.4": "last",
}
SHARES = tuple(name for name in METRICS if "success" in name)


class Options(NamedTuple):
    local_ratio: float = 0.5  # weight of what an agent's own partner does, against the mean


def layout(options: Options) -> Layout:
    """Two agents; a red, a green and a blue landmark. A note for each agent: the goal of its partner."""
    if not 0 <= options.local_ratio <= 1:
        raise ArenaError(f"simple_reference: local_ratio must be between 0 and 1, not {options.local_ratio}")
    seats = tuple(Seat(f"agent_{i}", sees=21, talk=WORDS) for i in range(2))
    colors = (0.75, 0.25, 0.25), (0.25, 0.75, 0.25), (0.25, 0.25, 0.75)
    return Layout(seats, tuple(Entity(f"landmark {i}", color=color) for i, color in enumerate(colors)), notes=2)


@compiled
def spawn(world, rng):
    """The goals of the second and the first agent, then everything uniform in [-1, 1] squared, at rest."""
    for seat in range(world.seats):
        world.note[seat] = LANDMARKS + integers(rng, world.landmarks)
    scatter(world, rng, 0, world.pos.shape[0], 1.0)


@compiled
def observe(world, seat, out):
    """Own velocity, the landmarks relative, the colour of the partner's goal, what the partner said."""
    at = see_point(out, 0, world.vel, seat)
    at = see_offsets(out, at, world, seat, LANDMARKS, world.pos.shape[0], 0)
    at = see_color(out, at, 0.25, world.note[seat] - LANDMARKS, 0.5)
    see_words(out, at, world, 1 - seat)


@compiled
def gap(world, seat):
    """How far the partner of a seat is from where the seat should send it."""
    return distance(world, 1 - seat, world.note[seat])


@compiled
def reward(world, out):
    first, second = gap(world, 0), gap(world, 1)
    local = world.options.local_ratio
    shared = (1 - local) * (first + second) / 2
    out[0] = -local * first - shared
    out[1] = -local * second - shared


@compiled
def metrics(world, out):
    first, second = gap(world, 0), gap(world, 1)
    out[0] = out[1] = (first + second) / 2
    for k, radius in enumerate((0.1, 0.2, 0.4)):
        out[2 + k] = ((first < radius) + (second < radius)) / 2


@compiled
def paint(world, entity):
    """A colour for each landmark; an agent bears that of its own goal, which its partner knows."""
    return (entity if entity >= world.seats else world.note[1 - entity]) - LANDMARKS


# Scripted players; see simple_adversary for what they are given.


@compiled
def telling(world, seat, obs, memory, action):
    """The word is the number of the partner's goal. Who has heard none goes to the middle of the landmarks."""
    x, y = place_named(obs, 2, NAMES, loudest(obs, 11, NAMES))
    head_for(action, x, y, obs[0], obs[1])
    say(action, loudest(obs, 8, NAMES))


@compiled
def deaf(world, seat, obs, memory, action):
    """Both go to the middle of the landmarks, whatever they hear."""
    x, y = place_named(obs, 2, NAMES, -1)
    head_for(action, x, y, obs[0], obs[1])


PLAYERS = {"telling": telling, "deaf": deaf}
UNINFORMED = {"team": ("deaf",)}
