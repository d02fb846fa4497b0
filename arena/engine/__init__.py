"""The compiled engine: a scenario written for one world in scalars, run thousands of worlds at a time."""
