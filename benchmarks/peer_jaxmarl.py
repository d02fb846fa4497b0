"""JaxMARL under random actions: python -m benchmarks.peer_jaxmarl SCENARIO"""

import sys
from collections.abc import Callable
from importlib.metadata import version

import jax
import jaxmarl

from benchmarks.peer import CYCLES, serve

STEPS = 4 * CYCLES  # in one scan


def start(scenario: str, worlds: int) -> Callable[[], int]:
    """A function that plays four games in each of so many worlds."""
    env = jaxmarl.make(f"MPE_{scenario}_v3")
    step = jax.vmap(env.step)  # which resets where a game is over

    def advance(state, key):  # type: ignore[no-untyped-def]
        key, *keys = jax.random.split(key, 1 + env.num_agents)
        actions = {
            agent: jax.random.randint(own, (worlds,), 0, env.action_space(agent).n)
            for agent, own in zip(env.agents, keys, strict=True)
        }
        obs, state, reward, _, _ = step(jax.random.split(key, worlds), state, actions)
        return state, jax.tree.map(lambda leaf: leaf.sum(), (obs, reward))  # asked for, so that none is optimised away

    scan = jax.jit(lambda state, key: jax.lax.scan(advance, state, jax.random.split(key, STEPS)))
    state = jax.vmap(env.reset)(jax.random.split(jax.random.key(0), worlds))[1]
    key = jax.random.key(1)

    def play() -> int:
        nonlocal state, key
        key, own = jax.random.split(key)
        state, sums = scan(state, own)
        jax.block_until_ready((state, sums))
        return STEPS * worlds

    return play


if __name__ == "__main__":
    serve(version("jaxmarl"), (256, 1_024, 4_096, 16_384), lambda worlds: start(sys.argv[1], worlds))
