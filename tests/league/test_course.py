"""Courses of every format: which worlds two play in, what came of a round, and one fingerprint whatever happens."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from league_fakes import ADVERSARY, GAME, GOOD, TEAM, entrants, finished, played

from arena.errors import ArenaError
from arena.games import End, Games, world_seeds
from league.course import Contest, Ending, Legs, check_contest, course, follow, outcome_of, placing
from league.event import GROWTH, Stand, Why, hold
from league.plan import Plan
from league.records.ledger import Ledger, spec_of
from league.records.legs import fingerprint
from league.schedules.catalog import SCHEDULES, formats
from league.schedules.rounds import Round
from league.tournament import WITHDRAWN, Play

RULES = {"adaptive": {"cap": 12, "floor": 3}, "swiss": {"rounds": 6}, "gauntlet": {"challengers": 2}}
EVERY = tuple(sorted(formats()))
NAMES = [f"{k:064x}" for k in range(7)]


def a_contest(form: str, players: int = 7, pairs: int = 3, **rules: float) -> Contest:
    return Contest(GAME, entrants(NAMES[:players]), 5, Plan(form, pairs, rules or RULES.get(form, {})))


def whole(contest: Contest, play=played) -> tuple[list[Games], Ending]:
    return follow(course(contest, set), play)


def going_on(contest: Contest, path: Path, how: Play, chunk_legs: int = 5, **more) -> tuple[list[Stand], Why]:
    """Plays what a ledger misses."""
    with Ledger.open(path / "ledger.sqlite", spec_of(GAME, 5)) as ledger:
        ledger._connection.execute("PRAGMA synchronous = OFF")  # no power cut here, so no waiting for the disk
        ledger.enter(contest.entrants.values())
        holding, states = hold(ledger, contest, how, "env", chunk_legs, **more), []
        while True:
            try:
                states.append(next(holding))
            except StopIteration as end:
                return states, end.value


def found(contest: Contest, path: Path) -> tuple[str, list[str] | None]:
    """The fingerprint and the placing that a ledger's legs lead to."""
    with Ledger.read_only(path / "ledger.sqlite") as ledger:
        held, ending = follow(course(contest, lambda: ledger.notes(WITHDRAWN)), ledger.results)
        return fingerprint(Games.joined(held)), placing(contest, ending)


class Killed(Exception):
    """As if the process had ended here."""


def breaking(rng: np.random.Generator, window: int, after: float = np.inf) -> Play:
    """Play that finishes the `window` chunks ahead in any order, and is killed after some."""

    def play(chunks: Iterator[Games]) -> Iterator[tuple[Games, Mapping[str, str]]]:
        nonlocal after
        ahead: list[Games] = []
        for chunk in chunks:
            ahead.append(chunk)
            while len(ahead) == window:
                if (after := after - 1) < 0:
                    raise Killed
                yield played(ahead.pop(rng.integers(window))), {}
        for k in rng.permutation(len(ahead)):
            if (after := after - 1) < 0:
                raise Killed
            yield played(ahead[k]), {}

    return play


@pytest.mark.parametrize("form", EVERY)
def test_killed_fifty_times_and_played_in_any_order_is_one_fingerprint(form: str, tmp_path: Path) -> None:
    """Tournaments one after the other, until fifty kills are behind them; the last one is not killed any more."""
    contest = a_contest(form, pairs=4)
    held, ending = whole(contest)
    expected = fingerprint(Games.joined(held)), placing(contest, ending)
    assert (expected[1] is None) == (form in ("adaptive", "gauntlet", "double-round-robin"))
    rng = np.random.default_rng(EVERY.index(form))
    kills, path = 0, tmp_path / "0"
    while True:
        after = rng.integers(5) if kills < 50 else np.inf
        try:
            states, why = going_on(contest, path, breaking(rng, int(rng.integers(1, 5)), after), chunk_legs=6)
        except Killed:
            kills += 1
            continue
        assert why == Why.OVER and states[-1].round == len(held)
        assert states[-1].progress.done == states[-1].progress.total
        assert found(contest, path) == expected
        if kills == 50:
            return
        path = tmp_path / str(kills)


@pytest.mark.parametrize("form", EVERY)
def test_nobody_plays_a_leg_twice_and_all_share_the_first_worlds(form: str) -> None:
    held, _ = whole(a_contest(form))
    legs = Games.joined(held)
    line_up = legs.player[:, 0] * 100 + legs.player[:, 1]
    assert len(np.unique(np.stack([line_up, legs.seed]), axis=1).T) == len(legs)
    for one in np.unique(line_up):
        seeds = legs.seed[line_up == one]
        np.testing.assert_array_equal(seeds, world_seeds(5, GAME, len(seeds)))


