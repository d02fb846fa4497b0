"""What `arena leaderboard` is made of: sections beside the ratings, and a board that follows a league."""
