"""A league that trains: its coach, and its folder."""
