"""Alice tells Bob a secret bit over an open channel, in a cipher that Eve, who listens, should not break.

Nobody moves. The goal is one of two landmarks, each with a colour of four numbers, and the key is one of these
colours too. Alice sees the goal's colour and the key; Bob sees the key and what Alice said a step before; Eve only
hears what Alice said. Eve is paid minus the squared error of what she says against the goal's colour, Bob and Alice
the error of Eve minus that of Bob. Who says nothing (all zeros, possible in continuous play) makes no error, as in
mpe2.

Who wins: in each frame a listener is right if what it says is nearer to the goal's colour than to the other, half
right if equally near. It decodes if it was right in three quarters of the frames or more. The side that alone decodes
wins: Eve, or Bob with Alice. Both or neither is a draw. The goal stays the same through a game, so a constant guess
decodes every second game, for Bob as for Eve, while words at random hardly ever do.

Metrics: `bob_accuracy` and `eve_accuracy`, the share of frames in which they were right (0.5 by guessing: the paper's
success), `bob_decodes` and `eve_decodes` as above, and `bob_error` and `eve_error`, the mean squared error.

Source: mpe2 1.1.1 `simple_crypto`, after Lowe et al. 2017, covert communication, and Abadi & Andersen 2016, "Learning
to Protect Communications with Adversarial Neural Cryptography".
"""

from typing import Any, NamedTuple

import numpy as np

from arena.draw import integers
from arena.kit.start import scatter
from arena.kit.talk import loudest, say, see_words
from arena.scenario import DRAW, Entity, Layout, Seat, compiled

VERSION = 1
MPE2 = "simple_crypto_v3"
EVE, BOB, ALICE = 0, 1, 2  # seats
ADVERSARY, GOOD = 0, 1  # sides
COLORS, WORDS = 2, 4  # colours, the first two of the four words
GOAL, KEY, FRAMES, RIGHT = 0, 1, 2, 3  # notes: two colours, frames so far, how often Eve was half right, then Bob
METRICS = {
    "bob_accuracy": "mean",
    "eve_accuracy": "mean",
    "bob_decodes": "last",
    "eve_decodes": "last",
    "bob_error": "mean",
    "eve_error": "mean",
}
SHARES = ("bob_accuracy", "eve_accuracy", "bob_decodes", "eve_decodes")


class Options(NamedTuple):
    pass


def layout(options: Options) -> Layout:
    """Eve, Bob and Alice, who all talk and cannot move; two landmarks."""
    eve = Seat("eve_0", side="adversary", sees=4, talk=WORDS, movable=False, color=(0.75, 0.25, 0.25))
    bob = Seat("bob_0", side="good", sees=8, talk=WORDS, movable=False)
    alice = Seat("alice_0", side="good", sees=8, talk=WORDS, movable=False)
    landmarks = Entity("landmark 0", color=(1, 0, 0)), Entity("landmark 1", color=(0, 1, 0))
    return Layout((eve, bob, alice), landmarks, notes=5)


@compiled
def spawn(world, rng):
    """The goal, the key, then everything uniform in [-1, 1] squared, which nobody sees."""
    world.note[GOAL] = integers(rng, COLORS)
    world.note[KEY] = integers(rng, COLORS)
    scatter(world, rng, 0, world.pos.shape[0], 1.0)


@compiled
def see_note(out, at, color):
    """The four numbers of a colour: a one in its place."""
    for k in range(WORDS):
        out[at + k] = 1 if k == color else 0
    return at + WORDS


@compiled
def observe(world, seat, out):
    """Eve: what Alice said. Bob: the key, what Alice said. Alice: the goal's colour, the key."""
    at = 0
    if seat == ALICE:
        at = see_note(out, at, world.note[GOAL])
    if seat != EVE:
        at = see_note(out, at, world.note[KEY])
    if seat != ALICE:
        see_words(out, at, world, ALICE)


@compiled
def error(world, seat):
    """The squared error of what a seat says against the goal's colour; nothing for nothing."""
    total, loudness = 0.0, 0.0
    for k in range(WORDS):
        loudness += world.say[seat, k]
        total += (world.say[seat, k] - (k == world.note[GOAL])) ** 2
    return total if loudness > 0 else 0.0


@compiled
def half_rights(world, seat):
    """2 if what a seat says is nearer to the goal's colour than to the other, 1 if equally near, else 0."""
    goal = world.note[GOAL]
    lead = world.say[seat, goal] - world.say[seat, 1 - goal]
    return 1 + (lead > 0) - (lead < 0)


@compiled
def reward(world, out):
    """Also notes who was right, which `outcome` needs at the end."""
    world.note[FRAMES] += 1
    world.note[RIGHT + EVE] += half_rights(world, EVE)
    world.note[RIGHT + BOB] += half_rights(world, BOB)
    eve = error(world, EVE)
    out[EVE] = -eve
    out[BOB] = out[ALICE] = eve - error(world, BOB)


@compiled
def decodes(world, seat):
    """Whether a seat was right in three quarters of the frames so far."""
    return 2 * world.note[RIGHT + seat] >= 3 * world.note[FRAMES]


@compiled
def metrics(world, out):
    out[0], out[1] = half_rights(world, BOB) / 2, half_rights(world, EVE) / 2
    out[2], out[3] = decodes(world, BOB), decodes(world, EVE)
    out[4], out[5] = error(world, BOB), error(world, EVE)


@compiled
def outcome(world):
    bob, eve = decodes(world, BOB), decodes(world, EVE)
    if bob == eve:
        return DRAW
    return GOOD if bob else ADVERSARY


@compiled
def spotlight(world):
    return world.seats + world.note[GOAL]


@compiled
def paint(world, entity):
    """A colour for each landmark; Alice and Bob bear that of the key."""
    if entity == EVE:
        return -1
    return entity - world.seats if entity >= world.seats else world.note[KEY]


def report(world: Any, seat: int) -> tuple[np.ndarray, np.ndarray]:
    """mpe2's benchmark data: what a seat said, and the goal's colour."""
    return world.say[seat], np.eye(WORDS)[world.note[GOAL]]


# Scripted players; see simple_adversary for what they are given. The listeners are silent until they have understood a
# word, and keep to it: memory[0] is 1 + that word. A word beyond the two colours is not understood.


@compiled
def first_understood(memory, word):
    """The word of the first call that had one; -1 before."""
    if memory[0] == 0:
        memory[0] = 1 + word
    return int(memory[0]) - 1


@compiled
def plain(world, seat, obs, memory, action):
    """Alice says the goal openly; Bob and Eve repeat what they heard."""
    action[0] = 1
    at = WORDS if seat == BOB else 0
    say(action, first_understood(memory, loudest(obs, at, COLORS)))


@compiled
def cipher(world, seat, obs, memory, action):
    """Alice says whether goal and key differ, which Bob undoes with his key; Eve can but repeat the word."""
    action[0] = 1
    word = loudest(obs, 0, COLORS)  # the goal for Alice, the key for Bob, the cipher for Eve
    if seat != EVE:
        other = loudest(obs, WORDS, COLORS)
        word = (word + other) % COLORS if min(word, other) >= 0 else -1
    say(action, first_understood(memory, word))


@compiled
def guess(world, seat, obs, memory, action):
    """All say the first word in every frame: right in every second game."""
    action[0] = 1
    say(action, 0)


PLAYERS = {"plain": plain, "cipher": cipher, "guess": guess}
UNINFORMED = {"adversary": ("guess",), "good": ("guess",)}
