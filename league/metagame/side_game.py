"""The game between the sides, solved: whom to send when the other side may send its best answer.

G[i, j] is what player i of the second side (row) scores against player j of the first (column), who loses as much.
Source: Gale, Kuhn and Tucker 1950, "On symmetric games", for the skew-symmetric form; von Neumann 1928 for the value.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from league.metagame.complementary import TOLERANCE, complementary
from league.metagame.entropy import most_even


@dataclass(frozen=True)
class SideGame:
    """The value of a game of I rows against J columns and, of the optimal mixes, the most even."""

    value: float  # what the rows score when both sides play their mix
    rows: np.ndarray  # [I]
    columns: np.ndarray  # [J]


def solve(payoff: np.ndarray) -> SideGame:
    """The value and the maximum-entropy optimal mixes of payoff [I, J]; ArithmeticError if they cannot be certified."""
    payoff = np.asarray(payoff, np.float64)
    if payoff.ndim != 2 or 0 in payoff.shape or not np.isfinite(payoff).all():
        raise ValueError(f"the side game takes a matrix of finite numbers, not one of shape {payoff.shape}")
    # In [1/2, 1], so that the value is positive whoever plays.
    low, reach = payoff.min(), np.ptp(payoff) or 1.0
    scaled = (1 + (payoff - low) / reach) / 2
    count = len(payoff)
    x, slack = complementary(_skew(scaled))
    plays = x > slack
    in_rows, in_columns = plays[:count], plays[count:-1]
    value = x[-1] / x[:count].sum()
    rows, columns = np.zeros(count), np.zeros(payoff.shape[1])
    gain = scaled - value
    rows[in_rows] = _mix(x[:count][in_rows], -gain.T[:, in_rows], in_columns)
    columns[in_columns] = _mix(x[count:-1][in_columns], gain[:, in_columns], in_rows)
    if sum(exploitability(scaled, rows, columns)) > TOLERANCE:
        raise ArithmeticError("the mixes found are not optimal: a best answer gains on them")
    return SideGame(float(rows @ payoff @ columns), rows, columns)


def optimal(payoff: np.ndarray) -> SideGame:
    """The value of payoff [I, J] and some optimal mixes, to TOLERANCE: of as few as may be, and any of several.

    A linear programme for each side, found also where `solve` cannot certify the most even of near-equal mixes.
    """
    payoff = np.asarray(payoff, np.float64)
    low, reach = payoff.min(), np.ptp(payoff) or 1.0
    scaled = (payoff - low) / reach
    rows, columns = _maximin(scaled), _maximin(-scaled.T)
    if sum(exploitability(scaled, rows, columns)) > 10 * TOLERANCE:
        raise ArithmeticError("the mixes found are not optimal: a best answer gains on them")
    return SideGame(float(rows @ payoff @ columns), rows, columns)


def _maximin(payoff: np.ndarray) -> np.ndarray:
    """The mix [I] of rows that scores most against the answer that is worst for it. Source: Dantzig 1951."""
    count, answers = payoff.shape
    found = linprog(
        np.append(np.zeros(count), -1.0),
        A_ub=np.concatenate([-payoff.T, np.ones((answers, 1))], axis=1),
        b_ub=np.zeros(answers),
        A_eq=np.append(np.ones(count), 0.0)[None],
        b_eq=[1],
        bounds=[(0, None)] * count + [(None, None)],
    )
    if found.x is None:
        raise ArithmeticError(f"no optimal mix of {count} strategies was found: {found.message}")
    mix = np.maximum(found.x[:count], 0)
    return np.asarray(mix / mix.sum())


def exploitability(payoff: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> tuple[float, float]:
    """What the rows could gain by answering the columns' mix best, and the columns by answering the rows': 0 at best.

    Both together are the duality gap, known as NashConv. Neither depends on more than the mixes: to judge one side's
    mix alone, set it against the other's optimal mix.
    """
    score = rows @ payoff @ columns
    return float((payoff @ columns).max() - score), float(score - (rows @ payoff).min())


def _skew(payoff: np.ndarray) -> np.ndarray:
    """The symmetric game [I + J + 1] in which a player draws its side; its equilibria hold mixes and value."""
    rows, columns = payoff.shape
    up, left = np.zeros((rows, rows)), np.zeros((columns, columns))
    one, other = -np.ones((rows, 1)), np.ones((columns, 1))
    return np.block([[up, payoff, one], [-payoff.T, left, other], [-one.T, -other.T, np.zeros((1, 1))]])


def _mix(start: np.ndarray, loss: np.ndarray, is_tight: np.ndarray) -> np.ndarray:
    """The most even of a side's optimal mixes: it loses nothing to any answer, and is even with the tight ones."""
    return most_even(start, loss[is_tight], loss[~is_tight])
