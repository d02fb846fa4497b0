"""Words: pieces that scenarios share in which seats talk, to see, to say and to follow what is said.

A word is a message with a single one in it; in continuous play any numbers in [0, 1] may be said.
"""

from arena.scenario import compiled


@compiled
def see_words(out, at, world, talker):
    """What `talker` said in the last step."""
    for k in range(world.say.shape[1]):
        out[at + k] = world.say[talker, k]
    return at + world.say.shape[1]


@compiled
def see_color(out, at, level, bright, added):
    """A colour of three equal levels, one of them (counted from red) with something added."""
    for channel in range(3):
        out[at + channel] = level + added if channel == bright else level
    return at + 3


@compiled
def say(action, word):
    """Adds a word to an action; -1 adds none, which is silence."""
    if word >= 0:
        action[5 + word] = 1


@compiled
def loudest(obs, at, count):
    """Which of the `count` numbers at `at` is the largest, the first of equals; -1 if none is positive."""
    best, word = 0.0, -1
    for k in range(count):
        if obs[at + k] > best:
            best, word = obs[at + k], k
    return word


@compiled
def place_named(obs, at, count, word):
    """The relative position of landmark number `word`, the first of `count` standing at `at`; their middle for -1."""
    if word >= 0:
        return obs[at + 2 * word], obs[at + 2 * word + 1]
    x, y = 0.0, 0.0
    for mark in range(count):
        x += obs[at + 2 * mark] / count
        y += obs[at + 2 * mark + 1] / count
    return x, y
