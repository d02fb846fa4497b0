"""A game of conventions as a world: two say one of a few words at once, again and again, and gain 1 when they agree.

Both hear what the other said last. Any word will do, so whoever learns alone settles on one by chance, and strangers
mostly on others: they agree only if somebody follows.

Metrics: `agreed`, the share of steps on which they did; of what is said between words, in proportion.
"""

from typing import NamedTuple

from arena.errors import ArenaError
from arena.kit.start import scatter
from arena.scenario import Layout, Seat, compiled

VERSION = 1
METRICS = {"agreed": "mean"}
SHARES = ("agreed",)


class Options(NamedTuple):
    """The game."""

    words: int = 5


def layout(options: Options) -> Layout:
    """Two of a team who cannot move."""
    if options.words < 2:
        raise ArenaError("agreement: words must be at least 2")
    own = {"side": "team", "sees": options.words, "talk": options.words, "movable": False}
    return Layout((Seat("first_0", color=(0.85, 0.35, 0.35), **own), Seat("second_0", color=(0.35, 0.35, 0.85), **own)))


@compiled
def spawn(world, rng):
    """Places, which mean nothing; nobody has said anything."""
    scatter(world, rng, 0, world.pos.shape[0], 1.0)


@compiled
def observe(world, seat, out):
    """What the other said last."""
    for word in range(world.options.words):
        out[word] = world.say[1 - seat, word]


@compiled
def agreed(world):
    """By how much both say the same, from 0 to 1."""
    total = 0.0
    for word in range(world.options.words):
        total += world.say[0, word] * world.say[1, word]
    return total


@compiled
def reward(world, out):
    """The same for both."""
    out[0] = agreed(world)
    out[1] = out[0]


@compiled
def metrics(world, out):
    """Whether they agree."""
    out[0] = agreed(world)