def test_sides_are_swapped_unless_a_pairing_is_single_sided() -> None:
    rounds, _ = whole(a_contest("swiss", 4, 2))
    assert [(a, b) for a, b, _ in rounds[0].player[:4].tolist()] == [(0, 2), (0, 2), (2, 0), (2, 0)]
    rounds, _ = whole(a_contest("swiss", 4, 2, single_sided=True))
    assert [len(games) for games in rounds] == [4, 4]
    assert [(a, b) for a, b, _ in rounds[0].player.tolist()] == [(0, 2), (0, 2), (1, 3), (1, 3)]


def test_what_came_of_a_round() -> None:
    """Three pairings of two pairs: a win and a draw, and a void leg; a forfeit; one leg a seed on side 1."""
    contest = a_contest("knockout", 6)
    met = Round.of(np.array([0, 2, 4]), np.array([1, 3, 5]), 2, np.array([-1, -1, 1]))
    legs = Legs.of(contest, met, np.zeros(3, np.int64), world_seeds(5, GAME, 2))
    assert legs.games.player[:, 0].tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 5, 5]
    winner = [0, 1, 1, -1, 1, 0, 0, 1, 1, -1]  # pair 0: one wins both legs
    score = np.array([[3, 1], [0, 9], [2, 4], [7, 7], [1, 2], [np.nan, np.nan], [2, 0], [5, 5], [1, 4], [2, 2]])
    games = finished(legs.games, winner, score)
    games = replace(games, end=np.where(np.arange(10) == 1, End.VOID, games.end).astype(np.int8))
    outcome = outcome_of(legs, games, np.zeros(6, np.bool_))
    assert outcome.points.tolist() == [1.0, 1.0, 1.5] and outcome.played.tolist() == [1, 2, 2]
    assert outcome.margin.tolist() == [2.0, (-1 - 2 + 0) / 3, 1.5]


def leaving(who: int, fault: bool = True) -> Play:
    """Play in which all legs of a player are void."""

    def play(chunks: Iterator[Games]) -> Iterator[tuple[Games, Mapping[str, str]]]:
        for chunk in chunks:
            games = played(chunk)
            is_hit = (chunk.player == who).any(1)
            seat = np.where(is_hit & fault, (chunk.player == who).argmax(1), -1)
            end = np.where(is_hit, End.VOID, games.end)
            yield replace(games, end=end.astype(np.int8), fault=seat.astype(np.int16)), {}

    return play


def test_who_breaks_leaves_after_the_round_in_which_it_did(tmp_path: Path) -> None:
    contest = a_contest("swiss", 6)
    _, why = going_on(contest, tmp_path, leaving(2))
    assert why == Why.OVER
    with Ledger.read_only(tmp_path / "ledger.sqlite") as ledger:
        held, ending = follow(course(contest, lambda: ledger.notes(WITHDRAWN)), ledger.results)
    assert all(outcome.withdrawn.tolist() == [False, False, True] + [False] * 3 for outcome in ending.outcomes)
    assert [(games.player == 2).any() for games in held] == [True] + [False] * 5
    assert len(placing(contest, ending) or []) == 6


def test_who_leaves_between_rounds_loses_the_next_one_unplayed(tmp_path: Path) -> None:
    """What it has played before stays, and counts as before."""
    contest = a_contest("swiss", 6)
    with pytest.raises(Killed):
        going_on(contest, tmp_path, breaking(np.random.default_rng(0), 1, 4 * 3 + 1))
    with Ledger.open(tmp_path / "ledger.sqlite", spec_of(GAME, 5)) as ledger:
        ledger.note(NAMES[4], WITHDRAWN, "left")
    assert going_on(contest, tmp_path, breaking(np.random.default_rng(0), 1))[1] == Why.OVER
    with Ledger.read_only(tmp_path / "ledger.sqlite") as ledger:
        held, ending = follow(course(contest, lambda: ledger.notes(WITHDRAWN)), ledger.results)
    gone = [bool(outcome.withdrawn[4]) for outcome in ending.outcomes]
    first = gone.index(True)
    assert gone == [False] * first + [True] * (6 - first)
    met = ending.outcomes[first].round
    assert 4 in (*met.one, *met.other) and (held[first].end == End.UNPLAYED).sum() > 0
    assert all((games.end == End.PLAYED).all() for games in held[:first])


def test_a_round_waits_for_legs_that_nobody_is_at_fault_for(tmp_path: Path) -> None:
    contest = a_contest("knockout")
    states, why = going_on(contest, tmp_path, leaving(1, fault=False))
    assert why == Why.WAITING and {state.round for state in states} == {1}
    assert found(contest, tmp_path)[1] is None
    assert going_on(contest, tmp_path, breaking(np.random.default_rng(0), 1))[1] == Why.OVER
    held, ending = whole(contest)
    assert found(contest, tmp_path) == (fingerprint(Games.joined(held)), placing(contest, ending))


