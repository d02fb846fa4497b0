"""Gauntlet, double round-robin, Swiss and adaptive by hand, and whatever happens; formats by name."""

import numpy as np
import pytest
from event_fakes import by_chance, event, pairings, stronger_wins

from arena.errors import ArenaError
from league.fits.sparse import curvature
from league.schedules import adaptive, double_round_robin, gauntlet, swiss
from league.schedules.catalog import find_format, formats
from league.schedules.rounds import BOTH, Outcome, Round, share


def table(players: int, outcomes: list[Outcome]) -> np.ndarray:
    """How many pairs each two have planned to play, [P, P]."""
    met = np.zeros((players, players), np.int64)
    for outcome in outcomes:
        np.add.at(met, (outcome.round.one, outcome.round.other), outcome.round.pairs)
    return met + met.T


def test_formats_have_names() -> None:
    known = {"adaptive", "double-elimination", "double-round-robin", "gauntlet", "king-of-the-hill", "knockout"}
    assert known | {"ladder", "swiss"} <= set(formats())
    assert find_format("Double_Elimination").__module__ == "league.schedules.double_elimination"
    with pytest.raises(ArenaError, match="swiss"):
        find_format("swis")


def test_shares_of_points() -> None:
    """Won, void, left by the one, by the other, by both."""
    met = Round.of(np.arange(5), np.arange(5, 10), 2)
    gone = np.isin(np.arange(10), (2, 8, 4, 9))
    outcome = Outcome(met, np.array([1.5, 0, 2, 0, 2]), np.zeros(5), np.array([2, 0, 2, 1, 2]), gone)
    assert share(outcome).tolist() == [0.75, 0.5, 0.0, 1.0, 1.0]


def test_a_gauntlet() -> None:
    upcoming = gauntlet.next_round(5, [], pairs=3, challengers=2)
    assert pairings(upcoming) == [(0, 2), (0, 3), (0, 4), (1, 2), (1, 3), (1, 4)]
    outcomes = event(gauntlet.next_round, 5, stronger_wins(np.arange(5.0)), pairs=3)
    assert len(outcomes) == 1 and gauntlet.next_round(1, [], pairs=1) is None


def test_a_double_round_robin() -> None:
    outcomes = event(double_round_robin.next_round, 5, stronger_wins(np.arange(5.0)), pairs=3)
    assert len(outcomes) == 2 and (table(5, outcomes) == 6 * (1 - np.eye(5))).all()
    outcomes = event(double_round_robin.next_round, 5, stronger_wins(np.arange(5.0), {4: 1}), pairs=3)
    assert len(outcomes[1].points) == 6


def test_swiss_of_eight_by_hand() -> None:
    """The upper half meets the lower half of each score; the better seed wins."""
    outcomes = event(swiss.next_round, 8, stronger_wins(-np.arange(8.0)), pairs=1)
    assert [sorted(pairings(outcome.round)) for outcome in outcomes] == [
        [(0, 4), (1, 5), (2, 6), (3, 7)],
        [(0, 2), (1, 3), (4, 6), (5, 7)],
        [(0, 1), (2, 4), (3, 5), (6, 7)],
    ]
    assert swiss.scores(8, outcomes)[:8].tolist() == [3, 2, 2, 2, 1, 1, 1, 0]
    assert swiss.placing(8, outcomes)[[0, 1, 7]].tolist() == [0, 1, 7]


def test_the_last_has_the_bye() -> None:
    outcomes = event(swiss.next_round, 5, stronger_wins(-np.arange(5.0)), pairs=1, rounds=2)
    assert [pairings(outcome.round) for outcome in outcomes] == [[(0, 2), (1, 3)], [(0, 1), (2, 4)]]
    assert swiss.scores(5, outcomes).tolist() == [2, 1, 1, 1, 1, 0]


def test_a_swiss_of_seven_rounds_is_a_round_robin_of_eight() -> None:
    """All meet all once, whoever wins, so that the standing is the order of their strengths."""
    for seed in range(10):
        strength = np.random.default_rng(seed).permutation(8).astype(np.float64)
        outcomes = event(swiss.next_round, 8, stronger_wins(strength), pairs=1, rounds=7)
        assert (table(8, outcomes) == 1 - np.eye(8)).all()
        assert strength[swiss.placing(8, outcomes)].tolist() == [7, 6, 5, 4, 3, 2, 1, 0]


