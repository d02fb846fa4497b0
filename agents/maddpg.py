"""MADDPG: each actor acts on what its seat sees; its critic learns from what everybody saw and did.

Source: Lowe et al. 2017, "Multi-Agent Actor-Critic for Mixed Cooperative-Competitive Environments".
"""

from agents.actor_critic import FAST, LONG, PAPER

PRESETS = {"fast": FAST, "paper": PAPER, "long": LONG}
