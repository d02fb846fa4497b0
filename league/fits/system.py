"""Linear systems of the joint model: two sides whose skills meet only across, and a few parameters common to all legs.

    [ diag(sum_j w)       -w          u ]
    [      -w'       diag(sum_i w)    v ]  + precision
    [       u'             v'         M ]

with a weight w_ij for each match-up. The first side's skills are eliminated. What is left, little more than an unknown
a player, is factorised up to DENSE players and solved by conjugate gradients beyond.

Source: Golub and Van Loan 2013, "Matrix Computations", 4th edition, sections 3.2 (block elimination) and 11.3.
Axes: P players, C match-ups, X common parameters, K = 2P + X unknowns: a, b, the common; N right-hand sides.
"""

from functools import cached_property
from typing import Any

import numpy as np
from scipy import linalg

from league.fits.matchups import Matchups

DENSE = 4096
NEAR = 1e-7  # residue, of the size of the right-hand side, of solutions that are not factorised
MOST_STEPS = 1000


class System:
    """A system that is solved for many right-hand sides."""

    def __init__(
        self, matchups: Matchups, weight: np.ndarray, precision: float, common: np.ndarray, corner: np.ndarray
    ):
        """`weight` is w [C], `common` [X, C] the weights that `pull` makes u and v of, and `corner` is M [X, X]."""
        self.players = matchups.players
        self.met = matchups.table(weight)
        self.first, self.second = np.split((by_side(matchups, weight) + precision)[:, None], 2)
        self.u, self.v = np.split(pull(matchups, common).T, 2)
        self.corner = corner

    @property
    def is_dense(self) -> bool:
        """Whether what is left is factorised."""
        return self.players <= DENSE

    def solve(self, right: np.ndarray, residue: float = 0.0) -> np.ndarray:
        """The unknowns [K, N] for right-hand sides [K, N]; with a residue, only so near, which is quick for a few."""
        scaled = right[: self.players] / self.first
        reduced = right[self.players :] - self._from_first(scaled)
        if residue or not self.is_dense:
            rest = conjugate_gradients(self._product, reduced, self._diagonal, residue or NEAR)
        else:
            rest = linalg.cho_solve(self._factor, reduced, check_finite=False)
        return np.concatenate([scaled - self._to_first(rest) / self.first, rest])

    def _to_first(self, rest: np.ndarray) -> np.ndarray:
        """[P + X, N] to [P, N]: what b and the common parameters add to the equations of a."""
        return np.asarray(self.u @ rest[self.players :] - self.met @ rest[: self.players])

    def _from_first(self, first: np.ndarray) -> np.ndarray:
        """[P, N] to [P + X, N]: what a adds to the equations of the rest."""
        return np.concatenate([-(self.met.T @ first), self.u.T @ first])

    def _product(self, rest: np.ndarray) -> np.ndarray:
        """What is left after the elimination, times [P + X, N]."""
        b, common = rest[: self.players], rest[self.players :]
        own = np.concatenate([self.second * b + self.v @ common, self.v.T @ b + self.corner @ common])
        return np.asarray(own - self._from_first(self._to_first(rest) / self.first))

    @cached_property
    def _factor(self) -> Any:
        return linalg.cho_factor(self._reduced(), overwrite_a=True, check_finite=False)

    def _reduced(self) -> np.ndarray:
        """What is left after the elimination, [P + X, P + X]."""
        cross = np.concatenate([-self.met.toarray(), self.u], axis=1)
        left = cross.T @ (cross / -self.first)
        left[: self.players, self.players :] += self.v
        left[self.players :, : self.players] += self.v.T
        left[self.players :, self.players :] += self.corner
        left[np.arange(self.players), np.arange(self.players)] += self.second[:, 0]
        return np.asarray(left)

    @cached_property
    def _diagonal(self) -> np.ndarray:
        own = np.concatenate([self.second[:, 0], self.corner.diagonal()])
        share = 1 / self.first[:, 0]
        return np.asarray(own - np.concatenate([self.met.power(2).T @ share, (self.u**2).T @ share]))


def by_side(matchups: Matchups, column: np.ndarray) -> np.ndarray:
    """The sums [2P] of a column [C] over the match-ups in which a player holds the first side, then the second."""
    table, everybody = matchups.table(column), np.ones(matchups.players)
    return np.concatenate([table @ everybody, table.T @ everybody])


def pull(matchups: Matchups, columns: np.ndarray) -> np.ndarray:
    """How columns [X, C] pull at the skills, [X, 2P]: at the second side's the other way."""
    turned = np.repeat([1.0, -1.0], matchups.players)
    pulls = [turned * by_side(matchups, column) for column in columns]
    return np.array(pulls).reshape(len(columns), 2 * matchups.players)


def conjugate_gradients(product: Any, right: np.ndarray, diagonal: np.ndarray, residue: float) -> np.ndarray:
    """The solutions [n, N] of positive definite systems, each to a residue of so much of its right-hand side.

    The diagonal [n] is the preconditioner (Jacobi). Source: Nocedal and Wright 2006, "Numerical Optimization",
    algorithm 5.3.
    """
    found, left = np.zeros_like(right), right.copy()
    direction = left / diagonal[:, None]
    size = (left * direction).sum(0)
    goal = residue**2 * size
    for _ in range(MOST_STEPS):
        if (size <= goal).all():
            break
        turned = product(direction)
        reach = np.divide(size, (direction * turned).sum(0), out=np.zeros_like(size), where=size > goal)
        found += reach * direction
        left -= reach * turned
        scaled = left / diagonal[:, None]
        before, size = size, (left * scaled).sum(0)
        direction = scaled + np.divide(size, before, out=np.zeros_like(size), where=before > 0) * direction
    return found
