"""Replicator dynamics: a strategy grows at the rate by which it beats the average of its population.

    x_i' = x_i * ((A x)_i - x . A x)

The flow runs in the logarithms of the shares, so that a mix stays a mix: shares are positive and sum to one whatever
the step. Source: Taylor and Jonker 1978, "Evolutionary stable strategies and game dynamics"; for two populations
Hofbauer and Sigmund 1998, "Evolutionary games and population dynamics", chapter 10.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp
from scipy.special import softmax

PRECISION = 1e-10  # relative, of each step in logarithms


@dataclass(frozen=True)
class Path:
    """The course of one population."""

    time: np.ndarray  # [T]
    mix: np.ndarray  # [T, P]
    average: np.ndarray  # [P] the mean of the mix over all of the time


def replicate(payoff: np.ndarray, start: np.ndarray, duration: float, points: int = 201) -> Path:
    """The path of one population from mix `start` [P], with payoff [P, P] of the row against the column."""
    payoff = np.asarray(payoff, np.float64)
    return _flow(lambda mixes: [payoff @ mixes[0]], [np.asarray(start, np.float64)], duration, points)[0]


def replicate_sides(
    rows: np.ndarray,
    start: tuple[np.ndarray, np.ndarray],
    duration: float,
    columns: np.ndarray | None = None,
    points: int = 201,
) -> tuple[Path, Path]:
    """The paths of two populations that play each other, from payoffs [I, J] of each side; columns' default to -rows.

    In a zero-sum game the averages approach optimal mixes as fast as 1 / time, wherever the paths themselves go.
    """
    rows = np.asarray(rows, np.float64)
    back = -rows.T if columns is None else np.asarray(columns, np.float64).T
    mixes = [np.asarray(mix, np.float64) for mix in start]
    first, second = _flow(lambda mixes: [rows @ mixes[1], back @ mixes[0]], mixes, duration, points)
    return first, second


def _flow(
    fitness: Callable[[list[np.ndarray]], list[np.ndarray]], starts: list[np.ndarray], duration: float, points: int
) -> list[Path]:
    """The paths of populations whose fitness is a function of all their mixes."""
    for mix in starts:
        if mix.min(initial=0) < 0 or abs(mix.sum() - 1) > 1e-9:
            raise ValueError(f"a population starts from shares that sum to one, not {mix.sum():g}")
    alive = np.concatenate([mix > 0 for mix in starts])
    ends = np.cumsum([len(mix) for mix in starts])[:-1]
    logs = np.log(np.concatenate(starts)[alive])

    def mixes(state: np.ndarray) -> list[np.ndarray]:
        full = np.full(len(alive), -np.inf)  # who is not there at the start never comes
        full[alive] = state
        return [softmax(part) for part in np.split(full, ends)]

    def slope(_: float, state: np.ndarray) -> np.ndarray:
        now = mixes(state[: len(logs)])
        # Taking off the average changes no mix; it keeps the logarithms from growing.
        growth = np.concatenate([f - x @ f for f, x in zip(fitness(now), now, strict=True)])
        return np.concatenate([growth[alive], *now])

    time = np.linspace(0, duration, points)
    begin = np.concatenate([logs, np.zeros(len(alive))])  # behind the logs the integrals of the mixes
    found = solve_ivp(slope, (0, duration), begin, "DOP853", time, rtol=PRECISION, atol=PRECISION)
    if not found.success:
        raise ArithmeticError(f"the replicator dynamics could not be followed: {found.message}")
    course = [np.stack(part) for part in zip(*(mixes(state) for state in found.y[: len(logs)].T), strict=True)]
    totals = np.split(found.y[len(logs) :, -1], ends)
    return [Path(time, mix, total / duration) for mix, total in zip(course, totals, strict=True)]
