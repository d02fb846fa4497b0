"""Grow a league by self-play, and look after any league: check it, mend it, merge it, let players leave.

Example: arena league train simple_tag --preset pfsp --out leagues/tag

Example: arena league check leagues/first

Example: arena league repair leagues/first
"""

ACTIONS = "leagues"
