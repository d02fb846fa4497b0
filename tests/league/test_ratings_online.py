"""Elo, Glicko-2, openskill and mElo against what was published, and what the order of games does."""

from itertools import combinations

import numpy as np
import pytest
from ratings_tables import baseball, counted, simulated, skills

from arena.errors import ArenaError
from league.ratings import catalog, elo, glicko2, melo, openskill
from league.ratings.bradley_terry import rate as rate_bradley_terry
from league.ratings.rated import ELO
from league.ratings.results import Results

ONLINE = ("elo", "openskill")


def test_elo_expects_what_it_should() -> None:
    np.testing.assert_allclose(elo.expected_score(np.array([200, 400, 800])), [0.75975, 0.90909, 0.99010], atol=5e-6)
    expected = elo.expected_score(1613 - np.array([1609, 1477, 1388, 1586, 1720])).sum()
    assert expected == pytest.approx(2.8666, abs=5e-4) and 1613 + 32 * (2.5 - expected) == pytest.approx(
        1601.27, abs=5e-3
    )


def test_elo_of_three_dishes() -> None:
    """The README of evalica, which starts at 1000."""
    table = Results.of([("pizza", "burger", 1, 0), ("sushi", "burger", 1, 0), ("pizza", "sushi", 0.5, 0)])
    rated = elo.rate(table, k=30)
    assert rated.names == ("burger", "pizza", "sushi")
    np.testing.assert_allclose(1000 + rated.rating.value, [970.647200, 1014.972058, 1014.380742], atol=5e-7)


def test_elo_knows_the_favoured() -> None:
    """A win against the advantage is worth what the advantage takes from its expectation."""
    first, second = (Results.of([("a", "b", 1, favoured)]) for favoured in (1, -1))
    gain = [elo.rate(table, advantage=200).rating.value[0] for table in (first, second)]
    np.testing.assert_allclose(gain, 32 * (1 - elo.expected_score(np.array([200.0, -200.0]))), atol=1e-9)


def test_elo_intervals_are_those_of_games_drawn_anew() -> None:
    """By hand: every game as often as a Poisson number says."""
    table = simulated(4, players=3, rounds=5)
    one, same = elo.rate(table, seed=1), elo.rate(table, seed=1)
    np.testing.assert_array_equal(one.rating.low, same.rating.low)
    times = np.random.default_rng(1).poisson(1.0, (len(table), elo.RESAMPLES))
    ratings = np.zeros((3, elo.RESAMPLES))
    for game in range(len(table)):
        i, j = table.player[game], table.opponent[game]
        step = 32 * times[game] * (table.score[game] - elo.expected_score(ratings[i] - ratings[j]))
        ratings[i], ratings[j] = ratings[i] + step, ratings[j] - step
    inner = np.quantile(ratings, [0.1, 0.9], axis=1)
    assert (one.rating.low < inner[0]).all() and (one.rating.high > inner[1]).all()
    assert (one.rating.low >= ratings.min(1)).all() and (one.rating.high <= ratings.max(1)).all()


def test_glickmans_example() -> None:
    start = glicko2.Standing(
        mu=np.array([0.0, -100.0, 50.0, 200.0]) / ELO,
        phi=np.array([200.0, 30.0, 100.0, 300.0]) / ELO,
        sigma=np.full(4, 0.06),
    )
    games = Results.of([("0", "1", 1, 0), ("2", "0", 1, 0), ("0", "3", 0, 0)])
    after = glicko2.after_period(start, games, tau=0.5)
    assert 1500 + ELO * after.mu[0] == pytest.approx(1464.0507, abs=5e-5)
    assert ELO * after.phi[0] == pytest.approx(151.5165, abs=5e-5)
    assert after.sigma[0] == pytest.approx(0.0599960, abs=5e-8)


def test_who_does_not_play_grows_uncertain() -> None:
    start = glicko2.Standing(np.zeros(3), np.full(3, 1.0), np.full(3, 0.06))
    after = glicko2.after_period(start, Results.of([("a", "b", 1, 0), ("c", "a", 1, 0)])[:1], tau=0.5)
    assert after.mu[2] == 0 and after.phi[2] == pytest.approx(np.hypot(1, 0.06), abs=1e-12)
    assert after.phi[0] < 1


def test_a_great_surprise_raises_volatility() -> None:
    """Step 5 of Glickman's paper has a branch of its own for it; the new value solves its equation."""
    sigma = glicko2.volatility(0.06, 0.3, 0.2, 5.0, 0.5)
    x, total = np.log(sigma**2), 0.3**2 + 0.2 + sigma**2
    slope = sigma**2 * (5.0**2 - total) / (2 * total**2) - (x - np.log(0.06**2)) / 0.5**2
    assert sigma > 0.06 and slope == pytest.approx(0, abs=1e-6)


def test_periods_hold_about_fifteen_games_each() -> None:
    table = simulated(5, players=6, rounds=30)  # 150 games a player
    assert glicko2.rate(table).parameters["periods"] == 10
    assert glicko2.rate(table, games=150).parameters["periods"] == 1
    with pytest.raises(ArenaError, match="games must be at least 1"):
        glicko2.rate(table, games=0)


