"""Independent DDPG: every seat learns alone, its critic sees only its own observation and action.

Source: Lillicrap et al. 2015, "Continuous control with deep reinforcement learning"; the baseline of Lowe et al. 2017.
"""

from dataclasses import replace

from agents.actor_critic import FAST, PAPER

PRESETS = {"fast": replace(FAST, centralized=False), "paper": replace(PAPER, centralized=False)}
