"""One-step ratings of many players against those that are fitted anew, and the systems behind them."""

import numpy as np
import pytest
from league_fakes import GAME, complete, finished, legs

from arena.games import Games
from league.fits import large, onestep, refits, system
from league.fits.design import Design
from league.fits.likelihood import covariance, fit, probabilities
from league.fits.matchups import Matchups
from league.fits.readout import Readout
from league.fits.resample import multiplicities, percentiles
from league.payoff import Payoff


def league(players: int, seeds: int, share: float = 1.0) -> Games:
    """A league with draws, in which a share of all legs was played; the last two players hold one side each."""
    rng = np.random.default_rng(players)
    lineups, world = complete(players, seeds)
    kept = rng.random(len(world)) < share
    kept &= (lineups[:, 0] != players - 1) & (lineups[:, 1] != players - 2)
    lineups, world = lineups[kept], world[kept]
    a, b = rng.normal(0, 0.7, (2, players))
    p = probabilities((0.4 + a[lineups[:, 0]] - b[lineups[:, 1]])[None], np.array([-0.5]))[0]
    u = rng.random(len(world))
    winner = np.where(u < p[:, 0], 0, np.where(u > 1 - p[:, 2], 1, -1))
    score = a[lineups[:, [0]]] - b[lineups[:, [1]]] + rng.exponential(size=(len(world), 2))
    return finished(legs(GAME, [f"p{k:03d}" for k in range(players)], lineups, world), winner, score * [1, -2])


def matchups_of(games: Games) -> Matchups:
    return Matchups.of(Payoff.by_seed(games, GAME))


def test_match_ups_are_the_payoff_by_match_up() -> None:
    payoff = Payoff.by_seed(league(5, 7), GAME)
    matchups, counts = Matchups.of(payoff), payoff.planes(payoff.outcomes)
    np.testing.assert_array_equal(matchups.counts, counts.sum(0)[matchups.first, matchups.second][:, [0, 2, 1]])
    np.testing.assert_array_equal(
        matchups.by_block(matchups.entries), counts[:, matchups.first, matchups.second][..., [0, 2, 1]]
    )
    np.testing.assert_array_equal(matchups.table(matchups.legs).toarray(), counts.sum((0, 3)))
    assert matchups.held.tolist() == [[True, True]] * 3 + [[True, False], [False, True]]


def test_the_readout_turned_is_its_transpose() -> None:
    readout, rng = (
        Readout(np.array([[True, True], [True, False], [False, True], [True, True]])),
        np.random.default_rng(0),
    )
    theta, reading = rng.normal(size=(3, 9)), rng.normal(size=(2, 13))
    np.testing.assert_allclose(readout(theta) @ reading.T, theta @ readout.turned(reading).T, atol=1e-12)
    mu, a, b, both = np.split(readout(theta), [1, 5, 9], axis=1)
    np.testing.assert_allclose(a[:, [0, 1, 3]].mean(1), 0, atol=1e-12)
    np.testing.assert_array_equal((a[:, 2], b[:, 1]), 0)
    np.testing.assert_allclose(both, a + b)
    np.testing.assert_allclose(mu + a[:, [0]] - b[:, [2]], theta[:, :1] + theta[:, [1]] - theta[:, [7]])


@pytest.mark.parametrize("is_dense", [True, False])
def test_the_large_fit_is_the_small_one(is_dense: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "DENSE", 1000 if is_dense else 1)
    matchups = matchups_of(league(9, 12, share=0.3))
    at, best = large.fit(matchups), fit(refits.design_of(matchups), matchups.counts[None])
    expected = np.concatenate([best.theta[0, 1:], best.theta[0, :1], best.log_nu])
    np.testing.assert_allclose(at.theta, expected, atol=1e-6)
    information = large.information(matchups, at)
    inverse = information.solve(np.eye(len(at.theta)))[:-1, :-1]
    order = np.append(np.arange(1, len(inverse)), 0)  # mu comes first there
    spread = covariance(refits.design_of(matchups), matchups.counts[None], best)[0]
    np.testing.assert_allclose(inverse, spread[np.ix_(order, order)], atol=1e-6)
    slopes = large.slopes_of_blocks(matchups, at)
    prior = large.slope(matchups, at) - slopes.sum(1)
    np.testing.assert_allclose(slopes.sum(1) + prior, 0, atol=1e-4)
    np.testing.assert_allclose(prior[:-1], -0.125 * at.theta[:-1], atol=1e-9)


