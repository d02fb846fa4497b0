"""mElo: a rating and a vector in the plane for each player, so that rock may beat scissors.

    log-odds that i beats j = r_i - r_j + delta z + c_i1 c_j2 - c_i2 c_j1

with z = 1 if i is favoured, -1 if j is, 0 if nobody. The vectors add to zero, so the cyclic part averages to nothing
over all opponents, and r is what a player is worth against all others alike. A draw is half a win and half a loss.
Every parameter is normal around 0 with variance `spread` ** 2, which keeps all of them finite; intervals are from the
curvature. Vectors are turned such that the longest has no second coordinate.

Source: Balduzzi et al. 2018, "Re-evaluating evaluation", section 3 and proposition 4.
Differs: all games are fitted at once instead of one after the other, so their order does not matter.
"""

import numpy as np
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit, log_expit

from arena.errors import ArenaError
from league.fits.resample import normal
from league.ratings.rated import ELO, Rated, rated
from league.ratings.results import Cells, Results

SPREAD = 4.5  # of a log strength: 780 Elo
MOST_PLAYERS = 500


def rate(results: Results, *, spread: float = SPREAD) -> Rated:
    """The ratings; `spread` is the standard deviation of the prior, in natural units."""
    cells, players = results.cells, len(results.names)
    if players > MOST_PLAYERS:
        raise ArenaError(f"melo rates at most {MOST_PLAYERS:,} players, not {players:,}; take bradley-terry")
    if spread <= 0:
        raise ArenaError(f"spread must be above 0, not {spread}")
    x = fit(cells, players, spread)
    rows, p = jacobian(x, cells, players), expit(log_odds(x, cells, players))
    information = (rows.T @ sparse.diags_array(cells.counts.sum(1) * p * (1 - p)) @ rows).toarray()
    precision = centred(centred(information, players).T, players) + np.eye(len(x)) / spread**2
    centre = np.eye(players) - 1 / players
    error = np.sqrt(np.diag(centre @ np.linalg.inv(precision)[1 : 1 + players, 1 : 1 + players] @ centre))
    vectors = turned(vectors_of(x, players))
    named = dict(zip(results.names, vectors.tolist(), strict=True))
    advantage = {"advantage": float(ELO * x[0])} if results.has_sides else {}
    parameters = {**advantage, "spread": spread, "cyclic_share": cyclic_share(x, players), "vectors": named}
    return rated(results, normal(ELO * x[1 : 1 + players], ELO * error), parameters)


def fit(cells: Cells, players: int, spread: float) -> np.ndarray:
    """(delta, r, first coordinates, second coordinates) [1 + 3P] where the likelihood with its prior is largest."""
    won, legs = cells.counts[:, 0] + cells.counts[:, 1] / 2, cells.counts.sum(1)

    def loss(x: np.ndarray) -> tuple[float, np.ndarray]:
        eta = log_odds(x, cells, players)
        value = won @ log_expit(eta) + (legs - won) @ log_expit(-eta) - x @ x / (2 * spread**2)
        slope = centred(jacobian(x, cells, players).T @ (won - legs * expit(eta)), players) - x / spread**2
        return -float(value), -slope

    options = {"maxiter": 5000, "maxfun": 10000, "ftol": 1e-15, "gtol": 1e-9}
    found = minimize(loss, start(cells, players), jac=True, method="L-BFGS-B", options=options)
    return np.asarray(found.x)


def vectors_of(x: np.ndarray, players: int) -> np.ndarray:
    """The vectors [P, 2], which add to zero."""
    vectors = x[1 + players :].reshape(2, players).T
    return np.asarray(vectors - vectors.mean(0))


def log_odds(x: np.ndarray, cells: Cells, players: int) -> np.ndarray:
    """[C] that the first player wins."""
    i, j, _ = cells.first, cells.second, cells.favoured
    r, c = x[1 : 1 + players], vectors_of(x, players)
    return np.asarray(x[0] * cells.favoured + r[i] - r[j] + c[i, 0] * c[j, 1] - c[i, 1] * c[j, 0])


def jacobian(x: np.ndarray, cells: Cells, players: int) -> sparse.csr_array:
    """[C, 1 + 3P] how the log-odds change with delta, r and the vectors as they are, adding to zero or not."""
    i, j = cells.first, cells.second
    c, one = vectors_of(x, players), np.ones(len(i))
    entries = [(0 * i, cells.favoured), (1 + i, one), (1 + j, -one)]
    entries += [(1 + players + i, c[j, 1]), (1 + players + j, -c[i, 1])]
    entries += [(1 + 2 * players + i, -c[j, 0]), (1 + 2 * players + j, c[i, 0])]
    columns, values = (np.stack(parts, axis=1) for parts in zip(*entries, strict=True))
    row = np.repeat(np.arange(len(i)), len(entries))
    return sparse.csr_array((values.ravel(), (row, columns.ravel())), shape=(len(i), 1 + 3 * players))


def centred(slope: np.ndarray, players: int) -> np.ndarray:
    """Slopes [1 + 3P, ...] in the vectors' coordinates, of which the mean is taken off."""
    whole = slope.copy()
    for block in (slice(1 + players, 1 + 2 * players), slice(1 + 2 * players, None)):
        whole[block] -= whole[block].mean(0)
    return whole


def start(cells: Cells, players: int) -> np.ndarray:
    """Ratings as row means of the table of log-odds, and the plane that holds most of what they leave over."""
    table = np.zeros((players, players))
    won = cells.counts[:, 0] + cells.counts[:, 1] / 2
    lost = cells.counts[:, 2] + cells.counts[:, 1] / 2
    np.add.at(table, (cells.first, cells.second), np.log((won + 0.5) / (lost + 0.5)))
    table -= table.T
    r = table.mean(1)
    size, axes = np.linalg.eigh(1j * (table - r[:, None] + r))
    plane = np.sqrt(2 * max(size[-1], 0)) * axes[:, -1]
    return np.concatenate([[0.0], r, plane.imag, plane.real])


def turned(vectors: np.ndarray) -> np.ndarray:
    """The vectors [P, 2] turned together, which changes none of their products."""
    x, y = vectors[np.argmax(np.round((vectors**2).sum(1), 6))]
    length = np.hypot(x, y) or 1.0
    return np.asarray(vectors @ (np.array([[x, -y], [y, x]]) / length))


def cyclic_share(x: np.ndarray, players: int) -> float:
    """The part of the log-odds of all pairs, by sum of squares, that the vectors make and not the ratings."""
    r, c = x[1 : 1 + players], vectors_of(x, players)
    cyclic = np.outer(c[:, 0], c[:, 1])
    part, whole = ((cyclic - cyclic.T) ** 2).sum(), ((r[:, None] - r) ** 2).sum()
    return float(part / (part + whole)) if part else 0.0
