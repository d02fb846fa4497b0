"""Partners: self-play, cross-play, the gap and BR-Prox, by hand."""

from dataclasses import replace

import numpy as np
import pytest
from league_fakes import GAME, TEAM, finished
from scipy import stats

from arena.errors import ArenaError
from arena.games import End, Games
from arena.scenario import load
from league.partners import Teams, br_prox, partners
from league.schedules.mixed_seats import mixed_seats

PAIR = load("simple_reference")
NAMES = ["ann", "bob"]
SCORES = {(0, 0): -4.0, (1, 1): -6.0, (0, 1): -10.0, (1, 0): -8.0}  # who speaks from seat 0, who from seat 1
ZERO = -20.0


def scored(scenario, score_of, names=NAMES, seeds=4) -> Games:
    """All line-ups from some seeds; `score_of` a line-up and a seed."""
    games = mixed_seats(scenario, names, np.arange(seeds), dict.fromkeys(names, ("team",)))
    line_ups = [tuple(row) for row in games.player.tolist()]
    scores = [score_of(line_up, int(seed)) for line_up, seed in zip(line_ups, games.seed, strict=True)]
    return finished(games, games.winner, np.array(scores)[:, None])


@pytest.fixture(scope="module")
def games() -> Games:
    """Four worlds, the mean over which is SCORES."""
    return scored(PAIR, lambda line_up, seed: SCORES[line_up] + (seed - 1.5))


def test_teams_are_counted_for_the_guest_in_each_seat(games):
    teams = Teams.of(games, PAIR)
    assert teams.legs.shape == (4, 2, 2, 2) and (teams.legs == 1).all()
    # [seat, host, guest]; in seat 0 of ann's team bob listens to her in seat 1
    np.testing.assert_allclose(teams.mean, [[[-4, -8], [-10, -6]], [[-4, -10], [-8, -6]]])


def test_self_play_cross_play_and_the_gap(games):
    found = partners(games, PAIR, ZERO)
    assert found.names == ("ann", "bob")
    assert found.self_play.value == pytest.approx([-4, -6])
    assert found.cross_play.value == pytest.approx([-9, -9])  # (-8 - 10) / 2
    assert found.gap.value == pytest.approx([5, 3]) and found.mean_gap.value == pytest.approx(4)
    assert found.seat_cross_play.value == pytest.approx(np.array([[-10, -8], [-8, -10]]))


def test_br_prox_is_a_share_of_what_the_best_guest_reaches(games):
    found = partners(games, PAIR, ZERO)
    # with bob: 14 above zero is best, ann reaches 10 in seat 0 and 12 in seat 1; with ann 16, bob 12 and 10
    assert found.seat_br_prox.value == pytest.approx(np.array([[10 / 14, 12 / 16], [12 / 14, 10 / 16]]))
    assert found.br_prox.value == pytest.approx([11 / 14, 11 / 16])


def test_br_prox_of_a_table():
    mean = np.array([[[2.0, 4.0, 1.0], [np.nan, 3.0, -1.0], [-2.0, -1.0, -3.0]]])
    expected = [[[2 / 4, 1, 1 / 4], [np.nan, 1, -1 / 3], [1, 1, 1]]]  # the last host: nobody is above zero
    np.testing.assert_allclose(br_prox(mean, 0.0), expected)
    np.testing.assert_allclose(br_prox(mean - 7, -7.0), expected)


def test_the_middle_half_of_all_hosts_and_seats_counts():
    """Five players: a guest has 4 hosts in 2 seats, and of these 8 the 4 in the middle count."""
    names = list("abcde")
    table = np.random.default_rng(0).normal(size=(5, 5))
    found = partners(scored(PAIR, lambda who, seed: table[who], names), PAIR, -3.0)
    teams = np.stack([table.T, table])  # [seat, host, guest]
    near = br_prox(teams, -3.0)
    for guest in range(5):
        values = np.delete(near[:, :, guest], guest, axis=1)
        assert found.br_prox.value[guest] == pytest.approx(stats.trim_mean(values.ravel(), 0.25), abs=1e-6)


def test_of_three_seats_the_host_holds_two():
    scores = {(0, 0, 0): 9.0, (1, 1, 1): 7.0, (1, 0, 0): 1.0, (0, 1, 0): 2.0, (0, 0, 1): 6.0}
    games = scored(TEAM, lambda who, seed: scores.get(who, 0.0))
    teams = Teams.of(games, TEAM)
    np.testing.assert_allclose(teams.mean[:, 0], [[9, 1], [9, 2], [9, 6]])  # ann's team, bob in each seat
    found = partners(games, TEAM, 0.0)
    assert found.cross_play.value == pytest.approx([1.5, 1.5])  # (1 + 2 + 6) / 6: as host and as guest
    assert found.seat_br_prox.value[:, 1] == pytest.approx([1 / 9, 2 / 9, 6 / 9])


def test_forfeits_and_voids_say_nothing(games):
    end, score = games.end.copy(), games.score.copy()
    spoilt = (games.seed == 0) | ((games.player == [1, 0]).all(1) & (games.seed < 3))
    end[spoilt], score[spoilt] = End.FORFEIT, np.nan
    mean = Teams.of(replace(games, end=end, score=score), PAIR).mean
    assert mean[0, 0, 1] == pytest.approx(SCORES[1, 0] + 1.5) and mean[0, 0, 0] == pytest.approx(SCORES[0, 0] + 0.5)


def test_intervals_are_those_of_worlds_that_all_teams_share():
    rng = np.random.default_rng(3)
    luck, own = rng.normal(0, 5, 100), rng.normal(0, 1, (100, 2))

    def score(line_up, seed):
        return SCORES[line_up] + luck[seed] + (own[seed, line_up[0]] if line_up[0] == line_up[1] else 0)

    found = partners(scored(PAIR, score, seeds=100), PAIR, ZERO, resamples=2000)
    student = stats.ttest_1samp(own[:, 0] + 5, 0).confidence_interval()
    assert (found.gap.low[0], found.gap.high[0]) == pytest.approx(tuple(student), abs=0.05)
    assert found.self_play.high[0] - found.self_play.low[0] > 1.5  # which the luck is not taken out of


def test_what_has_not_been_played_is_unknown(games):
    whole = games[games.player[:, 0] == games.player[:, 1]]
    found = partners(whole, PAIR, ZERO)
    assert found.self_play.value == pytest.approx([-4, -6])
    for estimate in (found.cross_play, found.gap, found.br_prox, found.seat_br_prox, found.mean_gap):
        assert np.isnan(estimate.value).all() and np.isnan(estimate.low).all()
    assert np.isnan(partners(games, PAIR, None).br_prox.value).all()
    of_one_world = partners(games[games.seed == 1], PAIR, ZERO)
    assert of_one_world.gap.value == pytest.approx([5, 3]) and np.isinf(of_one_world.gap.high).all()
    for scenario in (GAME, load("simple")):
        with pytest.raises(ArenaError, match="has no partners"):
            partners(games, scenario, ZERO)
