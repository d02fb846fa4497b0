"""Independent DQN: every seat learns the value of each of its actions alone, from what its own seat sees.

`naive` has neither a replay nor a target network: the baseline that these two were invented against.

Source: Mnih et al. 2015, "Human-level control through deep reinforcement learning".
"""

from agents.q_learning.learner import Dqn

PRESETS = {
    "fast": Dqn(
        shared=True,
        double=True,
        lr_end=0.05,
        gamma=0.9,
        n_step=3,
        batch_size=256,
        samples_per_step=5.0,
        warmup=2_500,
    ),
    "paper": Dqn(),
    "long": Dqn(
        hidden=(256, 256),
        normed=True,
        lr=0.001,
        lr_end=0.02,
        gamma=0.99,
        n_step=3,
        double=True,
        tau=0.005,
        epsilon_share=0.16,
        epsilon_end=0.04,
        batch_size=128,
        samples_per_step=64.0,
        warmup=1_000,
    ),
    "naive": Dqn(
        use_replay=False,
        use_target=False,
        gamma=0.85,
        lr_end=0.05,
        batch_size=100,
        samples_per_step=1.0,
        warmup=0,
        replay=10_000,
    ),
}
