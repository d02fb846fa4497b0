"""The family of MADDPG and DDPG: actors, and critics that read what their view shows them."""
