"""Ratings against a published fixture, closed forms, symmetries and simulated leagues."""

from dataclasses import fields, replace

import numpy as np
import pytest
from league_fakes import GAME, TEAM, complete, finished, legs, permuted
from scipy import stats

from arena.games import End, Games
from league import joint
from league.fits.design import Design
from league.fits.likelihood import fit, probabilities
from league.fits.matchups import Matchups
from league.fits.readout import Readout
from league.fits.resample import Estimate
from league.joint import ELO, Ratings, rate
from league.records.legs import on_table

NAMES = ["a", "b", "c", "d"]


def simulated(seed: int, players: int = 4, seeds: int = 30, spread: float = 0.7) -> tuple[Games, np.ndarray]:
    """A league with draws whose worlds favour one side or the other, and its (mu, a, b)."""
    rng = np.random.default_rng(seed)
    skill = np.random.default_rng(99).normal(0, 0.7, 1 + 2 * players)
    lineups, world = complete(players, seeds)
    eta = skill[0] + skill[1 + lineups[:, 0]] - skill[1 + players + lineups[:, 1]]
    eta = eta + spread * rng.normal(size=seeds)[world]
    p = probabilities(eta[None], np.array([-0.5]))[0]
    u = rng.random(len(eta))
    winner = np.where(u < p[:, 0], 0, np.where(u > 1 - p[:, 2], 1, -1))
    score = np.stack([eta + rng.exponential(size=len(eta)) - 1, rng.normal(size=len(eta)) - eta], axis=1)
    return finished(legs(GAME, [f"p{k}" for k in range(players)], lineups, world), winner, score), skill


def numbers(ratings: Ratings) -> np.ndarray:
    estimates = (ratings.overall, ratings.sides, ratings.margin, ratings.side_margins, ratings.advantage)
    return np.concatenate([np.ravel(getattr(e, f.name)) for e in estimates if e for f in fields(Estimate)])


def test_margins_of_the_published_fixture() -> None:
    gain = np.array([[1.0, 0.2, -0.4], [0.6, 0.8, 0.0], [0.4, 0.2, 0.6]])
    lineups, seed = complete(3, 2, with_self=True)
    score = gain[lineups[:, 0], lineups[:, 1]]
    games = finished(legs(GAME, NAMES[:3], lineups, seed), np.where(score > 0, 0, 1), np.stack([score, -score], axis=1))
    ratings = rate(games, GAME, resamples=20)
    np.testing.assert_allclose(ratings.side_margins.value[:, 0], [-0.111111, 0.088889, 0.022222], atol=1e-5)
    np.testing.assert_allclose(ratings.side_margins.value[:, 1], [-0.288889, -0.022222, 0.311111], atol=1e-5)
    np.testing.assert_allclose(ratings.margin.value, [-0.4, 0.066667, 0.333333], atol=1e-5)
    np.testing.assert_allclose(ratings.margin.value, (gain - gain.T).mean(1), atol=1e-5)
    # Every world is alike, so there is nothing to be unsure of.
    np.testing.assert_allclose(ratings.margin.high - ratings.margin.low, 0, atol=1e-9)


def test_each_side_is_rated_by_its_own_score() -> None:
    """General-sum: adding to everybody's good score per adversary player changes no rating by margin."""
    games, _ = simulated(0)
    ratings = rate(games, GAME, resamples=20)
    bonus = np.array([0.0, 5.0, -3.0, 1.0], np.float32)
    gift = replace(games, score=games.score + np.stack([np.zeros(len(games)), bonus[games.player[:, 0]]], axis=1))
    np.testing.assert_allclose(rate(gift, GAME, resamples=20).margin.value, ratings.margin.value, atol=1e-5)
    dense = np.eye(4)[games.player[:, :2]].reshape(-1, 8) * np.repeat([-1, 1], 4)
    for side, sign in ((0, -1), (1, 1)):
        effect = np.linalg.lstsq(np.insert(dense, 0, 1, axis=1), games.score[:, side].astype(float), rcond=None)[0]
        own = sign * effect[1:].reshape(2, 4)[side]
        np.testing.assert_allclose(ratings.side_margins.value[:, side], own - own.mean(), atol=1e-5)


