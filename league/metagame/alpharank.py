"""Alpha-rank: how often an evolving population plays each strategy.

Mutants appear one at a time; each either dies out or takes over its population of m by the Fermi process of intensity
alpha. The mass of a strategy, or of a profile of one strategy a side, is the share of time in which everybody plays it.
Source: Omidshafiei et al. 2019, "alpha-Rank: multi-agent evaluation by evolution", Scientific Reports 9:9937.
Differs: masses come from an elimination without subtraction (see `markov`) where OpenSpiel asks an eigenvalue solver,
which in near-reducible chains finds none or the wrong one; an infinite alpha is the limit, with no noise put in.

Axes: P strategies, or I and J of the two sides; M numbers of mutants.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from league.metagame.markov import stationary

ALPHA, POPULATION = 10.0, 50


@dataclass(frozen=True)
class Masses:
    """The share of time in each profile of two sides."""

    profiles: np.ndarray  # [I, J]

    @property
    def rows(self) -> np.ndarray:
        """[I] whatever the columns play."""
        return np.asarray(self.profiles.sum(1))

    @property
    def columns(self) -> np.ndarray:
        """[J] whatever the rows play."""
        return np.asarray(self.profiles.sum(0))


def rank(payoff: np.ndarray, alpha: float = ALPHA, population: int = POPULATION, is_global: bool = False) -> np.ndarray:
    """The mass [P] of each strategy of one population, from payoff [P, P] of the row against the column.

    A mutant compares its payoff with that of the one it meets (local selection); or, if `is_global`, with what the
    others get on average from everybody.
    """
    payoff = _finite(payoff)
    if payoff.shape[0] != payoff.shape[1]:
        raise ValueError(f"one population takes a square matrix, not one of shape {payoff.shape}")
    mutants = np.arange(1, population)  # [M]
    if is_global:
        own, met = (mutants - 1) / (population - 1), (population - mutants) / (population - 1)
        home, back = (population - mutants - 1) / (population - 1), mutants / (population - 1)
        mutant = own * np.diag(payoff)[:, None, None] + met * payoff[:, :, None]
        resident = home * np.diag(payoff)[:, None, None] + back * payoff[:, :, None]
        lead = mutant - resident.swapaxes(0, 1)  # [P, P, M] of the row's as mutants over the column's
    else:
        lead = np.broadcast_to((payoff - payoff.T)[:, :, None], (*payoff.shape, population - 1))
    log, cost = fixation(lead.swapaxes(0, 1), alpha)
    np.fill_diagonal(log, -np.inf)
    return stationary(log, cost)


def rank_sides(
    rows: np.ndarray, columns: np.ndarray | None = None, alpha: float = ALPHA, population: int = POPULATION
) -> Masses:
    """The masses of the profiles of two populations, from payoffs [I, J] of each side; columns' default to -rows."""
    rows = _finite(rows)
    columns = -rows if columns is None else _finite(columns)
    count, other = rows.shape
    gains = np.zeros((count, other, count, other))
    is_step = np.zeros(gains.shape, np.bool_)
    i, j = np.arange(count), np.arange(other)
    # An axis that is indexed by two lists moves to the front.
    gains[:, j, :, j] = (rows[None] - rows[:, None]).transpose(2, 0, 1)
    gains[i, :, i, :] = columns[:, None, :] - columns[:, :, None]
    is_step[:, j, :, j] = ~np.eye(count, dtype=bool)
    is_step[i, :, i, :] = ~np.eye(other, dtype=bool)
    size = count * other
    log, cost = np.full((2, count, other, count, other), -np.inf)
    lead = np.broadcast_to(gains[is_step][:, None], (is_step.sum(), population - 1))
    found, price = fixation(lead, alpha)
    log[is_step] = found
    if price is not None:
        cost[is_step] = price
    masses = stationary(log.reshape(size, size), None if price is None else cost.reshape(size, size))
    return Masses(masses.reshape(count, other))


def fixation(lead: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray | None]:
    """The log of the probability [...] that one mutant takes over, and its cost if alpha is infinite, else None.

    lead [..., M] is what mutants are ahead of residents when there are 1, 2, ... of them. The probability is one over
    the sum over l = 0 .. m - 1 of exp(-alpha * (lead_1 + ... + lead_l)); for a constant lead u / alpha that is
    (1 - e^-u) / (1 - e^-mu). With alpha infinite it is exp(log) * t^cost with t = e^-alpha.
    """
    behind = np.concatenate([np.zeros((*lead.shape[:-1], 1)), -np.cumsum(lead, axis=-1)], axis=-1)
    if np.isfinite(alpha):
        return -logsumexp(alpha * behind, axis=-1), None
    worst = behind.max(-1)
    return -np.log((behind >= worst[..., None] - 1e-12 * np.abs(lead).max(initial=0)).sum(-1)), worst


def _finite(payoff: np.ndarray) -> np.ndarray:
    payoff = np.asarray(payoff, np.float64)
    if payoff.ndim != 2 or 0 in payoff.shape or not np.isfinite(payoff).all():
        raise ValueError(f"alpha-rank takes matrices of finite numbers, not one of shape {payoff.shape}")
    return payoff
