"""The games, one file each; a file here is found by its name and needs no other edit."""
