"""Motion and contact of one world, in mpe2's order.

Source: mpe2 1.1.1 `_mpe_utils/core.py`. As there, and unlike the MPE of 2017, the position moves with the old
velocity first; then the velocity is damped, pushed and limited, so a force moves its entity one step later.
"""

from math import exp, inf, log1p, sqrt

from arena.scenario import compiled


@compiled
def push_apart(world, force):
    """Adds the contact forces of all colliding pairs to `force` [E, 2]."""
    body = world.body
    for pair in range(body.contact.shape[0]):
        a, b = body.contact[pair, 0], body.contact[pair, 1]
        dx = world.pos[a, 0] - world.pos[b, 0]
        dy = world.pos[a, 1] - world.pos[b, 1]
        gap = dx * dx + dy * dy
        if gap > body.reach[pair]:
            continue
        distance = sqrt(gap)
        z = -(distance - (body.radius[a] + body.radius[b])) / body.margin
        # softplus, as numpy.logaddexp(0, z) computes it
        soft = z + log1p(exp(-z)) if z > 0 else log1p(exp(z))
        depth = soft * body.margin
        fx = body.stiffness * dx / distance * depth
        fy = body.stiffness * dy / distance * depth
        force[a, 0] += fx
        force[a, 1] += fy
        force[b, 0] -= fx
        force[b, 1] -= fy


@compiled
def move(world, force):
    """Moves every movable entity by one time step under `force` [E, 2]."""
    body, pos, vel = world.body, world.pos, world.vel
    for e in range(pos.shape[0]):
        if not body.movable[e]:
            continue
        pos[e, 0] += vel[e, 0] * body.dt
        pos[e, 1] += vel[e, 1] * body.dt
        vx = vel[e, 0] * body.keep + force[e, 0] / body.mass[e] * body.dt
        vy = vel[e, 1] * body.keep + force[e, 1] / body.mass[e] * body.dt
        if body.max_speed[e] < inf:
            speed = sqrt(vx * vx + vy * vy)
            if speed > body.max_speed[e]:
                vx = vx / speed * body.max_speed[e]
                vy = vy / speed * body.max_speed[e]
        vel[e, 0] = vx
        vel[e, 1] = vy