@pytest.mark.parametrize("players", range(2, 18))
def test_swiss_whatever_happens(players: int) -> None:
    """Everybody plays every round but for one bye at most, meets nobody twice, and holds both sides as often."""
    rounds = max(1, players // 2 - 1)
    for seed in range(3):
        play = by_chance(np.random.default_rng((players, seed)), void=0.1)
        outcomes = event(swiss.next_round, players, play, pairs=2, rounds=rounds, single_sided=seed > 0)
        met = table(players, outcomes)
        assert len(outcomes) == rounds and met.max() <= 2 and (met.sum(0) >= 2 * (rounds - 1)).all()
        assert (met.sum() == 2 * rounds * (players - players % 2)).all()
        surplus = np.zeros(players, np.int64)
        for outcome in outcomes:
            assert ((outcome.round.side == BOTH) == (seed == 0)).all()
            np.add.at(surplus, outcome.round.one, 1 - 2 * outcome.round.side.astype(np.int64))
            np.add.at(surplus, outcome.round.other, 2 * outcome.round.side.astype(np.int64) - 1)
        assert seed == 0 or np.abs(surplus).max() <= 3


@pytest.mark.parametrize("players", [2, 5, 12])
def test_swiss_when_players_leave(players: int) -> None:
    for seed in range(5):
        event(swiss.next_round, players, by_chance(np.random.default_rng(seed), leaving=0.1), pairs=1, rounds=9)


def test_the_strongest_wins_a_swiss() -> None:
    for players in range(2, 18):
        strength = np.random.default_rng(players).permutation(players).astype(np.float64)
        outcomes = event(swiss.next_round, players, stronger_wins(strength), pairs=1)
        assert strength[swiss.placing(players, outcomes)[0]] == players - 1


def test_adaptive_begins_with_everybody_and_keeps_floor_and_cap() -> None:
    assert sorted(pairings(adaptive.next_round(6, [], pairs=1))) == [(0, 1), (2, 3), (4, 5)]
    for players in range(2, 18):
        play = by_chance(np.random.default_rng(players))
        outcomes = event(adaptive.next_round, players, play, pairs=2, cap=9)
        played = table(players, outcomes).sum(0)
        assert played.max() <= 9 and np.sort(played)[1] == 9
        early = event(adaptive.next_round, players, play, most=3, pairs=2, floor=4)
        assert table(players, early).sum(0).min() >= 4


def test_adaptive_spends_a_pair_as_brute_force_would() -> None:
    """The pair that leaves the smallest sum of high powers of the variances, by inverting for each."""
    one, other = np.triu_indices(6, k=1)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        played = rng.integers(1, 200, len(one))
        points = played * rng.uniform(0.1, 0.9, len(one))
        first = Round.of(one, other, played)
        outcome = Outcome(first, points, points, played, np.isin(np.arange(6), (seed % 6, (seed + 1) % 6)))
        theta = adaptive.fit(one, other, 2 * points, 2 * played, 6)
        left = [high_powers(one, other, 2.0 * played + 1e-4 * (np.arange(15) == pair), theta) for pair in range(15)]
        present = [pair for pair in range(15) if not outcome.withdrawn[[one[pair], other[pair]]].any()]
        best = min(present, key=lambda pair, left=left: left[pair])
        covariance = np.linalg.inv(curvature(one, other, 2 * played, theta).toarray())
        room, lacking = np.where(outcome.withdrawn, 0, 9), np.zeros(6, np.int64)
        chosen = adaptive._most_telling(theta, covariance, room, lacking, 1)
        assert pairings(chosen) == [(one[best], other[best])]


def high_powers(one: np.ndarray, other: np.ndarray, legs: np.ndarray, theta: np.ndarray) -> float:
    """The sum of the variances' powers around the mean."""
    centre = np.eye(len(theta)) - 1 / len(theta)
    covariance = centre @ np.linalg.inv(curvature(one, other, legs, theta).toarray()) @ centre
    return float((np.diag(covariance) ** adaptive.POWER).sum())


@pytest.mark.parametrize("label", [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0]])
def test_adaptive_sees_to_the_floor_first(label: list[int]) -> None:
    """Player 3 is the least known, yet 4 and 2 lack pairs, whatever the players are called."""
    pairs, names = np.array([20, 20, 60, 60]), np.array(label)
    first = Round.of(names[[0, 0, 0, 3]], names[[4, 2, 3, 1]], pairs)
    outcome = Outcome(first, pairs * np.array([0.5, 0.5, 0.95, 0.95]), pairs * 0.0, pairs, np.zeros(5, np.bool_))
    had = [
        table(5, [outcome, Outcome(upcoming, pairs, pairs, pairs, outcome.withdrawn)]).sum(0)[names]
        for upcoming in (adaptive.next_round(5, [outcome], pairs=2, floor=floor) for floor in (22, 0))
        if upcoming is not None
    ]
    assert had[0][4] >= 22 and had[0][2] >= 22 and had[1][4] < 22


@pytest.mark.parametrize("form", [swiss, adaptive])
def test_a_large_field_meets_nobody_twice(form) -> None:
    players, rounds = 401, 20
    options = {"rounds": rounds} if form is swiss else {}
    outcomes = event(form.next_round, players, by_chance(np.random.default_rng(0)), most=rounds, pairs=1, **options)
    met = table(players, outcomes)
    assert met.max() == 1 and met.sum() == rounds * (players - 1) and met.sum(0).min() >= rounds - 1
