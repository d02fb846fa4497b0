"""What `arena league check` looks at."""
