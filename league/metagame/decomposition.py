"""A payoff taken apart: side advantage, skills on either side, and what only the match-up explains.

    G[i, j] = mu + a_i - b_j + interaction_ij

G[i, j] is what player i of the second side (row) scores against player j of the first (column); a and b have mean zero.
For players who hold both sides D = G - G^T is what i wins from j over both legs; its transitive part is s_i - s_j.
"""

from dataclasses import dataclass

import numpy as np

ROUNDING = 1e-12  # relative


@dataclass(frozen=True)
class Additive:
    """The least-squares fit to a payoff of I rows and J columns, of which some may be unknown."""

    mu: float  # the score of an average row against an average column
    a: np.ndarray  # [I] skill as row
    b: np.ndarray  # [J] skill as column
    interaction: np.ndarray  # [I, J] what is left; nan where the payoff is unknown

    @property
    def fitted(self) -> np.ndarray:
        """[I, J] mu + a_i - b_j, known or not."""
        return np.asarray(self.mu + self.a[:, None] - self.b)

    @property
    def interaction_share(self) -> float:
        """The interaction's part of the sum of squares around mu, 0 to 1; 0 where nothing varies."""
        left = self.interaction[np.isfinite(self.interaction)]
        known = (self.interaction + self.fitted)[np.isfinite(self.interaction)]
        return share(left, known - self.mu, np.abs(known).max(initial=0))


@dataclass(frozen=True)
class Transitive:
    """What one number per player explains of antisymmetric D, and what no ranking can."""

    skill: np.ndarray  # [P] s, with mean zero
    cyclic: np.ndarray  # [P, P] D_ij - (s_i - s_j)
    intransitivity: float  # its part of the sum of squares of D, 0 to 1


def decompose(payoff: np.ndarray) -> Additive:
    """The additive model of payoff [I, J], nan where unknown; every known cell weighs the same.

    ValueError unless the known cells connect all rows and columns: otherwise skills could not be compared.
    """
    payoff = np.asarray(payoff, np.float64)
    count, other = payoff.shape
    i, j = np.nonzero(np.isfinite(payoff))
    cell = np.arange(len(i))
    design = np.zeros((len(i), 1 + count + other))
    design[:, 0], design[cell, 1 + i], design[cell, 1 + count + j] = 1, 1, -1
    if np.linalg.matrix_rank(design) < count + other - 1:
        raise ValueError("the known cells of the payoff fall apart: add match-ups that connect all players")
    theta = np.linalg.lstsq(design, payoff[i, j], rcond=None)[0]
    a, b = theta[1 : 1 + count], theta[1 + count :]
    mu = theta[0] + a.mean() - b.mean()
    a, b = a - a.mean(), b - b.mean()
    return Additive(float(mu), a, b, payoff - (mu + a[:, None] - b))


def transitive(advantage: np.ndarray) -> Transitive:
    """The transitive part of antisymmetric advantage D [P, P]: skills are its row means, the least-squares fit.

    Source: Jiang et al. 2011, "Statistical ranking and combinatorial Hodge theory", for a complete graph.
    """
    advantage = np.asarray(advantage, np.float64)
    skill = advantage.mean(1)
    cyclic = advantage - (skill[:, None] - skill)
    return Transitive(skill, cyclic, share(cyclic, advantage, np.abs(advantage).max(initial=0)))


def share(part: np.ndarray, whole: np.ndarray, scale: float) -> float:
    """The part's share of the sum of squares; 0 if all of it is rounding of numbers of size `scale`."""
    if np.abs(part).max(initial=0) <= ROUNDING * scale:
        return 0.0
    return float(np.sum(part**2) / np.sum(whole**2))
