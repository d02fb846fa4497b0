"""Look after a league: check it, mend it, merge it with others, let players leave.

Example: arena league check leagues/first

Example: arena league repair leagues/first
"""

ACTIONS = "leagues"
