"""Independent DDPG: every seat learns alone, its critic sees only its own observation and action.

Source: Lillicrap et al. 2015, "Continuous control with deep reinforcement learning"; the baseline of Lowe et al. 2017.
"""

from dataclasses import replace

from agents.maddpg import PRESETS as MADDPG

PRESETS = {name: replace(settings, view="own") for name, settings in MADDPG.items()}
