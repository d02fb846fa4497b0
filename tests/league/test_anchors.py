"""Anchors, parents, and players whom nothing compares with the others."""

from dataclasses import replace

import numpy as np
import pytest
from league_fakes import GAME, TEAM, complete, entrants, legs, played

from arena.errors import ArenaError
from arena.games import Games
from arena.verbs.parts.tables import leaderboard_text
from benchmarks import simulated
from league import joint
from league.fits.matchups import Matchups
from league.joint import Ratings, rate
from league.leaderboard import leaderboard
from league.lineage import parents
from league.payoff import Payoff
from league.records.legs import only_finished

NAMES = [f"p{k}" for k in range(5)]


def league(players: int = 5, seeds: int = 20) -> Games:
    rng = np.random.default_rng(3)
    games = legs(GAME, NAMES[:players], *complete(players, seeds))
    return simulated.played(games, GAME, simulated.normal_field(rng, players), rng)


def with_a_winner() -> Games:
    """The last player wins whatever it plays."""
    games = league()
    adversary, good = games.player[:, 0] == 4, games.player[:, 1] == 4
    return replace(games, winner=np.where(adversary, 0, np.where(good, 1, games.winner)).astype(np.int8))


def log_odds(ratings: Ratings) -> np.ndarray:
    assert ratings.advantage is not None
    return ratings.advantage.value + ratings.sides.value[:, None, 0] - ratings.sides.value[None, :, 1]


@pytest.fixture(params=[64, 0], ids=["refitted", "one step"], autouse=True)
def refitted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joint, "REFITTED", request.param)


def test_anchors_have_the_mean_that_is_given_and_nothing_else_changes() -> None:
    plain, anchored = (rate(league(), GAME, 100, anchors=a) for a in (None, {"p1": 100.0, "p3": 300.0}))
    assert anchored.overall.value[[1, 3]].mean() == pytest.approx(200)
    np.testing.assert_allclose(anchored.sides.value[[1, 3]].mean(0), 100)
    np.testing.assert_allclose(anchored.overall.value, anchored.sides.value.sum(1))
    np.testing.assert_allclose(np.diff(anchored.overall.value), np.diff(plain.overall.value))
    np.testing.assert_allclose(log_odds(anchored), log_odds(plain))
    np.testing.assert_array_equal(anchored.margin.value, plain.margin.value)
    np.testing.assert_array_equal(anchored.rank_low, plain.rank_low)


def test_intervals_are_those_of_differences_to_the_anchor() -> None:
    one, other = (rate(league(), GAME, 100, anchors={name: 0.0}) for name in ("p0", "p1"))
    assert one.overall.low[0] == one.overall.high[0] == 0
    assert one.overall.low[1] == pytest.approx(-other.overall.high[0])
    assert one.overall.high[1] == pytest.approx(-other.overall.low[0])
    assert one.overall.low[1] < one.overall.value[1] < one.overall.high[1]


def test_an_anchor_of_one_side_fixes_that_side() -> None:
    games = league()
    games = games[games.player[:, 0] != 2]
    plain, anchored = (rate(games, GAME, 50, anchors=a) for a in (None, {"p2": 50.0}))
    assert anchored.overall.value[2] == pytest.approx(50) and anchored.sides.value[2, 1] == pytest.approx(50)
    np.testing.assert_allclose(anchored.sides.value[:, 0], plain.sides.value[:, 0])
    np.testing.assert_allclose(log_odds(anchored)[[0, 1, 3, 4]], log_odds(plain)[[0, 1, 3, 4]])


def test_what_is_relative_to_an_undecided_anchor_is_provisional() -> None:
    games = with_a_winner()
    assert rate(games, GAME, 50, anchors={"p0": 0.0}).provisional.tolist() == [False] * 4 + [True]
    loose, firm = (rate(games, GAME, 50, anchors={name: 0.0}) for name in ("p4", "p0"))
    assert loose.provisional.all()
    length = loose.overall.high - loose.overall.low
    assert (length[:4] > 3 * (firm.overall.high - firm.overall.low)[:4]).all() and length[4] == pytest.approx(0)


def test_anchors_that_cannot_be() -> None:
    with pytest.raises(ArenaError, match="anchor nobody has played no leg"):
        rate(league(), GAME, 50, anchors={"nobody": 0.0})
    team = legs(TEAM, ["p0"], np.zeros((3, 1), int), np.arange(3))
    with pytest.raises(ArenaError, match="game of one side"):
        rate(played(team), TEAM, 50, anchors={"p0": 0.0})


def test_a_winner_leans_on_the_one_it_was_trained_from() -> None:
    games = with_a_winner()
    best = int(np.argmax(rate(games, GAME, 50).overall.value[:4]))
    alone, led = (rate(games, GAME, 50, parents=p) for p in ({}, {"p4": f"p{best}", "p3": "elsewhere"}))

    def lead(ratings: Ratings) -> float:
        return float(ratings.overall.value[4] - ratings.overall.value[best])

    assert 0 < lead(led) < 0.9 * lead(alone)
    assert led.provisional.tolist() == [False] * 4 + [True]
    assert (led.overall.high - led.overall.low)[4] < (alone.overall.high - alone.overall.low)[4]
    np.testing.assert_array_equal(led.margin.value, alone.margin.value)


def test_virtual_legs_are_shared_out_over_all_blocks() -> None:
    plain = Matchups.of(Payoff.by_seed(league(), GAME))
    linked = plain.with_virtual(np.array([0, 4]), np.array([4, 4]), 3.0)
    assert len(linked.first) == len(plain.first) + 1 and linked.legs.sum() == pytest.approx(plain.legs.sum() + 6)
    table = linked.by_block(linked.entries)
    is_new = (linked.first == 4) & (linked.second == 4)
    share = plain.counts.sum(0) / plain.legs.sum()
    np.testing.assert_allclose(table[:, is_new][:, 0], np.tile(3 * share / plain.blocks, (plain.blocks, 1)))
    np.testing.assert_allclose(table[:, ~is_new].sum(0)[0], plain.counts[0])
    np.testing.assert_array_equal(linked.sum(linked.total)[~is_new], plain.sum(plain.total))


def test_parents_are_found_by_the_weights_on_the_cards() -> None:
    cards = [{"sha256": "aa", "parent": None}, {"sha256": "bb", "parent": "aa"}, {"sha256": "bb", "parent": "cc"}, {}]
    known = entrants(NAMES[:4])
    league = {name: replace(known[name], card=card) for name, card in zip(NAMES, cards, strict=False)}
    league["p4"] = replace(known["p0"], card={"sha256": "dd", "parent": "bb"})
    assert parents(league) == {"p1": "p0", "p4": "p1"}


def test_groups_that_never_met_are_apart() -> None:
    games = league()
    group = games.player[:, :2] >= 3
    together = games[group[:, 0] == group[:, 1]]
    ratings = rate(together, GAME, 50)
    assert ratings.apart.tolist() == [[False, False]] * 3 + [[True, True]] * 2
    assert ratings.provisional.tolist() == [False] * 3 + [True] * 2
    text = leaderboard_text(leaderboard(together, entrants(NAMES), GAME, resamples=20))
    assert "as good, no chain of opponents compares with the others: player p3, player p4" in text
    assert np.isfinite(ratings.overall.high).all() and not rate(only_finished(games), GAME, 50).apart.any()
