"""Prioritized fictitious self-play: frozen opponents by how well they are beaten. It never gives NaN.

Source: Vinyals et al. 2019, "Grandmaster level in StarCraft II using multi-agent reinforcement learning", methods.
"""

from collections.abc import Callable

import numpy as np

WEIGHTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "hard": lambda win: (1 - win) ** 2,
    "variance": lambda win: win * (1 - win),
    "linear": lambda win: 1 - win,
    "capped": lambda win: np.minimum(0.5, 1 - win),
}


def prioritized(win: np.ndarray, weight: str) -> np.ndarray:
    """The chances [K] of opponents of whom shares `win` [K] of the points are won; even where all would be zero."""
    chances = WEIGHTS[weight](np.clip(np.asarray(win, np.float64), 0, 1))
    total = chances.sum()
    return chances / total if total > 0 else np.full(len(chances), 1 / max(1, len(chances)))
