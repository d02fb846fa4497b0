"""Bradley-Terry, Davidson, Rao-Kupper and BayesElo against what was published, closed forms and each other."""

import numpy as np
import pytest
from ratings_tables import PUDDINGS, baseball, counted, four_teams, simulated, skills

from arena.errors import ArenaError
from league.ratings import bayeselo, bradley_terry, davidson, problem, rao_kupper
from league.ratings.rated import ELO, Rated
from league.ratings.results import Results

MODELS = (bradley_terry, davidson, rao_kupper)


def strengths(rated: Rated) -> np.ndarray:
    assert rated.worth is not None
    return np.log(rated.worth)


@pytest.mark.parametrize("model", MODELS)
def test_four_teams_of_wikipedia(model) -> None:
    rated = model.rate(four_teams())
    np.testing.assert_allclose(rated.worth, [0.63983, 1.04331, 0.65981, 2.27038], atol=5e-6)
    np.testing.assert_allclose(rated.rating.value, [-77.57, 7.37, -72.23, 142.44], atol=5e-3)
    error = (rated.rating.high - rated.rating.low) / 2 / 1.959964 / ELO
    np.testing.assert_allclose(error, [0.5481, 0.4818, 0.5204, 0.6213], atol=5e-5)
    assert not rated.provisional.any() and rated.parameters["virtual_games"] == 0


@pytest.mark.parametrize("model", MODELS)
def test_baseball_with_and_without_home_advantage(model) -> None:
    home, plain = model.rate(baseball(True)), model.rate(baseball(False))
    relative = strengths(home)[1:] - strengths(home)[0]
    np.testing.assert_allclose(relative, [1.1438, 0.7047, 1.4754, 1.6196, 1.2813, 1.3271], atol=5e-5)
    relative = strengths(plain)[1:] - strengths(plain)[0]
    np.testing.assert_allclose(relative, [1.1077, 0.6839, 1.4364, 1.5814, 1.2476, 1.2945], atol=5e-5)
    found = home.parameters
    assert found["delta"] == pytest.approx(0.3023, abs=5e-5) and found["delta_error"] == pytest.approx(0.1309, abs=5e-5)
    assert found["advantage"] == pytest.approx(52.51, abs=5e-3) and "delta" not in plain.parameters
    assert found["log_likelihood"] == pytest.approx(-169.5428714524, abs=1e-9)
    share = np.sort(home.worth / home.worth.sum())
    np.testing.assert_allclose(share, [0.044, 0.088, 0.137, 0.157, 0.164, 0.190, 0.220], atol=5e-4)


def test_puddings_of_davidson() -> None:
    """The published numbers are those of the seventh of its iterations."""
    rated = davidson.rate(counted(PUDDINGS))
    worth = rated.worth / rated.worth.sum()
    np.testing.assert_allclose(worth, [0.1388005, 0.1729985, 0.1617420, 0.1653930, 0.1586805, 0.2023855], atol=1e-4)
    assert rated.parameters["nu"] == pytest.approx(0.7468147, abs=1e-4)


def test_one_matchup_is_fitted_exactly() -> None:
    """Won 30, lost 12, drawn 24: three outcomes, two parameters."""
    table = counted([("a", "b", 30, 12, 24)])
    assert strengths(bradley_terry.rate(table))[0] == pytest.approx(np.log(42 / 24) / 2, abs=1e-9)
    by_davidson, by_rao_kupper = davidson.rate(table), rao_kupper.rate(table)
    assert strengths(by_davidson)[0] == pytest.approx(np.log(30 / 12) / 2, abs=1e-9)
    nu = 24 / np.sqrt(30 * 12)
    assert by_davidson.parameters["nu"] == pytest.approx(nu, abs=1e-9)
    assert by_davidson.parameters["draw_rate"] == pytest.approx(nu / (2 + nu), abs=1e-9)
    won, lost = np.log(30 / 36), np.log(12 / 54)  # log-odds of winning and of losing
    assert strengths(by_rao_kupper)[0] == pytest.approx((won - lost) / 4, abs=1e-9)
    assert by_rao_kupper.parameters["theta"] == pytest.approx(np.exp(-(won + lost) / 2), abs=1e-9)
    theta = by_rao_kupper.parameters["theta"]
    assert by_rao_kupper.parameters["draw_rate"] == pytest.approx((theta - 1) / (theta + 1), abs=1e-12)


def test_newton_finds_what_minorisation_finds() -> None:
    """Hunter 2004: p_i <- wins_i / sum of games_ij / (p_i + p_j)."""
    table = simulated(1)
    i, j, _, counts = table.cells
    share = np.zeros((6, 6))
    np.add.at(share, (i, j), counts[:, 0] + counts[:, 1] / 2)
    np.add.at(share, (j, i), counts[:, 2] + counts[:, 1] / 2)
    p = np.ones(6)
    for _ in range(2000):
        p = share.sum(1) / ((share + share.T) / (p[:, None] + p)).sum(1)
        p /= np.exp(np.log(p).mean())
    np.testing.assert_allclose(bradley_terry.rate(table).worth, p, rtol=1e-9)


