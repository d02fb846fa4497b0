"""A speaker that cannot move knows the goal and tells it to a listener that can: who has to learn what words mean.

One of three landmarks is the goal. The speaker sees its colour and nothing else; the listener sees the landmarks and
the word that the speaker said a step before. Both are paid minus the squared distance of the listener to the goal.
One side: there is no winner, the score is the return.

Metrics: `distance` on the last frame, `mean_distance` over all frames, `success_R` whether the listener ends within R:
the paper's target reach, whose radius is not published.

Source: mpe2 1.1.1 `simple_speaker_listener`, after Lowe et al. 2017, cooperative communication. Its benchmark data is
the reward.
"""

from typing import Any, NamedTuple

from arena.draw import integers
from arena.kit.sight import distance, see_offsets, see_point, squared
from arena.kit.start import scatter
from arena.kit.steer import head_for
from arena.kit.talk import loudest, place_named, say, see_color, see_words
from arena.scenario import Entity, Layout, Seat, compiled

VERSION = 1
MPE2 = "simple_speaker_listener_v4"
GOAL = 0  # the note that holds the goal's entity
SPEAKER, LISTENER, LANDMARKS = 0, 1, 2  # seats, and the first landmark
WORDS = 3
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
    """The speaker, the listener; a red, a green and a blue landmark."""
    speaker = Seat("speaker_0", sees=3, talk=WORDS, movable=False, radius=0.075)
    listener = Seat("listener_0", sees=11, radius=0.075)
    colors = (0.65, 0.15, 0.15), (0.15, 0.65, 0.15), (0.15, 0.15, 0.65)
    landmarks = tuple(Entity(f"landmark {i}", radius=0.04, color=color) for i, color in enumerate(colors))
    return Layout((speaker, listener), landmarks, notes=1)


@compiled
def spawn(world, rng):
    """The goal first, then agents and landmarks uniform in [-1, 1] squared, at rest."""
    world.note[GOAL] = LANDMARKS + integers(rng, world.landmarks)
    scatter(world, rng, 0, world.pos.shape[0], 1.0)


@compiled
def observe(world, seat, out):
    """Speaker: the colour of the goal. Listener: own velocity, the landmarks relative, what the speaker said."""
    if seat == SPEAKER:
        see_color(out, 0, 0.15, world.note[GOAL] - LANDMARKS, 0.5)
    else:
        at = see_point(out, 0, world.vel, seat)
        at = see_offsets(out, at, world, seat, LANDMARKS, world.pos.shape[0], 0)
        see_words(out, at, world, SPEAKER)


@compiled
def reward(world, out):
    out[SPEAKER] = out[LISTENER] = -squared(world, LISTENER, world.note[GOAL])


@compiled
def metrics(world, out):
    gap = distance(world, LISTENER, world.note[GOAL])
    out[0], out[1] = gap, gap
    out[2], out[3], out[4] = gap < 0.1, gap < 0.2, gap < 0.4


@compiled
def spotlight(world):
    return world.note[GOAL]


@compiled
def paint(world, entity):
    """A colour for each landmark; the speaker bears that of the goal."""
    if entity == LISTENER:
        return -1
    return (world.note[GOAL] if entity == SPEAKER else entity) - LANDMARKS


def report(world: Any, seat: int) -> float:
    """mpe2's benchmark data: the reward, of either seat."""
    return -float(((world.pos[LISTENER] - world.pos[world.note[GOAL]]) ** 2).sum())


# Scripted players; see simple_adversary for what they are given.


@compiled
def telling(world, seat, obs, memory, action):
    """The word is the number of the goal. Who has heard none goes to the middle of the landmarks."""
    if seat == SPEAKER:
        action[0] = 1
        say(action, loudest(obs, 0, WORDS))
    else:
        x, y = place_named(obs, 2, WORDS, loudest(obs, 8, WORDS))
        head_for(action, x, y, obs[0], obs[1])


@compiled
def deaf(world, seat, obs, memory, action):
    """Nothing is said, and the listener goes to the middle of the landmarks."""
    action[0] = 1
    if seat == LISTENER:
        x, y = place_named(obs, 2, WORDS, -1)
        head_for(action, x, y, obs[0], obs[1])


PLAYERS = {"telling": telling, "deaf": deaf}
UNINFORMED = {"team": ("deaf",)}
