"""A game in normal form as a world: two say one of a few words at once, and a matrix says what the first gains.

With three words it is rock, paper, scissors: each beats the one before it. Rock that beats scissors gains 1 and all
else that wins 1 / bias, so that the only equilibrium is (1, bias, 1) / (2 + bias). With two words it is matching
pennies: the first wins if both are the same, and the equilibrium is even. Who gains g wins with probability
g, else it is a draw. Play it with max_cycles=1: whoever plays on, plays for the last word.

Metrics: `first_K` and `second_K`, how much each said word K.
"""

from typing import NamedTuple

from arena.draw import integers
from arena.errors import ArenaError
from arena.kit.start import scatter
from arena.scenario import DRAW, Layout, Seat, compiled

VERSION = 1
LEVELS = 1 << 20  # of chance
CHANCE = 0  # the note
METRICS = {f"{who}_{word}": "last" for who in ("first", "second") for word in range(3)}


class Options(NamedTuple):
    """The game."""

    words: int = 3
    bias: float = 1.0


def layout(options: Options) -> Layout:
    """Two who cannot move and see nothing but a one."""
    if options.words not in (2, 3) or options.bias < 1:
        raise ArenaError("matrix_game: words must be 2 or 3, and bias at least 1")
    first = Seat("first_0", side="first", sees=1, talk=options.words, movable=False, color=(0.85, 0.35, 0.35))
    second = Seat("second_0", side="second", sees=1, talk=options.words, movable=False, color=(0.35, 0.35, 0.85))
    return Layout((first, second), notes=1)


@compiled
def spawn(world, rng):
    """Chance, then places, which mean nothing."""
    world.note[CHANCE] = integers(rng, LEVELS)
    scatter(world, rng, 0, world.pos.shape[0], 1.0)


@compiled
def observe(world, seat, out):
    """A one: there is nothing to see."""
    out[0] = 1


@compiled
def gain(world):
    """What the first gains, between -1 and 1; in what is said between words, in proportion."""
    total = 0.0
    words = world.options.words
    for i in range(words):
        for j in range(words):
            if words == 2:
                worth = 1.0 if i == j else -1.0
            else:
                turn = (i - j + 3) % 3  # 1: the first beats the second
                sign = 1.0 if turn == 1 else (-1.0 if turn == 2 else 0.0)
                is_rock_on_scissors = (i + j == 2) and i != j
                worth = sign * (1.0 if is_rock_on_scissors else 1.0 / world.options.bias)
            total += world.say[0, i] * world.say[1, j] * worth
    return total


@compiled
def reward(world, out):
    """Zero-sum."""
    out[0] = gain(world)
    out[1] = -out[0]


@compiled
def metrics(world, out):
    """What was said."""
    for word in range(3):
        is_said = word < world.options.words
        out[word] = world.say[0, word] if is_said else 0.0
        out[3 + word] = world.say[1, word] if is_said else 0.0


@compiled
def outcome(world):
    """Who gains g wins with probability g; else it is a draw."""
    gained = gain(world)
    if world.note[CHANCE] >= abs(gained) * LEVELS:
        return DRAW
    return 0 if gained > 0 else 1
