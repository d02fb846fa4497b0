"""Bradley-Terry for very many players of whom each met few: the likeliest skills, and how well each is known.

Of n games, `one` is expected to win n / (1 + exp(theta_other - theta_one)) points; a draw is half a win and half a
loss. Each skill is normal around 0 with the precision, virtual / 4, that `virtual` games between equals would give, so
that skills are finite and have mean zero, and those of unconnected players too.

Source: Bradley and Terry 1952; Newton's method with conjugate gradients: Nocedal and Wright, "Numerical Optimization",
section 7.1.
Axes: P players, M match-ups, which may repeat.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, cg
from scipy.special import expit

MOST_STEPS = 100
CLOSE = 1e-9  # squared standard errors a skill (the decrement), from which one more step lands on the maximum
RESIDUE = 1e-2  # relative, of a linear system: Newton's next step corrects it, and a probe's own error is larger
DENSE = 512  # players up to whom the matrix is inverted as it is
PROBES = 16


def fit(
    one: np.ndarray,
    other: np.ndarray,
    points: np.ndarray,
    games: np.ndarray,
    players: int,
    *,
    virtual: float = 0.5,
    start: np.ndarray | None = None,
) -> np.ndarray:
    """The likeliest skills [P], in natural units, from the points [M] that `one` won of `games` [M]."""
    theta = np.zeros(players) if start is None else start.copy()
    points, games = points.astype(np.float64), games.astype(np.float64)  # once, not in each product
    met, eta = MetBy.of(one, other, players), theta[one] - theta[other]
    best = _log_posterior(eta, points, games, theta, virtual)
    for _ in range(MOST_STEPS):
        expected = expit(eta)
        surplus = points - games * expected
        slope = np.bincount(one, surplus, players) - np.bincount(other, surplus, players) - virtual / 4 * theta
        step = met.solve(games * expected * (1 - expected), virtual, slope)
        if step @ slope < CLOSE * players:
            return np.asarray(theta + step)
        change = step[one] - step[other]
        while (found := _log_posterior(eta + change, points, games, theta + step, virtual)) < best:
            step, change = step / 2, change / 2  # too far from the maximum for a whole step of Newton
        theta, eta, best = theta + step, eta + change, found
    return theta


def _log_posterior(eta: np.ndarray, points: np.ndarray, games: np.ndarray, theta: np.ndarray, virtual: float) -> float:
    """Up to a constant, from the differences [M] of the skills [P]."""
    return float(points @ eta - games @ np.logaddexp(0, eta) - virtual / 8 * theta @ theta)


@dataclass(frozen=True)
class MetBy:
    """Who met whom, player by player: found once, while the weights of the match-ups change from step to step."""

    first: np.ndarray  # [P+1] where the match-ups of a player begin
    whom: np.ndarray  # [2M]
    match_up: np.ndarray  # [2M]

    @classmethod
    def of(cls, one: np.ndarray, other: np.ndarray, players: int) -> Self:
        """Each match-up stands with both of its players, who are two."""
        narrow = np.int32  # as SciPy keeps indices, or it would copy them for each matrix
        ends, whom = (np.concatenate(both).astype(narrow) for both in ((one, other), (other, one)))
        match_up = np.tile(np.arange(len(one), dtype=narrow), 2)
        # A matrix of players and match-ups that says whom: made row by row in one pass.
        table = sparse.csr_array((whom, (ends, match_up)), shape=(players, len(one)))
        return cls(table.indptr, table.data, table.indices.astype(np.intp))

    def solve(self, weight: np.ndarray, virtual: float, right: np.ndarray) -> np.ndarray:
        """The solution [P] of a linear system in the curvature, see `curvature`, of match-ups of these weights [M]."""
        players, entries = len(right), weight[self.match_up]
        between = sparse.csr_array((entries, self.whom, self.first), shape=(players, players))
        diagonal = between @ np.ones(players) + virtual / 4
        whole = LinearOperator((players, players), lambda x: diagonal * x - between @ x, dtype=np.float64)
        return _solved(whole, diagonal, right)


def curvature(
    one: np.ndarray, other: np.ndarray, games: np.ndarray, theta: np.ndarray, virtual: float = 0.5
) -> sparse.csr_array:
    """Minus the second derivative [P, P] of the log-posterior."""
    expected = expit(theta[one] - theta[other])
    weight = games * expected * (1 - expected)
    players = len(theta)
    diagonal = np.bincount(one, weight, players) + np.bincount(other, weight, players) + virtual / 4
    own = np.arange(players)
    entries = np.concatenate([diagonal, -weight, -weight])
    places = np.concatenate([own, one, other]), np.concatenate([own, other, one])
    return sparse.csr_array(sparse.coo_array((entries, places), shape=(players, players)))


def variances(matrix: sparse.csr_array, virtual: float = 0.5) -> np.ndarray:
    """The posterior variances [P] of skills around their mean, from their curvature; an estimate beyond DENSE players.

    The mean itself is known by the prior alone, with variance 4 / virtual / P, and independent of what is around it.
    With v of random signs around their mean, v * solve(v) has the variances as its mean; PROBES of them, the same at
    each call, are averaged, and kept above their least: that of a player whose opponents were known.
    Source: Bekas, Kokiopoulou and Saad 2007, "An estimator for the diagonal of a matrix".
    """
    players = matrix.shape[0]
    of_mean = 4 / virtual / players
    if players <= DENSE:
        return np.asarray(np.diag(np.linalg.inv(matrix.toarray())) - of_mean)
    rng, diagonal = np.random.default_rng(0), matrix.diagonal()
    signs = rng.choice([-1.0, 1.0], (PROBES, players))
    estimate = sum((v * _solved(matrix, diagonal, v - v.mean()) for v in signs), np.zeros(players)) / PROBES
    return np.asarray(np.maximum(estimate, 1 / diagonal - of_mean))


def _solved(matrix: sparse.csr_array | LinearOperator, diagonal: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The solution by conjugate gradients, with the diagonal as preconditioner (Jacobi)."""
    return np.asarray(cg(matrix, right, rtol=RESIDUE, M=sparse.diags_array(1 / diagonal))[0])
