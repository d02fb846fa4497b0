"""What `arena play` is made of: who meets, the playing in batches, and what is told of it."""