@pytest.mark.parametrize("form", ["round-robin", "adaptive"])
def test_enough_is_decided_at_the_same_round_after_any_interruption(form: str, tmp_path: Path) -> None:
    """As soon as 400 legs are there; what is known to have been answered by no is not asked again."""
    plan = Plan(form, 2, {"floor": 3} if form == "adaptive" else {}, grows=form == "round-robin")
    contest = Contest(GAME, entrants(NAMES), 5, plan)
    legs: list[int] = []

    def is_enough(games: Games) -> bool:
        legs.append(len(games))
        return len(games) >= 400

    rng = np.random.default_rng(0)
    assert going_on(contest, tmp_path / "a", breaking(rng, 1), 20, is_enough=is_enough)[1] == Why.ENOUGH
    asked, kills = list(legs), 0
    assert asked[-1] >= 400 > asked[-2] and all(b >= GROWTH * a for a, b in pairwise(asked))
    legs.clear()
    assert going_on(contest, tmp_path / "a", breaking(rng, 1), 20, is_enough=is_enough)[1] == Why.ENOUGH
    assert legs == asked[-1:]
    for _ in range(100):
        try:
            assert going_on(contest, tmp_path / "b", breaking(rng, 3, 9), 20, is_enough=is_enough)[1] == Why.ENOUGH
            break
        except Killed:
            kills += 1
    assert kills > 1
    with Ledger.read_only(tmp_path / "a/ledger.sqlite") as a, Ledger.read_only(tmp_path / "b/ledger.sqlite") as b:
        assert len(a.read()) == len(b.read()) == asked[-1] and not b.is_missing(a.read()).any()


def test_a_round_robin_that_grows_has_the_legs_of_one_that_is_known_at_once() -> None:
    grown = course(Contest(GAME, entrants(NAMES), 5, Plan(pairs=3, grows=True)), set)
    parts = [next(grown), grown.send(None), grown.send(None)]
    (games,), ending = whole(a_contest("round-robin", pairs=9))
    assert ending.is_over and sum(map(len, parts)) == len(games) == 7 * 6 * 9
    line_up = Games.joined(parts).player[:, 0] * 7 + Games.joined(parts).player[:, 1]
    assert (
        Games.joined(parts).seed[np.argsort(line_up, kind="stable")].reshape(-1, 9) == world_seeds(5, GAME, 9)
    ).all()


def test_who_joins_later_changes_no_round_before(tmp_path: Path) -> None:
    """Player 6 after two rounds; killed and resumed, the course is the same."""
    first, later = a_contest("adaptive", 6, 4, cap=30), a_contest("adaptive", 7, 4, cap=30)
    later = replace(later, joined={NAMES[6]: 2})
    before, (held, ending) = whole(first)[0], whole(later)
    assert all(fingerprint(a) == fingerprint(b) for a, b in zip(before[:2], held[:2], strict=True))
    assert [6 in games.player for games in held[:3]] == [False, False, True]
    pairs = [np.bincount(games.player[:, 0], minlength=7) for games in held]
    assert ending.is_over and np.sort(sum(pairs))[1] == 30 and fingerprint(held[2]) != fingerprint(before[2])
    rng = np.random.default_rng(0)
    for _ in range(40):
        try:
            assert going_on(later, tmp_path, breaking(rng, 2, 9))[1] == Why.OVER
            break
        except Killed:
            continue
    assert found(later, tmp_path)[0] == fingerprint(Games.joined(held))


@pytest.mark.parametrize(
    ("contest", "message"),
    [
        (a_contest("swiss", 1), "nobody can meet: a swiss needs two players"),
        (
            Contest(TEAM, entrants(NAMES, ("team",)), 5, Plan("swiss")),
            "has one side; swiss is for two: use round-robin",
        ),
        (
            Contest(GAME, entrants(NAMES, (GOOD,)), 5, Plan("ladder")),
            "holds good only; in a ladder everybody plays both",
        ),
        (Contest(GAME, entrants(NAMES, (ADVERSARY,)), 5, Plan()), "nobody can meet"),
        (Contest(GAME, entrants(NAMES, ("godo",)), 5, Plan("ladder")), "did you mean 'good'"),
        (a_contest("gauntlet", 4, challengers=4), "of 4 players has nothing to play with challengers = 4"),
    ],
)
def test_who_cannot_meet_is_told(contest: Contest, message: str) -> None:
    with pytest.raises(ArenaError, match=message):
        check_contest(contest)


def test_every_other_contest_can_be_held() -> None:
    for form in (*EVERY, "round-robin"):
        check_contest(a_contest(form))
    assert set(SCHEDULES) & set(EVERY) == set()
