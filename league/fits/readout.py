"""What is read from fitted parameters: centred mu, the skills on either side, and their sum.

Axes: P players, S = 2 sides, K = 1 + 2P parameters: mu, a of each player (first side), b (second side);
N = 1 + 3P readings: mu, a, b, a + b.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Readout:
    """A linear map from parameters to readings.

    Only differences within a side are known: moving all of a and mu against each other changes no prediction. So each
    side is centred, over its holders or those of them whose mean is given, and mu becomes the advantage between two
    average ones of these.
    """

    held: np.ndarray  # [P, S] bool; a skill that nobody saw reads 0
    centred: np.ndarray | None = None  # [P, S] bool, whose mean reads 0; None: of all holders

    @property
    def centre(self) -> np.ndarray:
        """[P, S] the weights of the mean that reads 0."""
        centred = self.held if self.centred is None else self.centred
        return np.asarray(centred / np.maximum(centred.sum(0), 1))

    def __call__(self, theta: np.ndarray) -> np.ndarray:
        """The readings [..., N] of parameters [..., K]."""
        players, held, centre = len(self.held), self.held, self.centre
        a, b = theta[..., 1 : 1 + players], theta[..., 1 + players : 1 + 2 * players]
        mean_a, mean_b = (a @ centre[:, 0])[..., None], (b @ centre[:, 1])[..., None]
        a, b = np.where(held[:, 0], a - mean_a, 0), np.where(held[:, 1], b - mean_b, 0)
        return np.concatenate([theta[..., :1] + mean_a - mean_b, a, b, a + b], axis=-1)

    def turned(self, reading: np.ndarray) -> np.ndarray:
        """The transposed map: [..., N] to [..., K]. Of a single reading, which parameters it is made of."""
        players, centre = len(self.held), self.centre
        mu, a, b, both = np.split(reading, [1, 1 + players, 1 + 2 * players], axis=-1)
        a, b = ((side + both) * held for side, held in zip((a, b), self.held.T, strict=True))
        a = a + centre[:, 0] * (mu - a.sum(-1, keepdims=True))
        b = b - centre[:, 1] * (mu + b.sum(-1, keepdims=True))
        return np.concatenate([mu, a, b], axis=-1)
