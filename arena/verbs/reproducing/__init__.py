"""What `arena reproduce` is made of: publications, a file each, and what stands beside their numbers."""
