"""Rainbow: independent DQN with everything that was found to help it.

Source: Hessel et al. 2018, "Rainbow: combining improvements in deep reinforcement learning": double, dueling, noisy
networks, prioritized replay with exponent 0.5, returns of 3 steps, 51 atoms.
Differs: the settings are those of the presets of dqn.py otherwise, the atoms reach as far as rewards could add up, and
the replay is smaller.
"""

from dataclasses import replace

from agents import dqn

PRESETS = {
    name: replace(
        dqn.PRESETS[name],
        double=True,
        dueling=True,
        noisy=True,
        prioritized=True,
        n_step=3,
        atoms=51,
        replay=100_000,
    )
    for name in ("fast", "paper", "long")
}
PRESETS["long"] = replace(PRESETS["long"], normed=False, tau=0.0, target_every=128)  # as measured: docs/learners.md