def test_ratings_are_the_likelihood_fit_in_elo() -> None:
    games, _ = simulated(1)
    i, j = np.nonzero(~np.eye(4, dtype=bool))
    cell = {pair: c for c, pair in enumerate(zip(i.tolist(), j.tolist(), strict=True))}
    counts = np.zeros((1, len(i), 3))
    for player, winner in zip(games.player.tolist(), games.winner.tolist(), strict=True):
        counts[0, cell[player[0], player[1]], {0: 0, -1: 1, 1: 2}[winner]] += 1
    theta = fit(Design.of_matchups(1 + i, 5 + j, 9), counts).theta[0]
    a, b = theta[1:5] - theta[1:5].mean(), theta[5:] - theta[5:].mean()
    ratings = rate(games, GAME, resamples=20)
    np.testing.assert_allclose(ratings.sides.value, 400 / np.log(10) * np.stack([a, b], axis=1), atol=1e-6)
    np.testing.assert_allclose(ratings.overall.value, ratings.sides.value.sum(1), atol=1e-9)
    assert abs(ratings.overall.value.sum()) < 1e-6
    assert ratings.advantage is not None
    mu = theta[0] + theta[1:5].mean() - theta[5:].mean()
    assert ratings.advantage.value == pytest.approx(400 / np.log(10) * mu, abs=1e-6)


def test_two_equals_draw_as_often_as_they_did() -> None:
    lineups, seed = complete(2, 300)
    winner = np.repeat([[0] * 120 + [1] * 120 + [-1] * 60], 2, axis=0).ravel()
    ratings = rate(finished(legs(GAME, NAMES[:2], lineups, seed), winner, np.zeros((600, 2))), GAME, resamples=20)
    assert ratings.draw_rate == pytest.approx(0.2, abs=4e-4)
    np.testing.assert_allclose(ratings.overall.value, 0, atol=1e-9)


def test_a_side_that_wins_more_has_the_advantage() -> None:
    lineups, seed = complete(2, 100)
    winner = np.tile([0] * 75 + [1] * 25, 2)
    ratings = rate(finished(legs(GAME, NAMES[:2], lineups, seed), winner, np.zeros((200, 2))), GAME)
    assert ratings.advantage is not None
    assert ratings.advantage.value == pytest.approx(ELO * np.log(3), rel=2e-3)
    assert 90 < ratings.advantage.low < ratings.advantage.value < ratings.advantage.high < 320


@pytest.mark.parametrize("refitted", [64, 1])
def test_equal_legs_have_equal_bits_in_any_order_and_any_table(refitted: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joint, "REFITTED", refitted)
    games, _ = simulated(2)
    once = numbers(rate(games, GAME, resamples=50))
    np.testing.assert_array_equal(numbers(rate(games, GAME, resamples=50)), once)
    shuffled = permuted(games, np.random.default_rng(0))
    np.testing.assert_array_equal(numbers(rate(shuffled, GAME, resamples=50)), once)
    turned = on_table(shuffled, games.names[::-1])
    np.testing.assert_array_equal(numbers(rate(turned, GAME, resamples=50)), once)
    assert rate(turned, GAME, resamples=50).names == games.names
    other = numbers(rate(games, GAME, resamples=50, seed=1))
    assert (other != once).any()