def test_openskill_after_one_game() -> None:
    fresh = (25.0, (25 / 3) ** 2 + (25 / 300) ** 2)
    (mu, variance), (other_mu, other_variance) = openskill.after_game(fresh, fresh, 1.0)
    assert (mu, other_mu) == (pytest.approx(27.635389, abs=5e-7), pytest.approx(22.364611, abs=5e-7))
    assert np.sqrt(variance) == pytest.approx(8.065901, abs=5e-7) and other_variance == variance
    (mu, drawn), _ = openskill.after_game(fresh, fresh, 0.5)
    assert mu == 25 and drawn == variance
    rating = openskill.rate(Results.of([("a", "b", 1, 0)])).rating
    assert rating.value[0] == pytest.approx(2.635389 * ELO / (np.sqrt(2) * 25 / 6), abs=1e-4)
    assert rating.high[0] - rating.value[0] == pytest.approx(1.959964 * 8.065901 * 29.480887, abs=1e-3)


def test_melo_fits_rock_paper_scissors() -> None:
    table = counted([("rock", "scissors", 100, 0, 0), ("scissors", "paper", 100, 0, 0), ("paper", "rock", 100, 0, 0)])
    x = melo.fit(table.cells, 3, melo.SPREAD)
    won = table.cells.counts[:, 0] / 100
    np.testing.assert_allclose(1 / (1 + np.exp(-melo.log_odds(x, table.cells, 3))), won, atol=5e-4)
    rated = melo.rate(table)
    np.testing.assert_allclose(rated.rating.value, 0, atol=1e-6)
    assert rated.parameters["cyclic_share"] == pytest.approx(1, abs=1e-9)
    # the vectors that are printed say the same as the fit
    vectors = np.array(list(rated.parameters["vectors"].values()))
    i, j = table.cells.first, table.cells.second
    products = vectors[i, 0] * vectors[j, 1] - vectors[i, 1] * vectors[j, 0]
    np.testing.assert_allclose(products, melo.log_odds(x, table.cells, 3), atol=1e-6)
    np.testing.assert_allclose(vectors.sum(0), 0, atol=1e-9)


def test_melo_slope_is_that_of_its_log_odds() -> None:
    cells, rng = simulated(6, advantage=0.3).cells, np.random.default_rng(0)
    x = rng.normal(size=19)
    rows = melo.centred(melo.jacobian(x, cells, 6).toarray().T, 6).T
    for column in range(19):
        step = 1e-6 * np.eye(19)[column]
        slope = (melo.log_odds(x + step, cells, 6) - melo.log_odds(x - step, cells, 6)) / 2e-6
        np.testing.assert_allclose(rows[:, column], slope, atol=1e-8)


def test_melo_is_bradley_terry_where_nothing_is_cyclic() -> None:
    """Scores of 1,000 games a pair exactly as skills promise: the prior takes a thousandth."""
    skill = np.array([-0.8, -0.1, 0.2, 0.7])
    rows = []
    for i, j in combinations(range(4), 2):
        won = round(1000 / (1 + np.exp(skill[j] - skill[i])))
        rows.append((f"p{i}", f"p{j}", won, 1000 - won, 0))
    rated, plain = melo.rate(counted(rows)), rate_bradley_terry(counted(rows))
    np.testing.assert_allclose(rated.rating.value, plain.rating.value, atol=0.5)
    np.testing.assert_allclose(rated.rating.high, plain.rating.high, atol=1.5)
    assert rated.parameters["cyclic_share"] < 1e-3
    assert melo.rate(baseball(True)).parameters["advantage"] == pytest.approx(52.5, abs=8)


@pytest.mark.parametrize("name", catalog.models())
def test_only_online_models_see_the_order(name: str) -> None:
    table = simulated(7, players=5, rounds=3)
    rng = np.random.default_rng(0)
    turned = Results(table.names, table.opponent, table.player, 1 - table.score, -table.favoured)
    before, after, other = (catalog.rate_with(name, t, {}) for t in (table, table[rng.permutation(len(table))], turned))
    change = np.abs(before.rating.value - after.rating.value).max()
    assert change > 1 if name in ONLINE else change < 1e-9
    np.testing.assert_allclose(other.rating.value, before.rating.value, atol=1e-9)


@pytest.mark.parametrize("name", catalog.models())
def test_every_model_keeps_the_contract(name: str) -> None:
    table = simulated(8, players=8, rounds=40)
    rated = catalog.rate_with(name, table, {})
    assert rated.names == table.names and rated.games.tolist() == [280] * 8
    assert rated.rating.value.mean() == pytest.approx(0, abs=1e-9)
    assert (rated.rating.low < rated.rating.value).all() and (rated.rating.value < rated.rating.high).all()
    assert np.corrcoef(rated.rating.value, skills(8, 8))[0, 1] > 0.85 and not rated.provisional.any()
    if rated.worth is not None:
        assert np.log(rated.worth).mean() == pytest.approx(0, abs=1e-9)


def test_models_are_found_by_their_files() -> None:
    known = {"bradley-terry", "davidson", "rao-kupper", "bayeselo", "elo", "glicko2", "openskill", "melo"}
    assert set(catalog.models()) == known
    assert catalog.find_model("Rao_Kupper") is catalog.find_model("rao-kupper")
    with pytest.raises(ArenaError, match="did you mean 'glicko2'"):
        catalog.find_model("glicko")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kk": 3}, "did you mean 'k'"),
        ({"k": "fast"}, "is a number"),
        ({"seed": 0.5}, "whole number"),
        ({"k": -1}, "above 0"),
        ({"k": float("nan")}, "within"),
        ({"k": 10**400}, "within"),
    ],
)
def test_settings_that_cannot_be(settings, message) -> None:
    with pytest.raises(ArenaError, match=message):
        catalog.rate_with("elo", simulated(9), settings)
