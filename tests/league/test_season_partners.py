"""Seasons of games of one side: who plays with whom, and what is known of it."""

import numpy as np
from league_fakes import GAME, TEAM, entrants, finished, play

from arena.games import Games, seat_of_sides
from league.records.ledger import Entrant, Ledger, spec_of
from league.seasons import meetings
from league.seasons import season as seasons
from league.seasons.catalog import find_preset, find_role, members_of
from league.seasons.evidence import Evidence
from league.seasons.roster import Frozen, Member, Season
from league.seasons.rules import Rules
from league.seasons.view import View

MEMBERS = (Member("team/soloist", "team", "soloist"), Member("team/partner", "team", "partner"))


def frozen(*members: str) -> tuple[Frozen, ...]:
    return tuple(Frozen(f"h{k}", member, "team", member.split("/")[1], k, "", "") for k, member in enumerate(members))


def chances(place: int, *past: str, **rules) -> np.ndarray:
    member, even = MEMBERS[place], np.full(2 + len(past), 0.5)
    view = View(member, MEMBERS, frozen(*past), even, even, np.zeros(len(past)))
    return find_role(member.role).chances(view, Rules(**rules))


def test_a_soloist_plays_with_itself():
    np.testing.assert_array_equal(chances(0, "team/soloist", "team/partner"), [1, 0, 0, 0])


def test_a_partner_plays_with_what_others_have_been_and_with_itself():
    past = ("team/soloist", "team/partner", "guest/greedy")
    np.testing.assert_allclose(chances(1, *past, own_team=0.2), [0, 0.2, 0.4, 0, 0.4])
    np.testing.assert_allclose(chances(1, "team/partner"), [0, 1, 0])  # nobody else is there yet


def test_in_a_game_of_one_side_all_meet_all():
    season = Season(0, MEMBERS, frozen("team/soloist", "team/partner"))
    assert season.rivals("team") == MEMBERS and len(season.against("team")) == 2
    two = Season(0, (Member("good/naive", "good", "naive"), Member("bad/naive", "bad", "naive")))
    assert [member.name for member in two.rivals("good")] == ["bad/naive"]


def test_two_are_guests_of_each_other_in_turn_and_in_every_seat():
    pairs = np.repeat([[4, 7]], 8, axis=0)
    expected = [[4, 7, 7], [7, 4, 7], [7, 7, 4], [7, 4, 4], [4, 7, 4], [4, 4, 7], [4, 7, 7], [7, 4, 7]]
    found = meetings.line_ups(TEAM, pairs, np.arange(8))
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(meetings.line_ups(GAME, pairs, np.arange(8)), seat_of_sides(GAME, pairs))


def test_a_pair_that_both_ask_for_plays_once():
    asked = [meetings.Pairing("a", "team", "b", 4), meetings.Pairing("b", "team", "a", 6)]
    games = meetings.schedule([*asked, meetings.Pairing("a", "team", "a", 3)], TEAM, 1, 0)
    is_own = (games.player == games.player[:, :1]).all(1)
    assert len(games) == 9 and is_own.sum() == 3
    assert len(set(games.seed[~is_own].tolist())) == 6


def test_evidence_of_teams_by_hand():
    rows = np.array([[0, 0, 0], [0, 1, 1], [1, 0, 1], [2, 2, 0]])
    games = Games.unplayed(TEAM, ["a", "b", "c"], rows, np.arange(4))
    games = finished(games, np.full(4, -1), np.zeros((4, 1)))
    evidence = Evidence.of(games, TEAM)
    np.testing.assert_array_equal(evidence.legs, [[1, 2, 1], [2, 0, 0], [1, 0, 0]])
    np.testing.assert_array_equal(evidence.points, evidence.legs / 2)


class Counting:
    """A coach whose members are named by how much they have trained."""

    def __init__(self) -> None:
        self.asked: list[dict[str, np.ndarray]] = []

    def train(self, season, chances):
        self.asked.append(dict(chances))
        return {}

    def entrant(self, member: Member, period: int) -> Entrant:
        return entrants([f"{member.name}:{period}"], ("team",))[f"{member.name}:{period}"]


def test_a_season_of_partners_from_beginning_to_end(tmp_path):
    coach, season = Counting(), Season(0, members_of(["team"], {"team": find_preset("fcp").roles}))
    plan = seasons.Plan(TEAM, Rules(every=2), 5, 12, 7, "here")
    with Ledger.open(tmp_path / "ledger.sqlite", spec_of(TEAM, 7)) as ledger:
        last = list(seasons.run(season, plan, ledger, coach, play))[-1]
        games = ledger.read()
    assert [m.name for m in last.members] == ["team/soloist", "team/soloist-2", "team/soloist-3", "team/partner"]
    assert {player.period for player in last.frozen} == {0, 2, 4}
    for asked in coach.asked:
        for place, chances in enumerate(asked.values()):
            assert np.isclose(chances.sum(), 1)
            assert chances[place] == (1 if place < 3 else 0.25)
    assert len(np.unique(games.seed)) < len(games) and (games.end == 1).all()
