"""A season with a coach that only counts: what is judged, frozen, started anew, rolled back and resumed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace

import numpy as np
import pytest
from league_fakes import ADVERSARY, GAME, GOOD, finished
from pydantic import TypeAdapter

from arena.draw import units
from arena.games import End, Games
from league.records.ledger import Entrant, Ledger, spec_of
from league.seasons import gate, meetings
from league.seasons import season as seasons
from league.seasons.catalog import find_preset, members_of
from league.seasons.evidence import Evidence, Knowledge
from league.seasons.roster import Frozen, Member, Season
from league.seasons.rules import Rules


class Counting:
    """Members are as strong as they have trained; names are their hashes."""

    def __init__(self) -> None:
        self.strength: dict[str, int] = {}
        self.asked: list[Mapping[str, np.ndarray]] = []
        self.diverges: set[tuple[int, str]] = set()  # (period, member)

    def train(self, season: Season, chances: Mapping[str, np.ndarray]) -> Mapping[str, str]:
        self.asked.append(chances)
        for name in chances:
            self.strength[name] = self.strength.get(name, 0) + 1
        return {name: "a weight is not finite" for name in chances if (season.period, name) in self.diverges}

    def entrant(self, member: Member, period: int) -> Entrant:
        name = f"{member.name}:{self.strength.get(member.name, 0)}:{member.lives}"
        return Entrant(name, f"{member.name}@{period}", "neural", (member.side,), {})

    def roll_back(self, member: Member) -> None:
        self.strength[member.name] -= 1

    def restart(self, member: Member) -> None:
        self.strength[member.name] = 0


def play(chunks: Iterator[Games]) -> Iterator[tuple[Games, Mapping[str, str]]]:
    """The stronger wins more often."""
    for games in chunks:
        strength = np.array([int(name.split(":")[1]) for name in games.names])
        first, second = (strength[games.player[:, seats[0]]] for seats in GAME.sides.values())
        chance = 1 / (1 + np.exp(second - first))
        winner = np.where(units(games.seed, 3) < chance, 0, 1)
        score = np.stack([1 - winner, winner], axis=1)
        metrics = np.zeros_like(games.metrics)
        yield replace(finished(games, winner, score), metrics=metrics), {}


def plan(periods: int = 12, legs: int = 20, **rules) -> seasons.Plan:
    return seasons.Plan(GAME, Rules(**rules), periods, legs, 7, "here")


def begun(preset: str) -> Season:
    return Season(0, members_of([ADVERSARY, GOOD], dict.fromkeys([ADVERSARY, GOOD], find_preset(preset).roles)))


def ledger_in(folder) -> Ledger:
    return Ledger.open(folder / "ledger.sqlite", spec_of(GAME, 7))


def whole(folder, preset: str, coach: Counting, **options) -> list[Season]:
    with ledger_in(folder) as ledger:
        return list(seasons.run(begun(preset), plan(**options), ledger, coach, play))


@pytest.mark.parametrize("preset", ["naive", "fictitious", "pfsp", "alphastar", "psro"])
def test_a_season_from_beginning_to_end(preset, tmp_path):
    coach = Counting()
    states = whole(tmp_path, preset, coach, legs=12, newcomer=2)
    last = states[-1]
    assert [state.period for state in states] == list(range(13)) and len(coach.asked) == 12
    assert all(np.isclose(chances.sum(), 1) for asked in coach.asked for chances in asked.values())
    assert {player.side for player in last.frozen if player.period == 0} == {ADVERSARY, GOOD}
    for player in last.frozen:
        older = [other for other in last.frozen if other.hash == player.parent]
        assert not player.parent or (older[0].member == player.member and older[0].period < player.period)
    with ledger_in(tmp_path) as ledger:
        games = ledger.read()
    assert (games.end == End.PLAYED).all()
    assert len(games) >= 12 * 13


def test_time_is_counted_from_the_last_snapshot(tmp_path):
    states = whole(tmp_path, "naive", Counting(), every=5)
    own = [player.period for player in states[-1].frozen if player.member == "good/naive"]
    assert own == [0, 5, 10]


def test_exploiters_start_anew_and_what_they_were_stays_in_the_league(tmp_path):
    coach = Counting()
    last = whole(tmp_path, "alphastar", coach, fewest=2, most=4)[-1]
    resets = [event for event in last.events if event.kind == "reset" and event.member == "good/main_exploiter"]
    kept = [player for player in last.frozen if player.member == "good/main_exploiter"]
    member = next(m for m in last.members if m.name == "good/main_exploiter")
    assert len(resets) == len(kept) >= 2 and member.lives == 1 + len(resets)
    assert all(int(player.hash.split(":")[1]) > 0 for player in kept)  # frozen before they were started anew
    assert not any(event.kind == "reset" and event.member.endswith("/main") for event in last.events)


def test_interrupted_after_any_period_it_goes_on_to_the_same(tmp_path):
    """What is read back is what was written, and a period that was lost is played again without a leg more."""
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
    straight = whole(one, "alphastar", Counting(), periods=8)
    coach, state = Counting(), begun("alphastar")
    for cut in range(8):
        strength = dict(coach.strength)
        with ledger_in(other) as ledger:
            running = seasons.run(state, plan(8), ledger, coach, play)
            kept = next(running)
            kept = next(running) if cut % 2 else kept
            strength = dict(coach.strength)
            next(running, None)  # a period that nobody writes down
        coach.strength = strength
        state = TypeAdapter(Season).validate_python(json.loads(json.dumps(asdict(kept))))
    with ledger_in(other) as ledger:
        rest = list(seasons.run(state, plan(8), ledger, coach, play))
        assert rest[-1] == straight[-1]
        with ledger_in(one) as whole_ledger:
            assert sorted(ledger.read().seed) == sorted(whole_ledger.read().seed)


def test_a_member_that_diverges_goes_on_from_the_period_before(tmp_path):
    coach = Counting()
    coach.diverges = {(3, "good/pfsp")}
    last = whole(tmp_path, "pfsp", coach)[-1]
    assert [e.text for e in last.events if e.kind == "rollback"] == ["a weight is not finite"]
    assert coach.strength == {"adversary/pfsp": 12, "good/pfsp": 11}


def test_legs_go_where_least_is_known():
    assert meetings.shared_out(10, np.array([0.0, 0.0])).tolist() == [5, 5]
    assert meetings.shared_out(10, np.array([8.0, 0.0, 0.0])).tolist() == [0, 5, 5]
    assert meetings.shared_out(7, np.array([4.0, 0.0, 1.0])).tolist() == [0, 4, 3]
    for seed in range(50):
        rng = np.random.default_rng(seed)
        had, legs = rng.integers(0, 9, rng.integers(1, 6)).astype(float), int(rng.integers(1, 30))
        found = meetings.shared_out(legs, had)
        one_by_one = had.copy()
        for _ in range(legs):
            one_by_one[one_by_one.argmin()] += 1
        assert found.sum() == legs and np.array_equal(np.sort(had + found), np.sort(one_by_one))


def test_pairings_share_their_worlds_and_are_played_once():
    pairings = [
        meetings.Pairing("a", ADVERSARY, "g", 3),
        meetings.Pairing("g", GOOD, "a", 5),
        meetings.Pairing("g", GOOD, "b", 2),
    ]
    games = meetings.schedule(pairings, GAME, 7, 40)
    holders = [[games.names[k] for k in row] for row in games.player[:, [0, 1]].tolist()]
    assert holders == [["a", "g"]] * 5 + [["b", "g"]] * 2
    assert games.seed[:2].tolist() == games.seed[5:].tolist() and len(set(games.seed[:5].tolist())) == 5


def evidence() -> Evidence:
    """a0 and a1 hold the first side, g and h the second; a leg each, won by: a0, g, a1, draw."""
    names = ["a0", "a1", "g", "h"]
    line_ups = np.array([[0, 2], [0, 2], [1, 2], [1, 3]])
    by_side = line_ups[:, [0, 1, 1]]
    games = Games.unplayed(GAME, names, by_side, np.arange(4))
    return Evidence.of(finished(games, np.array([0, 1, 0, -1]), np.zeros((4, 2))), GAME)


def test_evidence_by_hand():
    found = evidence()
    assert found.between(["a0"], ["g"]) == (1, 2) and found.between(["g"], ["a0"]) == (1, 2)
    assert found.between(["a0", "a1"], ["g"]) == (2, 3) and found.between(["a0", "a1"], ["g", "h"]) == (2.5, 4)
    assert found.between(["a0", "a1"], ["g"], fade=0.5) == (1.5, 2)
    assert found.between(["a0", "a0"], ["g"], fade=0.5) == (1, 2)  # one player seen twice is as young as it was last
    assert found.between(["nobody"], ["g"]) == (0, 0)


def test_a_pair_never_seen_counts_as_one_half():
    member, rival = Member("adversary/x", ADVERSARY, "pfsp", ("a0", "a1")), Member("good/y", GOOD, "pfsp", ("h",))
    frozen = (Frozen("g", "good/y", GOOD, "pfsp", 0, "", ""), Frozen("new", "good/y", GOOD, "pfsp", 1, "g", ""))
    view = Knowledge(Season(1, (member, rival), frozen), evidence(), Rules(prior=4)).view(member)
    assert np.allclose(view.win, [(0.5 + 2) / (1 + 4), (2 + 2) / (3 + 4), 0.5]) and view.legs.tolist() == [1, 3, 0]


def candidate(chances=(0.25, 0.75)) -> gate.Candidate:
    return gate.Candidate("own:9:1", "old:0:1", GOOD, ("x:0:1", "y:4:1"), np.array(chances))


def test_the_gate_opens_for_who_is_better_and_stays_shut_for_an_equal():
    def played(games: Games) -> Games:
        return next(iter(play(iter([games]))))[0]

    better = gate.ask(candidate(), GAME, played, 30.0, 5)
    assert better.is_open and better.verdict == "accept H1" and better.counts[3:].sum() > 10 * better.counts[:2].sum()
    equal = gate.ask(candidate()._replace(own="own:0:1"), GAME, played, 30.0, 5)
    assert not equal.is_open


def test_candidate_and_parent_meet_the_same_opponents_in_the_same_worlds():
    games = next(gate.batches(candidate(), GAME, 5))
    adversary, good = games.player[:, 0], games.player[:, 1]
    assert good[::2].tolist() == [0] * 100 and good[1::2].tolist() == [1] * 100
    assert np.array_equal(adversary[::2], adversary[1::2]) and np.array_equal(games.seed[::2], games.seed[1::2])
    assert abs((adversary == 3).mean() - 0.75) < 0.15 and set(adversary.tolist()) == {2, 3}
    assert len(set(games.seed.tolist())) == 100


def test_the_gate_counts_differences():
    games = next(gate.batches(candidate(), GAME, 5))[slice(0, 10)]
    winner = np.array([1, 0, 1, 1, -1, 0, -1, 1, 0, 1])  # good is side 1: +1, 0, +1/2, -1/2, -1
    counts = gate.differences(finished(games, winner, np.zeros((10, 2))), GAME, candidate())
    assert counts.tolist() == [1, 1, 1, 1, 1]


def test_a_gate_that_stays_shut_delays_until_the_time_is_up(tmp_path):
    last = whole(tmp_path, "pfsp", Counting(), every=2, most=5, gate=1000.0)[-1]
    own = [player.period for player in last.frozen if player.member == "good/pfsp"]
    assert own[:3] == [0, 5, 10] and any(e.kind == "gate" and e.text.startswith("shut") for e in last.events)
