"""Adaptive: the next pairs go where they most reduce the uncertainty of the ranking.

Skills have the posterior of Bradley and Terry with a normal prior (`league.fits.sparse`), of covariance C around their
mean. One more pair of i and j, of information w = 2 p (1 - p) as two legs, takes w c c' / (1 + w d) off it, where
c = C (e_i - e_j) and d is the variance of their difference. Up to DENSE players each pair goes where that takes most
off the sum of the variances to a high power, which is about the largest: so those who are least known, often the best
and the worst, play more. Beyond, everyone has one pairing a round, and neighbours in skill, for whom p (1 - p) is
largest, meet; again only if it cannot be helped, for what is new ties the ranking together.

Who leaves is not paired any more, but what it played still tells of others. What was void tells nothing.

Source: the rank-one change is that of Sherman and Morrison; its use one step ahead is a sequential optimal design,
Fedorov 1972, "Theory of optimal experiments", with the criterion of Kiefer 1974 (phi_p) between A and E.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import expit

from league.fits.sparse import curvature, fit
from league.schedules.matching import Meetings, match
from league.schedules.rounds import Outcome, Round, withdrawn

DENSE = 128
POWER = 8  # of the variances; 1 is their sum, infinity their largest
LEGS = 2  # of a pair
FINEST = 1000  # levels in a natural unit of skill
CAP = 20_000  # pairs of a player unless told
SHARE = 20  # a round is at least so small a part of what has been played: a twentieth


def next_round(
    players: int, outcomes: Sequence[Outcome], *, pairs: int, floor: int = 0, cap: int = CAP, virtual: float = 0.5
) -> Round | None:
    """The next pairs, until a stopping rule or the cap ends it: `pairs` a player, on average up to DENSE players.

    When much has been played, each is a portion of several pairs, so that there are few rounds however long it goes on.

    Those who have played fewer than `floor` pairs come first, and nobody plays more than `cap`. The prior weighs as
    much as `virtual` legs.
    """
    one, other, points, played = _results(outcomes)
    had = (np.bincount(one, played, players) + np.bincount(other, played, players)).astype(np.int64)
    room = np.where(withdrawn(players, outcomes), 0, np.maximum(cap - had, 0))
    if (room > 0).sum() < 2:
        return None
    portion = max(1, int(had[room > 0].mean()) // (SHARE * pairs))
    legs = LEGS * played
    theta = fit(one, other, LEGS * points, legs, players, virtual=virtual)
    if players > DENSE:
        return _neighbours(theta, np.minimum(room, portion * pairs), had, Meetings(one, other, players))
    covariance = np.linalg.inv(curvature(one, other, legs, theta, virtual).toarray())
    budget = max(1, pairs * int((room > 0).sum()) // 2)
    return _most_telling(theta, covariance, room, np.maximum(floor - had, 0), budget, portion)


def _results(outcomes: Sequence[Outcome]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """All pairings so far: one, other, points of `one`, pairs played."""
    rows = [(o.round.one, o.round.other, o.points, o.played) for o in outcomes]
    none = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64))
    one, other, points, played = (np.concatenate(column) for column in zip(none, *rows, strict=True))
    return one, other, points, played


def _most_telling(
    theta: np.ndarray, covariance: np.ndarray, room: np.ndarray, lacking: np.ndarray, budget: int, portion: int = 1
) -> Round:
    """One portion of pairs after the other, each where it takes most off, given those before."""
    p = expit(theta[:, None] - theta)
    information = LEGS * p * (1 - p)
    spread = covariance - covariance.mean()  # around the mean of all, which is independent of it
    room, lacking, plan = room.copy(), lacking.copy(), np.zeros_like(covariance, np.int64)
    for _ in range(budget):
        allowed = np.triu((room > 0) & (room > 0)[:, None], k=1)
        urgent = allowed & ((lacking > 0) | (lacking > 0)[:, None])
        allowed = urgent if urgent.any() else allowed
        if not allowed.any():
            break
        gain = np.where(allowed, _gains(spread, information), -np.inf)
        i, j = np.unravel_index(gain.argmax(), gain.shape)
        given = min(portion, room[i], room[j])
        plan[i, j] += given
        for player in (i, j):
            room[player] -= given
            lacking[player] -= given
        column, told = spread[:, i] - spread[:, j], given * information[i, j]
        spread = spread - told * np.outer(column, column) / (1 + told * (column[i] - column[j]))
    one, other = np.nonzero(plan)
    return Round.of(one, other, plan[one, other])


def _gains(spread: np.ndarray, information: np.ndarray) -> np.ndarray:
    """What a pair of each two [P, P] takes off the sum of the variances' powers, to first order, up to a factor."""
    variance = np.diag(spread)
    importance = (variance / variance.max()) ** (POWER - 1)
    moved = spread * importance @ spread

    def of_difference(matrix: np.ndarray) -> np.ndarray:
        own = np.diag(matrix)
        return np.asarray(own + own[:, None] - 2 * matrix)

    # Rounded, so that what is level by symmetry goes by seeding on every machine.
    gain = information * of_difference(moved) / (1 + information * of_difference(spread))
    return np.asarray(np.round(gain / gain.max(), 9))


def _neighbours(theta: np.ndarray, room: np.ndarray, had: np.ndarray, meetings: Meetings) -> Round:
    """Everyone who has room meets a neighbour in skill; if they are odd, one of those who played most sits out."""
    left = np.flatnonzero(room)
    if len(left) % 2:
        left = np.delete(left, len(left) - 1 - had[left][::-1].argmax())
    order = left[np.argsort(-theta[left], kind="stable")]
    one, other = np.sort(match(order, np.rint(FINEST * theta[order]).astype(np.int64), meetings), axis=1).T
    return Round.of(one, other, np.minimum(room[one], room[other]))