def test_rao_kupper_is_at_the_top_of_its_likelihood() -> None:
    """Written down from the probabilities of the three outcomes."""
    table = simulated(2, advantage=0.4)
    rated = rao_kupper.rate(table)
    i, j, z, counts = table.cells

    def value(x: np.ndarray) -> float:
        eta = x[2 + i] - x[2 + j] + x[0] * z
        win, loss = 1 / (1 + x[1] * np.exp(-eta)), 1 / (1 + x[1] * np.exp(eta))
        return float((counts * np.log(np.stack([win, 1 - win - loss, loss], 1))).sum())

    best = np.concatenate([[rated.parameters["delta"], rated.parameters["theta"]], strengths(rated)])
    assert rated.parameters["log_likelihood"] == pytest.approx(value(best), abs=1e-9)
    for direction in np.eye(len(best)):
        slope = (value(best + 1e-5 * direction) - value(best - 1e-5 * direction)) / 2e-5
        assert slope == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize(("score", "expected"), [(1.0, 41), (0.5, -5), (0.0, -48)])
def test_bayeselo_after_one_game(score: float, expected: int) -> None:
    """poprank, test/test_bayeselo.py, after Coulom's program: a has White."""
    rated = bayeselo.rate(Results.of([("a", "b", score, 1)]))
    assert np.round(rated.rating.value).tolist() == [expected, -expected]


def test_bayeselo_is_rao_kupper_with_given_parameters() -> None:
    table = simulated(3, rounds=60, advantage=0.3)
    free = rao_kupper.rate(table)
    given = {"advantage": free.parameters["advantage"], "draw_elo": free.parameters["draw_elo"], "prior_draws": 0.0}
    fixed = bayeselo.rate(table, **given)
    np.testing.assert_allclose(fixed.worth, free.worth, rtol=1e-7)
    np.testing.assert_allclose(fixed.rating.value, fixed.parameters["scale"] * free.rating.value, atol=1e-5)
    scale = bayeselo.rate(table).parameters["scale"]
    theta = 10 ** (97.3 / 400)
    assert theta == pytest.approx(1.75085, abs=5e-6) and scale == pytest.approx(4 * theta / (1 + theta) ** 2, abs=1e-12)


@pytest.mark.parametrize("model", [*MODELS, bayeselo])
@pytest.mark.parametrize(
    "rows",
    [
        [("a", "b", 5, 0, 0), ("b", "c", 5, 5, 0), ("c", "d", 4, 5, 0)],  # a won everything
        [("a", "b", 3, 2, 0), ("c", "d", 2, 3, 0)],  # two groups that never met
        [("a", "b", 0, 0, 4), ("b", "c", 0, 0, 4), ("c", "d", 0, 0, 4)],  # nobody won
        [("a", "b", 1, 0, 0), ("c", "d", 1, 0, 0)],
    ],
)
def test_what_games_do_not_decide_stays_finite_and_provisional(model, rows) -> None:
    rated = model.rate(counted(rows))
    assert np.isfinite([rated.rating.value, rated.rating.low, rated.rating.high]).all()
    # a table of draws says that all are equal; only who fits how likely ties are, is told that nobody can win
    assert rated.provisional[0] or (model in (bradley_terry, bayeselo) and rows[0][4] == 4)
    assert np.abs(rated.rating.value).max() < 1000
    assert rated.rating.value.mean() == pytest.approx(0, abs=1e-9)
    assert rated.rating.high.max() < 5000
    if rows[0][2] == 5:
        assert rated.provisional.tolist() == [True, False, False, False] and rated.rating.value.argmax() == 0


def test_the_prior_counts_as_games() -> None:
    """One game won by a: with v virtual games each, half won, the posterior is at its top."""
    rated = bradley_terry.rate(counted([("a", "b", 1, 0, 0)]), prior=3.0)
    strength = strengths(rated)[0]
    slope = 1 / (1 + np.exp(2 * strength)) + 1.5 - 3 / (1 + np.exp(-strength))
    assert slope == pytest.approx(0, abs=1e-9)
    assert rated.parameters["virtual_games"] == 3 and rated.provisional.all()
    with pytest.raises(ArenaError, match="prior must be 0 or more"):
        bradley_terry.rate(four_teams(), prior=-1.0)


def test_too_many_players_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problem, "MOST_PLAYERS", 3)
    with pytest.raises(ArenaError, match="4 players are too many"):
        davidson.rate(four_teams())


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_intervals_cover(model) -> None:
    """Games drawn anew from fixed skills; ties by the model that they are drawn from."""
    truth, covered = ELO * skills(6, 6), []
    for seed in range(300):
        rating = model.rate(simulated(seed, draws=model is davidson)).rating
        covered += [(rating.low <= truth) & (rating.high >= truth)]
    assert 0.93 <= np.mean(covered) <= 0.97
