"""The most even of many equilibria: maximum entropy over a polytope of mixes, by a barrier method, certified."""

import numpy as np
from scipy.linalg import null_space
from scipy.optimize import linprog, nnls
from scipy.special import entr, logsumexp

SINGULAR = 1e-7  # singular values below this part of the largest count as zero
REACH = 0.9  # of the way to the border, the most that a step may go
MOST_NEWTON_STEPS = 100
SETTLED = 1e-13  # of a share, or of the entropy
SMALL = 1e-12
GAP = 1e-6  # the largest by which the entropy may fall short of its bound


def most_even(start: np.ndarray, equal: np.ndarray, below: np.ndarray) -> np.ndarray:
    """The mix p [K] of maximum entropy with equal @ p = 0 [E], below @ p <= 0 [F]; entries are of size one or less.

    `start` is a positive mix that keeps below @ p < 0 and, but for rounding, equal @ p = 0. ArithmeticError if the
    entropy of what was found is not within GAP of the bound that its multipliers prove.
    """
    fixed = np.concatenate([equal, np.ones((1, len(start)))])
    p = start / start.sum()
    p = p - np.linalg.lstsq(fixed, fixed @ p - np.append(np.zeros(len(equal)), 1), rcond=SINGULAR)[0]
    free = null_space(fixed, rcond=SINGULAR)
    if not free.shape[1]:
        return np.asarray(np.maximum(p, 0) / np.maximum(p, 0).sum())
    for _ in range(MOST_NEWTON_STEPS):
        move = free @ _newton(p, free, below)
        move *= _length(p, move)
        p = p + move
        if np.abs(move).max() < SETTLED:
            break
    _certify(p, equal, below)
    return np.asarray(p)


def _newton(p: np.ndarray, free: np.ndarray, below: np.ndarray) -> np.ndarray:
    """The step [D] along `free` [K, D] to the least second-order model of sum p log p that keeps below @ p <= 0."""
    basis, root, turn = np.linalg.svd(free / np.sqrt(p)[:, None], full_matrices=False)  # of a root of the Hessian
    slope = basis.T @ (np.sqrt(p) * np.log(p))
    back = turn.T / root
    reach = below @ free @ back
    closest = _least_distance(-reach, below @ p - reach @ slope)
    return np.asarray(back @ (closest - slope))


def _least_distance(rows: np.ndarray, floor: np.ndarray) -> np.ndarray:
    """The shortest w with rows @ w >= floor.

    Source: Lawson and Hanson 1974, "Solving Least Squares Problems", section 23.4.
    """
    stacked = np.concatenate([rows.T, floor[None]])
    if not len(floor) or floor.max() <= 0:
        return np.zeros(rows.shape[1])
    weight, _ = nnls(stacked, np.append(np.zeros(rows.shape[1]), 1))
    rest = stacked @ weight
    return np.asarray(rest[:-1] / (1 - rest[-1]))


def _length(p: np.ndarray, move: np.ndarray) -> float:
    """How much of the step to take: less than would make a share zero, halved until the entropy grows as it should."""
    length: float = min(1.0, REACH / max(np.max(-move / p), REACH))
    promised = move @ np.log(p)
    while length > SETTLED and -entr(p + length * move).sum() > -entr(p).sum() + length * promised / 4 + SETTLED:
        length /= 2
    return length


def _certify(p: np.ndarray, equal: np.ndarray, below: np.ndarray) -> None:
    """Weak duality: for multipliers m >= 0 of `below` and any l of `equal`, entropy <= log sum exp(-(l, m) @ rows).

    The multipliers are those that come nearest to -log p, where p is large enough to have a logarithm.
    """
    size, bounds = len(p), [(None, None)] * (len(equal) + 1) + [(0, None)] * (len(below) + len(p))
    rows = np.concatenate([np.ones((1, size)), equal, below]).T
    is_sure = p > SMALL
    logs = np.log(np.maximum(p, SMALL))
    found = linprog(
        np.concatenate([np.zeros(1 + len(equal)), -below @ p, np.maximum(p, SMALL)]),
        A_ub=np.block([[-rows, -np.eye(size)], [rows[is_sure], -np.eye(size)[is_sure]]]),
        b_ub=np.concatenate([logs, -logs[is_sure]]),
        bounds=bounds,
        method="highs",
    )
    gap = np.inf if found.x is None else logsumexp(-rows[:, 1:] @ found.x[1 : rows.shape[1]]) - entr(p).sum()
    if not gap <= GAP:
        raise ArithmeticError(f"the most even of the equilibria was missed: its entropy is {gap:.1e} below the bound")
