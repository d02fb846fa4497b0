"""MADDPG: each actor acts on what its seat sees; its critic learns from what everybody saw and did.

`paper` is as published. `fast` was found by measuring (docs/learners.md), `long` is for games of hundreds of steps.

Source: Lowe et al. 2017, "Multi-Agent Actor-Critic for Mixed Cooperative-Competitive Environments".
"""

from dataclasses import replace

from agents.actor_critic.learner import ActorCritic

PAPER = ActorCritic()
FAST = replace(
    PAPER,
    normed=True,
    hard=True,
    shared=True,
    actor_lr=0.003,
    critic_lr=0.003,
    lr_end=0.05,
    gamma=0.9,
    n_step=3,
    tau=0.03,
    batch_size=256,
    samples_per_step=5.0,
    warmup=2_500,
)
LONG = replace(
    PAPER,
    hard=True,
    actor_lr=0.001,
    critic_lr=0.001,
    lr_end=0.1,
    gamma=0.99,
    tau=0.005,
    clip=10.0,
    batch_size=128,
    samples_per_step=64.0,
    warmup=1_000,
)
PRESETS = {"fast": FAST, "paper": PAPER, "long": LONG}
