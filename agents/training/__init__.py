"""The loop that every learner trains in: the contract of a learner, teams, the replay, what is counted and saved."""
