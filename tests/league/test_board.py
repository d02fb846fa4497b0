"""The sections of a leaderboard, counted by hand."""

import json

import numpy as np
import pytest
from league_fakes import GAME, TEAM, complete, finished, legs, played

from arena.errors import ArenaError
from arena.games import End
from arena.scenario import load
from league.board.cross import cross
from league.board.meta import meta
from league.board.partners import partners
from league.board.sides import sides
from league.payoff import Payoff
from league.schedules.mixed_seats import mixed_seats

NAMES = ["ann", "bob", "cyd"]
ORDER = ["cyd", "ann", "bob"]  # by rank


def test_cells_of_a_cross_table() -> None:
    # ann the adversary of bob three times, bob that of ann once; cyd has only just entered
    games = finished(
        legs(GAME, NAMES, [[0, 1]] * 3 + [[1, 0]], [1, 2, 3, 4]), [0, 1, -1, 0], [[1, 5], [2, 6], [3, 7], [4, 8]]
    )
    games.end[0], games.score[0] = End.FORFEIT, np.nan
    table = cross(games, GAME, ORDER)
    assert (table["rows"], table["columns"], table["players"]) == ("good", "adversary", ORDER)
    assert table["cells"][0] == [None, None, None]
    bob = table["cells"][2][1]
    assert bob == {"legs": 3, "won": 1, "drawn": 1, "lost": 1, "points": 0.5, "score": {"adversary": 2.5, "good": 6.5}}
    assert table["cells"][1][2]["points"] == 0 and table["cells"][1][1] is None
    games.end[3], games.score[3] = End.FORFEIT, np.nan
    assert cross(games, GAME, ORDER)["cells"][1][2]["score"] == {"adversary": None, "good": None}
    with pytest.raises(ArenaError, match="one side"):
        cross(played(legs(TEAM, NAMES, [[0]], [1])), TEAM, ORDER)


def test_the_sections_agree_with_the_payoff() -> None:
    games = played(legs(GAME, NAMES, *complete(3, 12)))
    payoff, table, by_side = Payoff.of(games, GAME), cross(games, GAME, NAMES), sides(games, GAME, NAMES)
    first, second = payoff.player.T
    for row, cells in enumerate(table["cells"]):
        won = sum(cell["won"] for cell in cells if cell)
        assert won == payoff.outcomes[second == row, 1].sum() == by_side["good"][row]["won"]
        assert by_side["good"][row]["score"] == pytest.approx(payoff.total[second == row, 1].sum() / 24)
        assert by_side["adversary"][row]["lost"] == payoff.outcomes[first == row, 1].sum()
        assert (
            sum(by_side["good"][row][part] for part in ("won", "drawn", "lost")) == by_side["good"][row]["legs"] == 24
        )
    json.dumps([table, by_side], allow_nan=False)


def test_sides_of_a_game_of_one() -> None:
    games = played(legs(TEAM, NAMES, np.repeat(np.arange(2), 6)[:, None], np.tile(np.arange(6), 2)))
    (ann, bob) = sides(games, TEAM, ["ann", "bob", "cyd"])["team"]
    assert ann["score"] == pytest.approx(games.score[:6, 0].mean()) and ann["legs"] == bob["legs"] == 6
    assert "points" not in ann
    games.end[:6], games.score[:6] = End.FORFEIT, np.nan
    assert sides(games, TEAM, ["ann"])["team"][0] == {"hash": "ann", "legs": 6, "score": None, "normalised": None}


def test_the_meta_game_names_players_in_the_order_of_their_rank() -> None:
    games = played(legs(GAME, NAMES, *complete(3, 4)))
    found = meta(games, GAME, ORDER)
    assert [player["hash"] for player in found["players"]] == ORDER
    json.dumps(found, allow_nan=False)
    with pytest.raises(ArenaError, match="no meta-game"):
        meta(played(legs(TEAM, NAMES, [[0]], [1])), TEAM, ORDER)


def test_partners_by_rank_and_the_teams_of_hosts_and_guests() -> None:
    pair = load("simple_reference")
    games = mixed_seats(pair, NAMES[:2], np.arange(3), dict.fromkeys(NAMES, ("team",)))
    games = finished(games, games.winner, np.array([-4.0, -8.0, -10.0, -6.0]).repeat(3)[:, None])
    found = partners(games, pair, ORDER, zero=-20.0)
    assert [player["hash"] for player in found["players"]] == ["ann", "bob"]  # cyd has only just entered
    ann, bob = found["players"]
    assert ann["gap"] == {"value": 5, "low": pytest.approx(5), "high": pytest.approx(5)}
    assert ann["self_play"]["value"] == -4 and bob["cross_play"]["value"] == -9
    assert ann["seats"]["agent_0"]["br_prox"]["value"] == pytest.approx(10 / 14)
    assert found["gap"]["value"] == 4 and found["zero"] == -20
    mixed = {"legs": 6, "score": -9}
    assert found["cells"] == [[{"legs": 3, "score": -4}, mixed], [mixed, {"legs": 3, "score": -6}]]
    alone = partners(games[games.player[:, 0] == games.player[:, 1]], pair, ["ann", "bob"])
    assert alone["cells"][0][1] is None and alone["gap"] == {"value": None, "low": None, "high": None}
    json.dumps([found, alone], allow_nan=False)
