"""Steering for the scripted players of scenarios whose seats push with mpe2's usual force.

A step moves by 0.1 v, then turns v into 0.75 v + 0.5 u: left alone, a seat glides 0.4 v further, and a push u of one
step carries it 0.2 u.
"""

from arena.scenario import compiled

KEEP, PUSH = 0.75, 0.5  # v after a step is KEEP v + PUSH u
GLIDE = 0.1 / (1 - KEEP)


@compiled
def towards(offset, velocity):
    """The push along one axis, in [-1, 1], that brings a seat to rest at `offset` as soon as it can."""
    push = (offset - GLIDE * velocity) / (GLIDE * PUSH)
    return max(-1.0, min(1.0, push))


@compiled
def head_for(action, dx, dy, vx, vy):
    """Writes the move to the relative position (dx, dy) of a seat that moves at (vx, vy); returns its two pushes."""
    x, y = towards(dx, vx), towards(dy, vy)
    action[:] = 0
    action[2 if x > 0 else 1] = abs(x)
    action[4 if y > 0 else 3] = abs(y)
    return x, y


@compiled
def head_blindly_for(action, dx, dy, memory):
    """`head_for` by a seat that does not see its velocity and that nothing else pushes: memory[0:2] keeps count."""
    x, y = head_for(action, dx, dy, memory[0], memory[1])
    memory[0] = KEEP * memory[0] + PUSH * x
    memory[1] = KEEP * memory[1] + PUSH * y


@compiled
def push_along(action, dx, dy):
    """Writes the hardest push in the direction (dx, dy); rest if there is none."""
    most = max(abs(dx), abs(dy))
    action[:] = 0
    if most > 0:
        action[2 if dx > 0 else 1] = abs(dx) / most
        action[4 if dy > 0 else 3] = abs(dy) / most
    else:
        action[0] = 1
