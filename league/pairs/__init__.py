"""Pairs of games with the sides swapped: what their scores say of two players, and when that is enough."""
