"""Where entities start, for the compiled `spawn` of a scenario."""

from arena.draw import uniform
from arena.scenario import compiled


@compiled
def scatter(world, rng, first, stop, far):
    """Puts the entities first..stop-1, one after the other, uniformly in [-far, far] squared."""
    for entity in range(first, stop):
        world.pos[entity, 0] = uniform(rng, -far, far)
        world.pos[entity, 1] = uniform(rng, -far, far)
