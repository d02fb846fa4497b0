"""MATD3: MADDPG with two critics, slower actors and noise on the target actions of all seats.

Source: Ackermann, Gabler, Osa, Sugiyama 2019, "Reducing overestimation bias in multi-agent domains using double
centralized critics".
"""

from agents.maddpg import PRESETS as MADDPG
from agents.td3 import twin

PRESETS = {name: twin(settings) for name, settings in MADDPG.items()}
