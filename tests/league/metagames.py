"""Small games whose solutions are published, and random ones."""

import numpy as np

RPS = np.array([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]])
CHAIN = np.array([[0.0, -1, -1], [1, 0, -1], [1, 1, 0]])
BIASED = np.array([[0, -0.25, 0.5], [0.25, 0, -0.05], [-0.5, 0.05, 0]])
OPEN_SPIEL = np.array([[0.0, 234, 34, -270], [-234, 0, -38, -464], [-34, 38, 0, -270], [270, 464, 270, 0]])
PENNIES = np.array([[1.0, -1], [-1, 1]])
# Two sides: the row's score against the column.
SIDES = np.array([[1.0, 0.2, -0.4], [0.6, 0.8, 0.0], [0.4, 0.2, 0.6]])


def random_game(rng: np.random.Generator, rows: int, columns: int, kind: int) -> np.ndarray:
    """Of kind 0 payoffs are normal; of kind 1 small integers; of kind 2 win rates of 20 legs; of kind 3 with clones."""
    if kind == 1:
        return rng.integers(-2, 3, (rows, columns)).astype(float)
    if kind == 2:
        return rng.binomial(20, 0.5, (rows, columns)) / 20
    game = rng.normal(size=(rows, columns))
    if kind == 3:
        game[-1], game[:, -1] = game[0], game[:, 0]
    return game
