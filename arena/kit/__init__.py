"""What scenario files are made of: compiled pieces of seeing, steering, chasing, talking and matching."""
