"""What one world is made of, as compiled code sees it."""

from typing import Any, NamedTuple

import numpy as np

from arena.scenario import Scenario

# Physics constants of mpe2 1.1.1, `_mpe_utils/core.py`.
DT = 0.1
DAMPING = 0.25
CONTACT_FORCE = 100.0
CONTACT_MARGIN = 0.001


class Body(NamedTuple):
    """The unchanging properties of the entities; seats come first, then landmarks."""

    radius: np.ndarray  # [E]
    mass: np.ndarray  # [E]
    accel: np.ndarray  # [E]      force of a full action
    max_speed: np.ndarray  # [E]  inf: no limit
    movable: np.ndarray  # [E]    bool
    touch: np.ndarray  # [E, E]   two discs overlap below this squared distance
    contact: np.ndarray  # [C, 2] pairs of entities that push each other, in mpe2's order
    reach: np.ndarray  # [C]      squared distance beyond which the force of a pair is too small to count
    talk: np.ndarray  # [A]       width of the message a seat sends, 0 if silent
    dt: Any  # constants in the engine's precision, so that float32 worlds compute in float32
    keep: Any  # velocity kept each step, 1 - damping
    stiffness: Any  # contact force
    margin: Any  # contact margin


class World(NamedTuple):
    """One world: the argument of every function of a scenario."""

    pos: np.ndarray  # [E, 2]
    vel: np.ndarray  # [E, 2]
    say: np.ndarray  # [A, C]  messages sent in the last step
    note: np.ndarray  # [K]    int64, the scenario's own memory, e.g. which landmark is the goal
    work: np.ndarray  # of the shape in Layout: working space, in which nothing lasts from one call to the next
    body: Body
    seats: int
    landmarks: int
    options: Any  # the scenario's Options


def make_body(scenario: Scenario, dtype: Any) -> Body:
    """The `Body` of a scenario in precision `dtype`."""
    entities = scenario.entities
    pairs = [
        (a, b)
        for a in range(len(entities))
        for b in range(a + 1, len(entities))
        if entities[a].collides and entities[b].collides and (entities[a].movable or entities[b].movable)
    ]
    real = np.dtype(dtype).type
    margins = 30 if real is np.float32 else 750  # exp(-30) is nothing beside a float32, exp(-750) is a float64's 0
    reach = [(entities[a].radius + entities[b].radius + margins * CONTACT_MARGIN) ** 2 for a, b in pairs]
    return Body(
        radius=np.array([e.radius for e in entities], dtype),
        mass=np.array([e.mass for e in entities], dtype),
        accel=np.array([e.accel for e in entities], dtype),
        max_speed=np.array([e.max_speed for e in entities], dtype),
        movable=np.array([e.movable for e in entities]),
        touch=np.array([[touch_below(real(a.radius) + real(b.radius)) for b in entities] for a in entities], dtype),
        contact=np.array(pairs, np.int64).reshape(-1, 2),
        reach=np.array(reach, dtype),
        talk=np.array([seat.talk for seat in scenario.seats], np.int64),
        dt=real(DT),
        keep=real(1 - DAMPING),
        stiffness=real(CONTACT_FORCE),
        margin=real(CONTACT_MARGIN),
    )


def touch_below(reach: Any) -> Any:
    """The smallest square whose root is not below `reach`: comparing squares with it is comparing roots, to the bit."""
    square = reach * reach
    while np.sqrt(square) >= reach:
        square = np.nextafter(square, square - square)
    while np.sqrt(square) < reach:
        square = np.nextafter(square, square + square)
    return square
