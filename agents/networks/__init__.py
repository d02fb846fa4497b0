"""Stacked networks: perceptrons and GRUs, what their outputs decide, and steps of gradients."""
