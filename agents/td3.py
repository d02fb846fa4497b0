"""Independent TD3: DDPG with two critics, slower actors and noise on target actions.

Source: Fujimoto, van Hoof, Meger 2018, "Addressing function approximation error in actor-critic methods", whose numbers
for ranges from -1 to 1 are halved here, where they go from 0 to 1.
Differs: exploration is that of our DDPG, twice as wide as in the paper.
"""

from dataclasses import replace

from agents.actor_critic.learner import ActorCritic
from agents.ddpg import PRESETS as DDPG


def twin(settings: ActorCritic) -> ActorCritic:
    """The settings with what TD3 adds."""
    return replace(settings, critics=2, delay=2, smoothing=0.1, smoothing_clip=0.25)


PRESETS = {name: twin(settings) for name, settings in DDPG.items()}