def test_many_players_are_rated_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """One step of Newton against fits of every resample; one player wins all, which resampling cannot vary."""
    games, _ = simulated(6, seeds=60)
    games.winner[games.player[:, 0] == 0], games.winner[games.player[:, 1] == 0] = 0, 1
    few = rate(games, GAME, resamples=500)
    monkeypatch.setattr(joint, "REFITTED", 1)
    many = rate(games, GAME, resamples=500)
    np.testing.assert_allclose(many.overall.value, few.overall.value, atol=1e-4)
    np.testing.assert_array_equal(many.provisional, few.provisional)
    for name in ("overall", "sides", "margin", "side_margins"):
        one, other = (getattr(ratings, name) for ratings in (many, few))
        np.testing.assert_allclose(one.high - one.low, other.high - other.low, rtol=0.1)
    assert few.superiority is not None and many.superiority is not None
    np.testing.assert_allclose(many.superiority, few.superiority, atol=0.05)
    np.testing.assert_array_equal(many.rank_low, few.rank_low)
    np.testing.assert_array_equal(many.rank_high, few.rank_high)


def test_renaming_players_renames_their_ratings() -> None:
    games, _ = simulated(3)
    order = np.array([2, 0, 3, 1])
    renamed = replace(games, player=order[games.player].astype(np.int32))
    one, other = rate(games, GAME, resamples=50), rate(renamed, GAME, resamples=50)
    np.testing.assert_allclose(other.overall.value[order], one.overall.value, atol=1e-6)
    np.testing.assert_allclose(other.sides.low[order], one.sides.low, atol=1e-6)
    np.testing.assert_allclose(other.side_margins.high[order], one.side_margins.high, atol=1e-6)


def test_legs_of_one_world_are_not_independent_evidence() -> None:
    """All match-ups of a seed have one score: the error of mu is that of the mean of the seeds, not of the legs."""
    lineups, seed = complete(4, 40)
    world = np.random.default_rng(0).normal(size=40)
    score = np.stack([world[seed], -world[seed]], axis=1)
    games = finished(legs(GAME, NAMES, lineups, seed), np.sign(world[seed]) < 0, score)
    advantage = rate(games, GAME, resamples=4000).advantage
    # Of eta too: with one outcome a world, 40 outcomes are all there is.
    alone = finished(legs(GAME, NAMES[:2], *complete(2, 40)), np.tile(world < 0, 2), np.zeros((80, 2)))
    reference = rate(alone, GAME, resamples=4000).advantage
    assert advantage is not None and reference is not None
    assert advantage.high - advantage.low == pytest.approx(reference.high - reference.low, rel=0.05)


def test_skills_without_an_estimate_are_undecided() -> None:
    def of(*results: tuple[int, int, int], players: int = 3) -> list[list[bool]]:
        outcomes = np.zeros((3, players, players), int)
        for kind, i, j in results:
            outcomes[kind, i, j] += 1
        first, second = np.nonzero(outcomes.sum(0))
        cell, none = np.arange(len(first)), np.zeros(len(first))
        entries = outcomes[:, first, second].T[:, [0, 2, 1]].astype(float)
        return Matchups(players, 1, first, second, cell, none, entries, none, entries).undecided.tolist()

    won, lost, drew = 0, 1, 2
    ring = [(drew, 0, 1), (drew, 1, 0), (drew, 1, 1), (drew, 0, 0)]
    assert of(*ring, players=2) == [[False, False], [False, False]]
    # c wins all on the first side, and as the second only loses.
    assert of(*ring, (won, 2, 0), (won, 2, 1), (won, 0, 2)) == [[False, False], [False, False], [True, True]]
    assert of(*ring, (won, 2, 0), (lost, 2, 1), (drew, 0, 2)) == [[False, False]] * 3
    assert of((won, 0, 1), players=2) == [[True, True], [True, True]]
    # Two groups that never met: neither holds most.
    apart = [(drew, 0, 1), (drew, 1, 0), (drew, 2, 3), (drew, 3, 2)]
    assert all(all(row) for row in of(*apart, players=4))


WINNERS = {"all wins": [0, 0], "all draws": [-1, -1], "turns": [0, 1]}


