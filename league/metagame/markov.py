"""Stationary distributions without subtraction, on numbers that no exponent is too large for.

A rate is exp(log) * t^cost for a t that goes to zero: a pair (cost, log). Of a sum only the terms of least cost count,
so the distribution is the limit; where no cost is positive, it is that of the rates exp(log) as they are.
"""

import numpy as np
from scipy.special import logsumexp

SAME = 1e-9  # costs on a scale of one that differ by less are equal
BLOCK = 64  # states that are eliminated together
LOWEST = -1e300
SAFE = 1e-200  # plain numbers this far from zero and from one another lose nothing


def stationary(log: np.ndarray, cost: np.ndarray | None = None) -> np.ndarray:
    """The stationary distribution [N] of the chain that goes from i to j at rate [i, j]; the diagonal does not count.

    A log of minus infinity says that there is no such step; every state must reach every other. Elimination of one
    state after the other by Grassmann, Taksar and Heyman adds, multiplies and divides positive numbers only, so that
    each entry has the relative accuracy of the rates, however nearly the chain falls apart.
    Source: Grassmann, Taksar and Heyman 1985, "Regenerative analysis and steady state distributions".
    """
    if cost is None:
        plain = _plain(np.exp(log - log.max(initial=LOWEST)))
        return _by_pairs(log, np.zeros_like(log)) if plain is None else plain
    scale = cost[np.isfinite(log)].max(initial=0) or 1.0
    return _by_pairs(log, cost / scale)


def _plain(rate: np.ndarray) -> np.ndarray | None:
    """The distribution in ordinary numbers; None where they might underflow. Blocks make it a matrix product."""
    for stop in range(len(rate), 1, -BLOCK):
        start = max(stop - BLOCK, 1)
        for state in range(stop - 1, start - 1, -1):
            leaving = rate[state, :state].sum()
            if leaving < SAFE:
                return None
            rate[:state, state] /= leaving
            rate[start:state, :state] += np.multiply.outer(rate[start:state, state], rate[state, :state])
            rate[:start, start:state] += np.multiply.outer(rate[:start, state], rate[state, start:state])
        rate[:start, :start] += rate[:start, start:stop] @ rate[start:stop, :start]
    mass = np.ones(len(rate))
    for state in range(1, len(rate)):
        mass[state] = mass[:state] @ rate[:state, state]
        mass[: state + 1] /= mass[: state + 1].sum()
    return mass


def _by_pairs(log: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """The same with a (cost, log) for each number."""
    log, cost = log.copy(), np.where(np.isfinite(log), cost, np.inf)
    for state in range(len(log) - 1, 0, -1):
        least, leaving = _sum(cost[state, :state], log[state, :state])
        if not np.isfinite(leaving):
            raise ValueError(f"state {state} of the chain cannot reach the others")
        cost[:state, state] -= least
        log[:state, state] -= leaving
        through = cost[:state, state, None] + cost[state, :state]
        terms = log[:state, state, None] + log[state, :state]
        cost[:state, :state], log[:state, :state] = _add(cost[:state, :state], log[:state, :state], through, terms)
    mass, price = np.zeros(len(log)), np.zeros(len(log))
    for state in range(1, len(log)):
        price[state], mass[state] = _sum(price[:state] + cost[:state, state], mass[:state] + log[:state, state])
    counts = np.where(price <= price.min() + SAME, mass, -np.inf)
    return np.asarray(np.exp(counts - logsumexp(counts)))


def _sum(cost: np.ndarray, log: np.ndarray) -> tuple[float, float]:
    """The sum of numbers [N]."""
    least = cost.min()
    return least, float(logsumexp(log[cost <= least + SAME]))


def _add(
    cost: np.ndarray, log: np.ndarray, other_cost: np.ndarray, other_log: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The sums of numbers, one by one."""
    least = np.minimum(cost, other_cost)
    kept = np.where(cost <= least + SAME, log, -np.inf)
    other = np.where(other_cost <= least + SAME, other_log, -np.inf)
    return least, np.logaddexp(kept, other)
