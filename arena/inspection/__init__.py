"""Whether a scenario keeps its promises: looking at it by playing it."""
