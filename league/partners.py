"""How well players do in each other's teams, in a game of one side: self-play, cross-play, nearness to best responses.

A team has a host and a guest, who holds one seat where the host holds all others; of two seats each player is the
other's guest. All numbers are over the players of the league, who are what they are: intervals come from resampling
blocks of seeds, so they are about the worlds, and not about training again (`league.studies` is).

Axes: B blocks of seeds, R resamples, A seats, P players. Entry [a, i, j] is about j as the guest in seat a of i's team,
and [a, i, i] about i's own team, whatever the seat; further axes may lead wherever [...] stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from arena.errors import ArenaError
from arena.game import Game
from arena.games import End, Games
from league.fits.resample import Estimate, multiplicities, normal, percentile
from league.payoff import seed_blocks
from league.studies.aggregate import iqm

MOST_NUMBERS = 4_000_000  # in resampled tables that are looked at at once


@dataclass(frozen=True)
class Teams:
    """What the teams of two players have scored."""

    names: tuple[str, ...]  # content hashes of the P players
    legs: np.ndarray  # [B, A, P, P] legs with a score: a forfeit has none
    total: np.ndarray  # [B, A, P, P] sum of their scores

    @classmethod
    def of(cls, games: Games, scenario: Game) -> "Teams":
        """Folds legs of which a player holds all seats, or all but one; ArenaError for several sides or one seat."""
        seats, players = len(scenario.seats), len(games.names)
        if len(scenario.sides) != 1 or seats < 2:
            raise ArenaError(f"{scenario.name} has no partners: that takes one side and several seats")
        block, blocks = seed_blocks(games.seed)
        shape = (blocks, seats, players, players)
        cell, score = [], []
        for seat in range(seats):
            others = np.delete(games.player, seat, axis=1)
            rows = np.flatnonzero((others == others[:, :1]).all(1) & (games.end == End.PLAYED))
            place = (block[rows], np.full(len(rows), seat), others[rows, 0], games.player[rows, seat])
            cell.append(np.ravel_multi_index(place, shape) if players else rows)
            score.append(games.score[rows, 0].astype(np.float64))
        cells, size = np.concatenate(cell), int(np.prod(shape))
        total = np.bincount(cells, np.concatenate(score), size)
        return cls(games.names, np.bincount(cells, minlength=size).reshape(shape), total.reshape(shape))

    @property
    def mean(self) -> np.ndarray:
        """The mean scores [A, P, P]; nan of teams that have not played."""
        return _divided(self.total.sum(0), self.legs.sum(0))

    def resampled(self, resamples: int, seed: int) -> Iterator[np.ndarray]:
        """Mean scores of resampled blocks, [R, A, P, P] in parts."""
        blocks, *shape = self.legs.shape
        drawn = multiplicities(blocks, resamples, seed)
        step = max(1, MOST_NUMBERS // max(1, self.legs[0].size))
        for lo in range(0, resamples, step):
            rows = drawn[lo : lo + step]
            total, legs = (rows @ array.reshape(blocks, -1) for array in (self.total, self.legs))
            yield _divided(total, legs).reshape(-1, *shape)


@dataclass(frozen=True)
class Partners:
    """What the teams say of each player; nan where too little has been played."""

    names: tuple[str, ...]  # content hashes of the P players
    self_play: Estimate  # [P] the mean score of its own team
    cross_play: Estimate  # [P] of teams with one other, as host and as guest alike
    gap: Estimate  # [P] self-play less cross-play
    br_prox: Estimate  # [P] as a guest in all seats
    seat_cross_play: Estimate  # [A, P] as the guest in that seat
    seat_br_prox: Estimate  # [A, P] likewise
    mean_gap: Estimate  # [] mean of all own teams less mean of all others


def partners(games: Games, scenario: Game, zero: float | None, resamples: int = 1000, seed: int = 0) -> Partners:
    """All about partners from the legs so far; `zero` is the score that is worth nothing, without which there is no
    BR-Prox. ArenaError for a game of several sides or of one seat.
    """
    teams = Teams.of(games, scenario)
    nothing = np.nan if zero is None else zero
    values = _numbers(teams.mean, nothing)
    blocks = len(teams.legs)
    if blocks < 2:
        return Partners(teams.names, *(normal(value, np.full_like(value, np.inf)) for value in values))
    parts = [_numbers(mean, nothing) for mean in teams.resampled(resamples, seed)]
    resampled = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Partners(teams.names, *(percentile(v, r, blocks) for v, r in zip(values, resampled, strict=True)))


def br_prox(mean: np.ndarray, zero: float) -> np.ndarray:
    """How near each team [..., A, P, P] comes to what the best guest reaches with the same host in the same seat.

    1 is as good as the best of the league, the host itself among them, and 0 as good as `zero`; below that it is
    negative. Where even the best guest is no better than `zero`, all are 1.

    Source: Wang et al. 2024, "ZSC-Eval: an evaluation toolkit and benchmark for multi-agent zero-shot coordination",
    as in its code, with scores above zero. Differs: the best response is the best of these players, not one that was
    trained for each partner, so what is best here may be far from it.
    """
    best = np.where(np.isnan(mean), -np.inf, mean).max(-1, keepdims=True, initial=-np.inf)
    reach = np.broadcast_to(best - zero, mean.shape)
    near = np.divide(mean - zero, reach, out=np.ones_like(mean), where=reach > 0)
    return np.where(np.isnan(mean - zero), np.nan, near)


class _Numbers(NamedTuple):
    """The numbers of `Partners`, in its order."""

    self_play: np.ndarray
    cross_play: np.ndarray
    gap: np.ndarray
    br_prox: np.ndarray
    seat_cross_play: np.ndarray
    seat_br_prox: np.ndarray
    mean_gap: np.ndarray


def _numbers(mean: np.ndarray, zero: float) -> _Numbers:
    """All numbers of mean scores [..., A, P, P]."""
    own = np.diagonal(mean[..., 0, :, :], axis1=-2, axis2=-1)
    mixed = np.where(np.eye(mean.shape[-1], dtype=bool), np.nan, mean)
    both = np.concatenate([mixed, mixed.swapaxes(-1, -2)], axis=-2)  # as guest, then as host
    cross = _mean(both, (-3, -2))
    near = br_prox(mean, zero)
    seats = range(mean.shape[-3])
    by_seat = np.stack([_middle(near[..., [seat], :, :]) for seat in seats], axis=-2)
    mean_gap = _mean(own, -1) - _mean(mixed, (-3, -2, -1))
    return _Numbers(own, cross, own - cross, _middle(near), _mean(mixed, -2), by_seat, mean_gap)


def _middle(near: np.ndarray) -> np.ndarray:
    """The interquartile mean [..., P] for each guest over the other hosts and the seats of [..., A, P, P]."""
    columns = []
    for guest in range(near.shape[-1]):
        values = np.delete(near[..., guest], guest, axis=-1).reshape(*near.shape[:-3], -1)
        values = values[..., ~np.isnan(values).reshape(-1, values.shape[-1]).all(0)]
        is_known = bool(values.size) & ~np.isnan(values).any(-1)
        columns.append(np.where(is_known, iqm(values[..., None]) if values.size else np.nan, np.nan))
    return np.stack(columns, axis=-1)


def _mean(values: np.ndarray, axis: int | tuple[int, ...]) -> np.ndarray:
    """The mean of what is not nan; nan of nothing."""
    return _divided(np.nansum(values, axis), (~np.isnan(values)).sum(axis))


def _divided(total: np.ndarray, count: np.ndarray) -> np.ndarray:
    return np.asarray(np.divide(total, count, out=np.full(np.shape(total), np.nan), where=np.asarray(count) > 0))
