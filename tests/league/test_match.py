"""Pairs counted from legs; a match that ends when its test has decided: the same whoever plays it, and how wrong."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from league_fakes import GAME, finished, legs

from arena.games import End, Games
from league.pairs.counts import pair_counts
from league.pairs.match import in_order, until_decided
from league.pairs.pentanomial import scores_of
from league.pairs.sprt import Sprt, likeliest_with_mean

NAMES = ["ann", "bob"]
BATCH = 20
# the winners, with ann as the adversary and then as the good, of a pair that scores 0, 1/2, ... 2 for her
LEGS = np.array([(1, 0), (-1, 0), (0, 0), (0, -1), (0, 1)])


def pairs_of(points: np.ndarray, first_seed: int = 0) -> Games:
    """Finished legs of pairs that score points / 2 for ann."""
    count = len(points)
    seeds = np.arange(count) + first_seed
    lineups = np.repeat([[0, 1], [1, 0]], count, axis=0)
    return finished(legs(GAME, NAMES, lineups, np.tile(seeds, 2)), LEGS[points].T.ravel(), np.zeros((2 * count, 2)))


def test_pairs_are_counted_by_their_points() -> None:
    games = pairs_of(np.array([0, 1, 1, 2, 3, 3, 3, 4]))
    assert pair_counts(games, GAME).tolist() == [1, 2, 1, 3, 1]
    assert pair_counts(games, GAME, player=1).tolist() == [1, 3, 1, 2, 1]
    shuffled = games[np.random.default_rng(0).permutation(len(games))]
    assert pair_counts(shuffled, GAME).tolist() == [1, 2, 1, 3, 1]
    end = games.end.copy()
    end[0], end[1] = End.VOID, End.FORFEIT  # half a pair is none; a forfeit is a leg that was lost
    assert pair_counts(replace(games, end=end), GAME).tolist() == [0, 2, 1, 3, 1]


def batches(share: np.ndarray, seed: int, count: int) -> list[Games]:
    """Batches of pairs that score by these shares."""
    rng = np.random.default_rng(seed)
    return [pairs_of(rng.choice(5, BATCH, p=share / share.sum()), BATCH * k) for k in range(count)]


def at_once(given: Iterator[Games]) -> Iterator[Games]:
    yield from given


def out_of_order(given: Iterator[Games]) -> Iterator[Games]:
    """Two workers: the second of each two batches is ready first."""
    for one in given:
        other = next(given, None)
        yield from (batch for batch in (other, one) if batch is not None)


def share_at(elo: float) -> np.ndarray:
    return likeliest_with_mean(scores_of((10, 20, 40, 20, 10)), 1 / (1 + 10 ** (-elo / 400)))


def test_the_decision_depends_on_the_batches_alone() -> None:
    test, planned = Sprt("logistic", 0, 80), batches(share_at(120), 3, 40)
    stands = list(until_decided(planned, at_once, test, GAME))
    ahead = list(until_decided(planned, out_of_order, test, GAME))
    assert [stand.counts.tolist() for stand in stands] == [stand.counts.tolist() for stand in ahead]
    assert len(stands) == len(ahead) < 40 and stands[-1].verdict == "accept H1"
    assert all(stand.verdict == "continue" for stand in stands[:-1])
    assert [stand.counts.sum() for stand in stands] == [BATCH * k for k in range(1, len(stands) + 1)]
    assert stands[-1].ratio == test.ratio(pair_counts(Games.joined(planned[: len(stands)]), GAME))
    assert [g.seed[0] for g in in_order(planned[:5], out_of_order)] == [BATCH * k for k in range(5)]


def test_who_plays_is_stopped_when_it_is_decided() -> None:
    planned, is_closed = batches(share_at(400), 0, 40), []

    def play(given: Iterator[Games]) -> Iterator[Games]:
        try:
            yield from given
        finally:
            is_closed.append(True)

    *_, last = until_decided(planned, play, Sprt("logistic", 0, 80), GAME)
    assert last.verdict == "accept H1" and is_closed == [True]


def test_it_is_open_when_there_is_nothing_more_to_play() -> None:
    *_, last = until_decided(batches(share_at(2.5), 0, 3), at_once, Sprt("normalized", 0, 5), GAME)
    assert last.verdict == "continue" and last.counts.sum() == 60


@pytest.mark.slow
@pytest.mark.parametrize(("true", "wrong"), [(0.0, "accept H1"), (60.0, "accept H0")])
def test_matches_end_wrong_no_more_often_than_they_may(true: float, wrong: str) -> None:
    """400 matches: 5% with a standard error of 1.1%, and a little less as the bounds are overshot."""
    test, share, ends = Sprt("logistic", 0, 60), share_at(true), []
    for seed in range(400):
        *_, last = until_decided(batches(share, seed, 100), at_once, test, GAME)
        ends.append(last.verdict)
    assert "continue" not in ends and 0.015 <= ends.count(wrong) / 400 <= 0.075
