"""Reading one seat's action out of the action array, in compiled code.

A vector action is mpe2's continuous one: (rest, left, right, down, up) in [0, 1] and then the message. A numbered
action is mpe2's discrete one: move + 5 x message, or the message alone for a seat that cannot move.
"""

import numpy as np
from numba import types
from numba.extending import overload

from arena.scenario import compiled

_RIGHT = np.array([0, -1, 1, 0, 0], np.float32)  # by move: rest, left, right, down, up
_UP = np.array([0, 0, 0, -1, 1], np.float32)


@compiled
def _is_legal(value):
    """In [0, 1], which NaN is not."""
    return value >= 0 and value <= 1


@compiled
def _read_vector(action, a, w, world, force):
    width = 5 + world.body.talk[a]
    for k in range(width):
        if not _is_legal(action[a, w, k]):
            return False
    if world.body.movable[a]:
        force[a, 0] = (action[a, w, 2] - action[a, w, 1]) * world.body.accel[a]
        force[a, 1] = (action[a, w, 4] - action[a, w, 3]) * world.body.accel[a]
    for k in range(world.body.talk[a]):
        world.say[a, k] = action[a, w, 5 + k]
    return True


@compiled
def _read_number(action, a, w, world, force):
    number, talk = types.int64(action[a, w]), world.body.talk[a]
    moves = 5 if world.body.movable[a] else 1
    if number < 0 or number >= moves * max(talk, 1):
        return False
    move, word = number, types.int64(0)
    if talk > 0:
        move, word = number % moves, number // moves
    # from a table: random actions would mislead the processor's guess at a branch
    force[a, 0] = _RIGHT[types.uintp(move)] * world.body.accel[a]
    force[a, 1] = _UP[types.uintp(move)] * world.body.accel[a]
    for k in range(talk):
        world.say[a, k] = 1 if k == word else 0
    return True


def read_action(action, a, w, world, force):
    """Writes the force and message of seat `a` of world `w`; False, writing nothing, if its action is illegal."""
    reader = _read_number if action.ndim == 2 else _read_vector
    return bool(reader(action, a, w, world, force))


@overload(read_action)
def _read_action(action, a, w, world, force):
    if not isinstance(action, types.Array):
        return None
    reader = _read_number if action.ndim == 2 else _read_vector
    return lambda action, a, w, world, force: reader(action, a, w, world, force)
