"""Studies over training seeds: statistics of score tables and their intervals."""
