"""What `arena compare` is made of: contenders, their folder, who plays whom, and what came of it."""
