"""Learners, the policies they yield, and the checkpoints that keep them; a learner is one file, found by its name."""
