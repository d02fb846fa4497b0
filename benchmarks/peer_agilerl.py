"""AgileRL's MADDPG while it learns: python -m benchmarks.peer_agilerl SCENARIO

Its environments run in processes of their own, its loop is that of its tutorials without the evaluations between, and
its networks are ours: two hidden layers of 64 without layer norm, given to it as custom networks. It lets agents of
one kind share theirs. One thread for the networks, which was quicker for it than two beside the environments.
"""

import importlib
import sys
from collections.abc import Callable
from importlib.metadata import version

import torch
from agilerl.algorithms import MADDPG
from agilerl.components.data import MultiAgentTransition, transition_to_tensordict
from agilerl.components.replay_buffer import ReplayBuffer
from agilerl.modules.custom_components import GumbelSoftmax
from agilerl.modules.dummy import DummyEvolvable
from agilerl.vector.pz_async_vec_env import AsyncPettingZooVecEnv
from torch import Tensor, nn

from benchmarks.peer import serve

HIDDEN, BATCH, REPLAY, FILLED = 64, 1_024, 1_000_000, 25_600
STEPS_PER_UPDATE, ROUND = 100, 2_000  # world steps


class Critic(nn.Module):
    """The value [K, 1] of what everybody saw and did."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.net = perceptron(inputs, 1)

    def forward(self, obs: dict[str, Tensor], actions: Tensor) -> Tensor:
        return self.net(torch.cat([*obs.values(), actions], dim=-1))


def perceptron(inputs: int, outputs: int, *last: nn.Module) -> nn.Module:
    """Two hidden layers, with `last` after them."""
    hidden = [nn.Linear(inputs, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, HIDDEN), nn.ReLU()]
    return nn.Sequential(*hidden, nn.Linear(HIDDEN, outputs), *last)


def make_learner(env: AsyncPettingZooVecEnv) -> MADDPG:
    """MADDPG with the settings of the paper."""
    seats = env.possible_agents
    seen, acts = ([space(seat) for seat in seats] for space in (env.single_observation_space, env.single_action_space))
    kinds = {seat.rpartition("_")[0]: (see.shape[0], act.n) for seat, see, act in zip(seats, seen, acts, strict=True)}
    joint = sum(see.shape[0] + act.n for see, act in zip(seen, acts, strict=True))

    def network(make: Callable[..., nn.Module], *sizes: object) -> DummyEvolvable:
        return DummyEvolvable(device="cpu", module_fn=lambda: make(*sizes))

    return MADDPG(
        seen,
        acts,
        agent_ids=seats,
        vect_noise_dim=env.num_envs,
        batch_size=BATCH,
        lr_actor=0.01,
        lr_critic=0.01,
        learn_step=STEPS_PER_UPDATE,
        actor_networks=[network(perceptron, *sizes, GumbelSoftmax()) for sizes in kinds.values()],
        critic_networks=[network(Critic, joint) for _ in kinds],
    )


def start(scenario: str, count: int) -> Callable[[], int]:
    """A function that plays and learns for a round in so many environments."""
    module = importlib.import_module(f"mpe2.{scenario}_v3")
    env = AsyncPettingZooVecEnv([module.parallel_env for _ in range(count)])
    learner, memory = make_learner(env), ReplayBuffer(REPLAY)
    learner.set_training_mode(True)
    obs, infos = env.reset(seed=0)

    def play_step() -> None:
        nonlocal obs, infos
        action, raw = learner.get_action(obs=obs, infos=infos)
        next_obs, reward, done, truncated, infos = env.step(action)
        row = MultiAgentTransition(obs=obs, action=raw, reward=reward, next_obs=next_obs, done=done)
        rows = transition_to_tensordict(row)
        rows.batch_size = torch.Size([count])
        memory.add(rows)
        obs = next_obs
        ended = next(iter(truncated.values()))
        learner.reset_action_noise([index for index in range(count) if ended[index]])

    def play() -> int:
        for step in range(1, ROUND // count + 1):
            play_step()
            if step * count % STEPS_PER_UPDATE == 0:
                learner.learn(memory.sample(BATCH))
        return ROUND

    for _ in range(FILLED // count):
        play_step()
    return play


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(version("agilerl"), (5, 10, 20, 50), lambda count: start(sys.argv[1], count))
