"""Whether a league can be believed: pure functions of its legs."""
