"""The meta-game: players as the strategies of a game whose payoffs are what they did to each other."""
