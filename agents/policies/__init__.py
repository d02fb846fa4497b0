"""What is frozen: compiled neural policies, scripted players, and the checkpoints that hold them."""