def test_newton_holds_where_a_whole_step_goes_too_far() -> None:
    """Everybody beats everybody, a million times."""
    lineups, world = complete(6, 1)
    winner = np.where(lineups[:, 0] < lineups[:, 1], 0, 1)
    matchups = matchups_of(finished(legs(GAME, list("abcdef"), lineups, world), winner, np.zeros((len(world), 2))))
    matchups.counts[:] *= 1e6
    at, best = large.fit(matchups), fit(refits.design_of(matchups), matchups.counts[None])
    np.testing.assert_allclose(at.theta[:-2], best.theta[0, 1:], atol=1e-5)


@pytest.mark.parametrize(("players", "seeds", "share"), [(4, 40, 1.0), (20, 40, 1.0), (20, 100, 0.3)])
def test_one_step_agrees_with_fitting_each_resample_anew(players: int, seeds: int, share: float) -> None:
    matchups = matchups_of(league(players, seeds, share))
    readout, drawn = Readout(matchups.held), multiplicities(matchups.blocks, 400, 0)
    everything = np.arange(1 + 3 * players)
    ours, theirs = (method.outcomes(matchups, readout, drawn, everything) for method in (onestep, refits))
    np.testing.assert_allclose(ours.resampled.value, theirs.resampled.value, atol=1e-6)
    np.testing.assert_allclose(ours.spread, theirs.spread, rtol=1e-6, atol=1e-9)
    assert ours.log_nu == pytest.approx(theirs.log_nu, abs=1e-6)
    both = ours.resampled, theirs.resampled
    agree(both[0].at(slice(None)), both[1].at(slice(None)), readout.held, 0.98, 0.1)
    part = both[0].at(slice(3, 5), slice(7, 9))
    np.testing.assert_allclose(part, both[0].at(slice(None))[7:9, 3:5], atol=1e-12)
    own, anew = (method.margins(matchups, readout, drawn) for method in (onestep, refits))
    np.testing.assert_allclose(own.value, anew.value, atol=1e-6)
    agree(own.at(slice(None)), anew.at(slice(None)), readout.held, 0.98, 0.1)
    low, high = percentiles(own, matchups.blocks).low, percentiles(own, matchups.blocks).high
    assert ((low <= own.value) & (own.value <= high)).all()


def agree(ours: np.ndarray, theirs: np.ndarray, held: np.ndarray, least: float, within: float) -> None:
    """Resample by resample, and in how far they spread."""
    seen = np.concatenate([[True], *held.T, held.any(1)])
    for one, other in zip(ours.T[seen], theirs.T[seen], strict=True):
        assert np.corrcoef(one, other)[0, 1] > least
        assert one.std() == pytest.approx(other.std(), rel=within)


def test_many_unsure_readings_are_estimated_from_random_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    matchups = matchups_of(league(40, 3, share=0.5))
    readout, unsure = Readout(matchups.held), np.arange(1, 121)
    information = large.information(matchups, large.fit(matchups))
    exact = onestep.spread(information, readout, unsure)
    monkeypatch.setattr(system, "DENSE", 1)
    monkeypatch.setattr(onestep, "PROBES", 400)
    estimate = onestep.spread(large.information(matchups, large.fit(matchups)), readout, unsure)
    seen = exact > 0
    np.testing.assert_allclose(estimate[seen] / exact[seen], 1, atol=0.25)
    np.testing.assert_allclose(np.mean(estimate[seen] / exact[seen]), 1, atol=0.03)


def test_conjugate_gradients_solve_many_right_hand_sides() -> None:
    rng = np.random.default_rng(1)
    root = rng.normal(size=(30, 30))
    matrix, right = root @ root.T + 30 * np.eye(30), rng.normal(size=(30, 4))
    right[:, 2] = 0
    found = system.conjugate_gradients(lambda x: matrix @ x, right, np.diag(matrix), 1e-12)
    np.testing.assert_allclose(found, np.linalg.solve(matrix, right), atol=1e-10)


def test_the_design_of_few_players_is_the_model() -> None:
    matchups = matchups_of(league(4, 3))
    design = refits.design_of(matchups)
    assert isinstance(design, Design) and design.width == 9
    theta = np.arange(9.0)[None]
    np.testing.assert_allclose(design.predict(theta)[0], theta[0, 1 + matchups.first] - theta[0, 5 + matchups.second])
