"""Knockout, double elimination, ladder and king of the hill by hand, and whatever happens."""

import numpy as np
import pytest
from event_fakes import by_chance, event, pairings, stronger_wins

from league.schedules import double_elimination, king_of_the_hill, knockout, ladder
from league.schedules.rounds import NOBODY, Outcome, Round

FORMATS = (knockout, double_elimination, ladder, king_of_the_hill)


def falling(players: int) -> np.ndarray:
    """Strengths in the order of the seeds."""
    return -np.arange(players, dtype=np.float64)


def test_the_standard_bracket() -> None:
    """Of eight: 1-8, 4-5, 2-7, 3-6; of five, the byes are opposite the first three seeds."""
    assert (knockout.bracket(8) + 1).tolist() == [1, 8, 4, 5, 2, 7, 3, 6]
    assert knockout.bracket(16)[:8].tolist() == [0, 15, 7, 8, 3, 12, 4, 11]
    assert knockout.bracket(5).tolist() == [0, NOBODY, 3, 4, 1, NOBODY, 2, NOBODY]
    assert pairings(knockout.next_round(5, [], pairs=1)) == [(3, 4)]


def test_a_knockout_of_eight() -> None:
    outcomes = event(knockout.next_round, 8, stronger_wins(falling(8)), pairs=2)
    rounds = [pairings(outcome.round) for outcome in outcomes]
    assert rounds == [[(0, 7), (3, 4), (1, 6), (2, 5)], [(0, 3), (1, 2)], [(0, 1)]]
    assert knockout.placing(8, outcomes).tolist() == list(range(8))
    assert knockout.placing(8, outcomes[:2]) is None


def test_double_elimination_of_four_with_reset() -> None:
    """The second seed loses the upper final, comes back from below, and wins twice."""
    outcomes: list[Outcome] = []
    winners = iter([{0, 1}, {2}, {0}, {1}, {1}, {1}])
    seen = []
    while (upcoming := double_elimination.next_round(4, outcomes, pairs=1)) is not None:
        won = next(winners)
        seen.append(pairings(upcoming))
        points = np.array([float(one in won) for one in upcoming.one])
        nobody = np.zeros(4, np.bool_)
        outcomes.append(Outcome(upcoming, points, 0 * points, upcoming.pairs, nobody))
    # upper round, lower round, upper final, lower final, grand final and again
    assert [set(map(frozenset, found)) for found in seen] == [
        {frozenset((0, 3)), frozenset((1, 2))},
        {frozenset((2, 3))},
        {frozenset((0, 1))},
        {frozenset((1, 2))},
        {frozenset((0, 1))},
        {frozenset((0, 1))},
    ]
    assert double_elimination.placing(4, outcomes).tolist() == [1, 0, 2, 3]


def test_the_winner_of_the_upper_bracket_needs_one_final() -> None:
    outcomes = event(double_elimination.next_round, 8, stronger_wins(falling(8)), pairs=1)
    assert pairings(outcomes[-1].round) == [(0, 1)]
    assert double_elimination.placing(8, outcomes)[:4].tolist() == [0, 1, 2, 3]
    assert sum(len(outcome.points) for outcome in outcomes) == 2 * 8 - 2


@pytest.mark.parametrize(("margin", "winner"), [(-0.1, 1), (0.0, 0), (0.1, 0)])
def test_level_goes_by_margin_then_by_seed(margin: float, winner: int) -> None:
    final = Round.of(np.array([0]), np.array([1]), 2)
    outcome = Outcome(final, np.array([1.0]), np.array([margin]), final.pairs, np.zeros(2, np.bool_))
    assert knockout.placing(2, [outcome])[0] == winner


def test_who_leaves_loses_what_it_plays_and_what_it_would_play() -> None:
    """Both who won points in the first round leave during it: their opponents go on."""
    outcomes = event(knockout.next_round, 4, stronger_wins(falling(4), {0: 1, 1: 1}), pairs=1)
    assert [pairings(outcome.round) for outcome in outcomes] == [[(0, 3), (1, 2)], [(2, 3)]]
    assert knockout.placing(4, outcomes).tolist() == [2, 3, 0, 1]


def test_a_bye_and_a_withdrawal_in_one_bracket_leave_nothing_to_play() -> None:
    outcomes = event(knockout.next_round, 3, stronger_wins(falling(3), {0: 1}), pairs=1)
    assert [pairings(outcome.round) for outcome in outcomes] == [[(1, 2)]]
    assert knockout.placing(3, outcomes).tolist() == [1, 0, 2]


def test_a_ladder_by_hand() -> None:
    """Strengths against the seeding: after as many rounds as players the order is turned."""
    outcomes = event(ladder.next_round, 4, stronger_wins(-falling(4)), pairs=1)
    assert [pairings(outcome.round) for outcome in outcomes] == [
        [(0, 1), (2, 3)],
        [(0, 3)],
        [(1, 3), (0, 2)],
        [(1, 2)],
    ]
    assert ladder.placing(4, outcomes).tolist() == [3, 2, 1, 0]


def test_a_hill_by_hand() -> None:
    outcomes = event(king_of_the_hill.next_round, 4, stronger_wins(np.array([1.0, 3, 2, 0])), pairs=1, rounds=5)
    assert [pairings(outcome.round)[0] for outcome in outcomes] == [(0, 1), (1, 2), (1, 3), (1, 0), (1, 2)]


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.__name__.split(".")[-1])
@pytest.mark.parametrize("players", range(2, 18))
def test_the_strongest_wins(form, players: int) -> None:
    strength = np.random.default_rng(players).permutation(players).astype(np.float64)
    outcomes = event(form.next_round, players, stronger_wins(strength), pairs=1)
    order = form.placing(players, outcomes)
    assert order[0] == strength.argmax() and sorted(order) == list(range(players))
    if form is ladder:
        assert (np.diff(strength[order]) < 0).all()
    if form is double_elimination:
        assert strength[order[1]] == players - 2


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.__name__.split(".")[-1])
@pytest.mark.parametrize("players", range(1, 18))
def test_an_event_ends_whatever_happens(form, players: int) -> None:
    for seed in range(4):
        play = by_chance(np.random.default_rng((players, seed)), leaving=0.1 * (seed % 2), void=0.2)
        outcomes = event(form.next_round, players, play, pairs=2)
        assert sorted(form.placing(players, outcomes)) == list(range(players))
        assert all((outcome.round.pairs == 2).all() for outcome in outcomes)
        if seed % 2:
            continue
        played = sum(len(outcome.points) for outcome in outcomes)
        if form is knockout:
            assert played == players - 1
        elif form is double_elimination and players > 1:
            assert played in (2 * players - 2, 2 * players - 1)
