"""Leagues that learn: who trains, against whom, when what they are is frozen, and when they start anew."""
