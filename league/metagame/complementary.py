"""Which strategies some equilibrium plays: strictly complementary solutions of skew-symmetric systems."""

import numpy as np
from scipy.optimize import linprog

TOLERANCE = 1e-7  # of payoffs on a scale of one: what differs by less is equal
CLEAR = 1e-4  # a part of a solution that is positive beyond doubt
FEASIBLE = 1e-10  # the least tolerance that HiGHS knows


def complementary(skew: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A mix x [K] and s = -skew @ x [K], neither negative, of which for every entry exactly one is positive.

    It exists for every skew-symmetric matrix. x is an equilibrium of the symmetric zero-sum game in which row k wins
    skew[k, j] from column j; where x is zero, it is zero in all equilibria. Entries of skew are of size one or less.
    Source: Tucker 1956, "Dual systems of homogeneous linear relations", theorem 5.
    """
    size = len(skew)
    unit, zero = np.eye(size), np.zeros((size, size))
    options = {"primal_feasibility_tolerance": FEASIBLE, "dual_feasibility_tolerance": FEASIBLE}
    for method in ("highs-ds", "highs-ipm"):  # each finds what the other now and then calls infeasible
        # Variables x and t: as much t <= x + s as there can be, each up to CLEAR.
        found = linprog(
            np.concatenate([np.zeros(size), -np.ones(size)]),
            A_ub=np.block([[skew, zero], [skew - unit, unit]]),
            b_ub=np.zeros(2 * size),
            A_eq=np.concatenate([np.ones(size), np.zeros(size)])[None],
            b_eq=[1],
            bounds=[(0, None)] * size + [(0, CLEAR)] * size,
            method=method,
            options=options,
        )
        if found.x is not None:
            return found.x[:size], -skew @ found.x[:size]
    raise ArithmeticError(f"no equilibrium of a {size}-strategy game was found: {found.message}")