@pytest.mark.parametrize("winner", WINNERS.values(), ids=WINNERS)
@pytest.mark.parametrize("seeds", [1, 2, 30])
@pytest.mark.parametrize("refitted", [64, 1])
def test_extremes_are_finite(winner: list[int], seeds: int, refitted: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joint, "REFITTED", refitted)
    lineups, seed = complete(3, seeds)
    games = finished(legs(GAME, NAMES, lineups, seed), np.resize(winner, len(seed)), np.zeros((len(seed), 2)))
    check_finite(rate(games, GAME, resamples=20))


def check_finite(ratings: Ratings) -> None:
    for estimate in (ratings.overall, ratings.sides, ratings.advantage):
        assert estimate is not None
        for field in fields(Estimate):
            assert np.isfinite(getattr(estimate, field.name)).all()
    assert not np.isnan(numbers(ratings)).any()
    check_ranks(ratings)
    assert ratings.draw_rate is not None and 0 <= ratings.draw_rate <= 1


def check_ranks(ratings: Ratings) -> None:
    players, better = len(ratings.names), ratings.superiority
    assert better is not None
    np.testing.assert_allclose(better + better.T, 1)
    assert ((better >= 0) & (better <= 1)).all()
    rank = 1 + (ratings.overall.value > ratings.overall.value[:, None] + 1e-6).sum(1)
    assert ((ratings.rank_low >= 1) & (ratings.rank_low <= rank)).all()
    assert ((rank <= ratings.rank_high) & (ratings.rank_high <= players)).all()


@pytest.mark.parametrize("refitted", [64, 1])
def test_a_single_leg_no_leg_and_strangers(refitted: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joint, "REFITTED", refitted)
    one = legs(GAME, NAMES, [[0, 1]], [7])
    single = rate(finished(one, [0], [[1.0, -1.0]]), GAME, resamples=20)
    check_finite(single)
    assert single.provisional.all()
    np.testing.assert_array_equal(single.held, [[True, False], [False, True], [False, False], [False, False]])
    np.testing.assert_array_equal(single.margin.low[:2], -np.inf)  # one world says nothing about the error
    check_finite(rate(one, GAME, resamples=20))
    for seeds in (1, 2):  # one world is too few, however well its legs fit together
        lineups, seed = complete(3, seeds)
        drawn = finished(legs(GAME, NAMES[:3], lineups, seed), np.full(len(seed), -1), np.zeros((len(seed), 2)))
        assert rate(drawn, GAME, resamples=20).provisional.tolist() == [seeds < 2] * 3
    apart = finished(legs(GAME, NAMES, [[0, 1], [2, 3]] * 9, np.arange(18)), [0, 1] * 9, np.ones((18, 2)))
    check_finite(rate(apart, GAME, resamples=20))


def test_a_player_that_always_wins_is_provisional_with_a_wide_interval() -> None:
    games, _ = simulated(4)
    is_first, is_second = games.player[:, 0] == 0, games.player[:, 1] == 0
    games.winner[is_first], games.winner[is_second] = 0, 1
    ratings = rate(games, GAME, resamples=200)
    np.testing.assert_array_equal(ratings.provisional, [True, False, False, False])
    check_finite(ratings)
    assert ratings.overall.value[0] > 1000
    width = ratings.overall.high - ratings.overall.low
    assert width[0] > 3 * width[1:].max()


def test_forfeits_count_as_losses_but_not_as_margins() -> None:
    games, _ = simulated(5)
    forfeit = replace(games, end=games.end.copy(), winner=games.winner.copy(), score=games.score.copy())
    rows = np.flatnonzero(games.player[:, 0] == 0)[::2]
    forfeit.end[rows], forfeit.winner[rows], forfeit.score[rows] = End.FORFEIT, 1, np.nan
    kept = np.setdiff1d(np.arange(len(games)), rows)
    one, other = rate(forfeit, GAME, resamples=50), rate(games[kept], GAME, resamples=50)
    np.testing.assert_allclose(one.margin.value, other.margin.value, atol=1e-9)
    assert one.sides.value[0, 0] < rate(games, GAME, resamples=50).sides.value[0, 0] - 50


