"""Matching against brute force, and neighbours in large fields."""

from collections.abc import Iterator

import numpy as np
import pytest

from league.schedules.matching import Meetings, exact, near


def all_matchings(players: list[int]) -> Iterator[list[tuple[int, int]]]:
    """Every way to divide players into pairings."""
    if not players:
        yield []
    for place in range(1, len(players)):
        rest = players[1:place] + players[place + 1 :]
        for found in all_matchings(rest):
            yield [(players[0], players[place]), *found]


def cost(places: list[tuple[int, int]], order: np.ndarray, level: np.ndarray, meetings: Meetings) -> tuple[int, ...]:
    """Meetings again, squared distances of levels, and of places."""
    a, b = np.array(places).T
    again = meetings.times(order[a], order[b]).sum()
    return int(again), int(((level[a] - level[b]) ** 2).sum()), int(((a - b) ** 2).sum())


@pytest.mark.parametrize("players", [2, 4, 6, 8])
def test_exact_is_as_good_as_brute_force(players: int) -> None:
    for seed in range(10):
        rng = np.random.default_rng((players, seed))
        order, level = rng.permutation(players), rng.integers(0, 4, players) * 500
        count = players * 2
        one = rng.integers(0, players, count)
        meetings = Meetings(one, (one + rng.integers(1, players, count)) % players, players)
        place = np.argsort(order)
        found = [(int(place[i]), int(place[j])) for i, j in exact(order, level, meetings)]
        every = [cost(places, order, level, meetings) for places in all_matchings(list(range(players)))]
        assert cost(found, order, level, meetings) == min(every)


def test_meetings_are_counted_both_ways() -> None:
    meetings = Meetings(np.array([0, 2, 1]), np.array([1, 3, 0]), 4)
    assert meetings.times(np.array([0, 1, 3, 0]), np.array([1, 0, 2, 3])).tolist() == [2, 2, 1, 0]
    assert not Meetings.none(4).times(np.array([0]), np.array([1])).any()


@pytest.mark.parametrize(("players", "rounds"), [(60, 40), (1000, 15)])
def test_near_finds_neighbours_and_somebody_new_while_there_is(players: int, rounds: int) -> None:
    """Of players in nearly the same order each time, nobody meets again."""
    rng = np.random.default_rng(0)
    one, other = np.zeros(0, np.int64), np.zeros(0, np.int64)
    first = near(np.arange(players), np.arange(players), Meetings.none(players))
    assert (np.diff(first, axis=1) == 1).all()
    for _ in range(rounds):
        order = np.argsort(np.arange(players) + rng.normal(0, 3, players))
        meetings = Meetings(one, other, players)
        found = near(order, np.arange(players), meetings)
        assert sorted(found.ravel()) == list(range(players)) and not meetings.times(*found.T).any()
        one, other = np.append(one, found[:, 0]), np.append(other, found[:, 1])
