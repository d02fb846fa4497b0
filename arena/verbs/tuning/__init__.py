"""What `arena tune` is made of: a space to search, a study that remembers, trials, and what they aim at."""