def test_one_side_is_rated_by_mean_score_with_students_interval() -> None:
    score = np.random.default_rng(0).normal(-20, 3, (3, 15)).astype(np.float32)
    lineups = np.repeat(np.arange(3), 15)[:, None]
    games = finished(legs(TEAM, NAMES[:3], lineups, np.tile(np.arange(15), 3)), np.full(45, -1), score.reshape(-1, 1))
    ratings = rate(games, TEAM)
    assert (ratings.unit, ratings.advantage) == ("score", None)
    for row in range(3):
        values = score[row].astype(float)
        low, high = stats.ttest_1samp(values, 0).confidence_interval(0.95)
        found = (ratings.overall.value[row], ratings.overall.low[row], ratings.sides.high[row, 0])
        np.testing.assert_allclose(found, (values.mean(), low, high), rtol=1e-9)
    check_ranks(ratings)
    alone = rate(games[:1], TEAM)
    assert (alone.overall.low[0], alone.overall.high[0]) == (-np.inf, np.inf)
    check_ranks(alone)
    np.testing.assert_array_equal(alone.rank_high, 3)  # nothing is known of anybody


def test_one_sided_players_are_centred_among_those_who_hold_the_side() -> None:
    lineups = np.array([[0, 2], [0, 3], [1, 2], [1, 3]]).repeat(30, axis=0)
    winner = np.tile(np.resize([0, 1, -1], 30), 4)
    winner[:20] = 0
    games = finished(legs(GAME, NAMES, lineups, np.tile(np.arange(30), 4)), winner, np.zeros((120, 2)))
    ratings = rate(games, GAME, resamples=20)
    np.testing.assert_array_equal(ratings.held, [[True, False], [True, False], [False, True], [False, True]])
    np.testing.assert_allclose(ratings.sides.value[~ratings.held], 0)
    np.testing.assert_allclose(ratings.sides.value.sum(0), 0, atol=1e-9)
    np.testing.assert_allclose(ratings.overall.value, ratings.sides.value.sum(1))


@pytest.mark.slow
@pytest.mark.parametrize(("seeds", "least"), [(12, 0.92), (60, 0.93)])
def test_intervals_cover_the_truth_as_often_as_they_say(seeds: int, least: float) -> None:
    """The truth: the fit to endlessly many legs, with the worlds' favours averaged out by quadrature."""
    skill = simulated(0)[1]
    i, j = np.nonzero(~np.eye(4, dtype=bool))
    node, weight = np.polynomial.hermite_e.hermegauss(40)
    eta = skill[0] + skill[1 + i] - skill[5 + j]
    p = sum(
        w * probabilities((eta + 0.7 * x)[None], np.array([-0.5]))
        for x, w in zip(node, weight / weight.sum(), strict=True)
    )
    everyone = Readout(np.ones((4, 2), bool))
    truth = ELO * everyone(fit(Design.of_matchups(1 + i, 5 + j, 9), 1e6 * p, virtual=0).theta[0])
    margin = everyone(skill)
    hits = []
    for league in range(300):
        ratings = rate(simulated(league, 4, seeds)[0], GAME, seed=league)
        assert ratings.advantage is not None
        checks = (
            (ratings.advantage, truth[0]),
            (ratings.sides, truth[1:9].reshape(2, 4).T),
            (ratings.overall, truth[9:]),
            (ratings.side_margins, margin[1:9].reshape(2, 4).T),
            (ratings.margin, margin[9:]),
        )
        hits.append([np.mean((e.low <= value) & (value <= e.high)) for e, value in checks])
    coverage = np.mean(hits, axis=0)
    assert ((coverage > least) & (coverage < 0.97)).all(), coverage
