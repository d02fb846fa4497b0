"""Sections of a leaderboard beside its ratings, as plain data that strict JSON can hold.

A section is a function of the games, their scenario and the players (content hashes) in the order of their rank.
"""
