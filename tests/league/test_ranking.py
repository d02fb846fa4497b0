"""Ranks and superiority against counting and closed forms."""

import numpy as np
import pytest
from league_fakes import GAME, TEAM, complete, finished, legs
from scipy.stats import norm

from league.fits.resample import Refits, expansion
from league.joint import rate
from league.ranking import Draws, ranks, superiority


def test_equals_share_ranks() -> None:
    best, worst = ranks(np.array([3.0, 1.0, 3.0, 7.0]))
    assert (best.tolist(), worst.tolist()) == ([2, 4, 2, 1], [3, 4, 3, 1])


def test_superiority_counts_resamples_and_halves_ties() -> None:
    rating = np.array([[1.0, 2.0, 3.0, 4.0], [0.0, 2.0, 5.0, 1.0], [9.0, 9.0, 9.0, 9.0]])
    np.testing.assert_allclose(superiority(rating), [[0.5, 0.625, 0], [0.375, 0.5, 0], [1, 1, 0.5]])


def test_draws_are_the_resamples_as_far_out_as_intervals_reach() -> None:
    rng, value = np.random.default_rng(0), np.array([1.0, 2.0, 3.0, 4.0])
    table = value + rng.normal(size=(500, 4))
    draws = Draws(Refits(value, table), slice(1, 4), np.array([np.nan, 0.5, np.inf]), 10, 500)
    found = draws.table()
    assert found.shape == (3, 500)
    np.testing.assert_allclose(found[0], 2 + expansion(10) * (table[:, 1] - 2), atol=1e-5)
    assert found[1].std() == pytest.approx(0.5, rel=0.1) and found[1].mean() == pytest.approx(3, abs=0.1)
    low, high = draws.rank_range()
    assert low.tolist() == [1, 1, 1] and high.tolist() == [3, 3, 3]  # the last may be anywhere
    plain = Draws(Refits(value, value + 0.01 * rng.normal(size=(500, 4))), slice(None), np.full(4, np.nan), 10, 500)
    assert [end.tolist() for end in plain.rank_range()] == [[4, 3, 2, 1], [4, 3, 2, 1]]


def test_of_two_players_superiority_is_that_of_their_difference() -> None:
    """The worlds are shared: a player that always scores one more is better for sure, however varied the worlds are."""
    world = np.random.default_rng(1).normal(-20, 5, 40)
    noise = np.random.default_rng(2).normal(0, 3, 40)
    score = np.concatenate([world, world + 1, world + noise]).astype(np.float32)[:, None]
    games = finished(
        legs(TEAM, list("abc"), np.repeat(np.arange(3), 40)[:, None], np.tile(np.arange(40), 3)),
        np.full(120, -1),
        score,
    )
    better = rate(games, TEAM, resamples=4000).superiority
    assert better is not None
    assert better[1, 0] == 1
    spread = expansion(40) * noise.std() / np.sqrt(40)
    assert better[2, 0] == pytest.approx(norm.cdf(noise.mean() / spread), abs=0.03)


def test_players_who_all_drew_may_have_any_rank() -> None:
    lineups, seed = complete(3, 10)
    games = finished(legs(GAME, list("abc"), lineups, seed), np.full(len(seed), -1), np.zeros((len(seed), 2)))
    ratings = rate(games, GAME, resamples=100)
    np.testing.assert_array_equal(ratings.superiority, np.full((3, 3), 0.5))
    np.testing.assert_array_equal(ratings.rank_low, 1)
    np.testing.assert_array_equal(ratings.rank_high, 3)


def test_more_legs_leave_fewer_ranks_open() -> None:
    rng, open_ranks = np.random.default_rng(3), []
    for seeds in (10, 300):
        lineups, seed = complete(6, seeds)
        p = 1 / (1 + np.exp(-0.6 * (lineups[:, 1] - lineups[:, 0])))
        games = finished(legs(GAME, list("abcdef"), lineups, seed), rng.random(len(seed)) > p, np.zeros((len(seed), 2)))
        ratings = rate(games, GAME, resamples=200)
        open_ranks.append((ratings.rank_high - ratings.rank_low).sum())
    assert open_ranks[0] > 0 and open_ranks[1] == 0
    assert ratings.rank_low.tolist() == [1, 2, 3, 4, 5, 6]
