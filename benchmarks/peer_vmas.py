"""VMAS under random actions: python -m benchmarks.peer_vmas SCENARIO"""

import os
import sys
from collections.abc import Callable
from importlib.metadata import version

import torch
from vmas import make_env

from benchmarks.peer import CYCLES, serve


def start(scenario: str, worlds: int) -> Callable[[], int]:
    """A function that plays one game in each of so many worlds."""
    env = make_env(scenario, num_envs=worlds, device="cpu", continuous_actions=True, max_steps=CYCLES, seed=0)
    widths = [env.get_agent_action_size(agent) for agent in env.agents]

    @torch.inference_mode()
    def play() -> int:
        for _ in range(CYCLES):
            *_, done, _ = env.step([2 * torch.rand(worlds, width) - 1 for width in widths])
        if not done.all():
            raise RuntimeError("the games should be over")
        env.reset()
        return CYCLES * worlds

    return play


if __name__ == "__main__":
    torch.set_num_threads(os.cpu_count() or 1)
    serve(version("vmas"), (4_096, 16_384, 32_768, 65_536), lambda worlds: start(sys.argv[1], worlds))
