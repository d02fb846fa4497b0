"""The leaderboard as data."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from league_fakes import GAME, TEAM, complete, entrants, finished, legs, played

from arena.games import End, Games
from arena.norm import norms
from arena.scenario import load
from league.board.tally import side_of_metric
from league.joint import rate
from league.leaderboard import leaderboard, to_csv
from league.payoff import Payoff
from league.records.legs import fingerprint, on_table

NAMES = ["ann", "bob", "cyd"]


def some_games() -> Games:
    return played(legs(GAME, NAMES, *complete(3, 12)))


def test_a_leaderboard_says_what_the_parts_say() -> None:
    games = some_games()
    board = leaderboard(games, entrants(NAMES), GAME, ["one", "two"], resamples=50)
    ratings, payoff = rate(games, GAME, resamples=50), Payoff.of(games, GAME)
    outcomes = payoff.planes(payoff.outcomes)[0]
    assert [p["rating"] for p in board["players"]] == sorted(ratings.overall.value.tolist(), reverse=True)
    for player in board["players"]:
        row = NAMES.index(player["hash"])
        assert player["name"] == f"player {player['hash']}"
        assert player["low"] == ratings.overall.low[row]
        assert player["sides"]["good"] == {
            "rating": ratings.sides.value[row, 1],
            "low": ratings.sides.low[row, 1],
            "high": ratings.sides.high[row, 1],
        }
        assert player["margin"]["rating"] == ratings.margin.value[row]
        assert player["margin"]["sides"]["adversary"]["high"] == ratings.side_margins.high[row, 0]
        assert player["legs"] == 48
        assert player["wins"] == outcomes[row, :, 0].sum() + outcomes[:, row, 1].sum()
        assert player["losses"] == outcomes[row, :, 1].sum() + outcomes[:, row, 0].sum()
        assert player["wins"] + player["draws"] + player["losses"] == 48
    assert board["fingerprint"] == fingerprint(games)
    assert (board["legs"], board["seeds"], board["environment"]) == (72, 12, "one, two")
    assert (board["scenario"], board["unit"]) == (GAME.identity, "elo")
    assert json.loads(json.dumps(board, allow_nan=False)) == board


def test_players_may_be_numbered_in_any_order() -> None:
    games = some_games()
    turned = on_table(games, ("cyd", "ann", "bob"))
    one, other = (leaderboard(numbered, entrants(NAMES), GAME, resamples=5) for numbered in (games, turned))
    assert one == other


def test_metrics_are_of_the_side_they_are_named_after() -> None:
    games = some_games()
    (ann,) = [p for p in leaderboard(games, entrants(NAMES), GAME, resamples=5)["players"] if p["hash"] == "ann"]
    as_adversary, as_good = games.player[:, 0] == 0, games.player[:, 1] == 0
    column = GAME.metric_names.index
    expected = games.metrics[as_good, column("good_success_0.1")].mean()
    assert ann["metrics"]["good_success_0.1"] == pytest.approx(expected)
    expected = games.metrics[as_adversary, column("adversary_distance")].mean()
    assert ann["metrics"]["adversary_distance"] == pytest.approx(expected)
    assert side_of_metric("good_team_x", ["good", "good_team"]) == 1
    assert side_of_metric("goodness", ["good"]) is None


def test_scores_are_also_on_the_scale_of_random_and_scripted_play() -> None:
    games = some_games()
    games.end[0], games.fault[0] = End.FORFEIT, 0
    games.score[0] = np.nan
    for player in leaderboard(games, entrants(NAMES), GAME, resamples=5)["players"]:
        row = NAMES.index(player["hash"])
        for s, side in enumerate(GAME.sides):
            mean = np.nanmean(games.score[games.player[:, s] == row, s].astype(float))
            norm = norms()[GAME.identity][side]
            expected = (mean - norm["zero"]) / (norm["one"] - norm["zero"])
            assert player["normalised"][side] == pytest.approx(expected)
    longer = load("simple_adversary", max_cycles=26)
    (player, *_) = leaderboard(games, entrants(NAMES), longer, resamples=5)["players"]
    assert player["normalised"] == {"adversary": None, "good": None}


@pytest.mark.parametrize(("winner", "side"), [(0, "adversary"), (1, "good")])
def test_the_side_advantage_names_the_favoured_side(winner: int, side: str) -> None:
    lineups, seed = complete(2, 40)
    won = np.where(np.arange(80) % 4 == 0, 1 - winner, winner)
    games = finished(legs(GAME, NAMES[:2], lineups, seed), won, np.zeros((80, 2)))
    advantage = leaderboard(games, entrants(NAMES), GAME)["side_advantage"]
    assert advantage["side"] == side
    assert advantage["rating"] == pytest.approx(400 * np.log10(3), rel=0.01)
    assert 0 < advantage["low"] < advantage["rating"] < advantage["high"]


def test_forfeits_are_counted_apart_and_have_no_metrics() -> None:
    games = some_games()
    for row, seat in ((0, 0), (1, 2)):  # seat 0 is ann as the adversary, seat 2 bob among the good
        games.end[row], games.fault[row] = End.FORFEIT, seat
        games.winner[row] = 1 if seat == 0 else 0
        games.score[row] = games.metrics[row] = np.nan
    games.end[2] = End.VOID
    assert games.player[0].tolist() == [0, 1, 1]
    players = {p["hash"]: p for p in leaderboard(games, entrants(NAMES), GAME, resamples=5)["players"]}
    assert players["ann"]["ends"] == {"played": 45, "forfeited": 1, "won_by_forfeit": 1, "void": 0}
    assert players["bob"]["ends"] == {"played": 45, "forfeited": 1, "won_by_forfeit": 1, "void": 0}
    assert players["cyd"]["ends"] == {"played": 48, "forfeited": 0, "won_by_forfeit": 0, "void": 0}
    rows = (games.player[:, 0] == 0) & (games.end == End.PLAYED)
    mean = games.metrics[rows, GAME.metric_names.index("adversary_distance")].mean()
    assert players["ann"]["metrics"]["adversary_distance"] == pytest.approx(mean)


def test_unknown_numbers_are_null() -> None:
    games = finished(legs(GAME, NAMES, [[0, 1]], [5]), [0], [[1.0, -1.0]])
    board = leaderboard(games, entrants(NAMES), GAME, withdrawn={"cyd": "raised"}, resamples=5)
    text = json.dumps(board, allow_nan=False)
    players = {p["hash"]: p for p in json.loads(text)["players"]}
    assert players["ann"]["margin"]["low"] is None
    assert players["ann"]["provisional"] is True
    assert players["cyd"]["sides"] == {} and players["cyd"]["legs"] == 0
    assert players["cyd"]["metrics"]["good_distance"] is None
    assert players["cyd"]["normalised"] == {"adversary": None, "good": None}
    assert (players["ann"]["withdrawn"], players["cyd"]["withdrawn"]) == (None, "raised")


def test_one_side() -> None:
    games = played(legs(TEAM, NAMES, np.repeat(np.arange(3), 6)[:, None], np.tile(np.arange(6), 3)))
    board = leaderboard(games, entrants(NAMES, ("team",)), TEAM)
    assert (board["unit"], board["side_advantage"], board["draw_rate"]) == ("score", None, None)
    for player in board["players"]:
        rows = games.player[:, 0] == NAMES.index(player["hash"])
        assert player["rating"] == pytest.approx(games.score[rows, 0].mean())
        assert player["metrics"]["cover"] == pytest.approx(games.metrics[rows, 0].mean())
        assert "wins" not in player
    json.dumps(board, allow_nan=False)


def test_teams_of_several_players_count_for_all_of_them_and_are_nobody_s_rating() -> None:
    games = played(
        Games.unplayed(TEAM, NAMES[:2], np.array([[0, 0, 0], [0, 1, 0], [0, 1, 0], [1, 1, 1]]), np.arange(4))
    )
    games.end[1], games.fault[1], games.score[1] = End.FORFEIT, 1, np.nan
    players = {p["hash"]: p for p in leaderboard(games, entrants(NAMES, ("team",)), TEAM)["players"]}
    assert players["ann"]["legs"] == players["bob"]["legs"] == 3
    assert players["ann"]["ends"] == {"played": 2, "forfeited": 0, "spoilt_by_partner": 1, "void": 0}
    assert players["bob"]["ends"] == {"played": 2, "forfeited": 1, "spoilt_by_partner": 0, "void": 0}
    assert players["ann"]["rating"] == games.score[0, 0] and players["bob"]["rating"] == games.score[3, 0]


def test_csv_holds_the_numbers_and_no_formulas() -> None:
    evil = {"ann": "=HYPERLINK(1)", "bob": '+1,"\n2', "cyd": "@x"}
    known = {h: replace(e, name=evil[h]) for h, e in entrants(NAMES).items()}
    board = leaderboard(some_games(), known, GAME, resamples=5)
    rows = list(csv.DictReader(io.StringIO(to_csv(board))))
    assert [row["rank"] for row in rows] == ["1", "2", "3"]
    for row, player in zip(rows, board["players"], strict=True):
        assert row["name"] == "'" + player["name"]
        assert float(row["rating"]) == player["rating"]  # a negative number stays a number
        assert float(row["sides_good_low"]) == player["sides"]["good"]["low"]
        assert float(row["metrics_good_success_0.1"]) == player["metrics"]["good_success_0.1"]
        assert row["withdrawn"] == ""
    for start in "\t-":
        known["ann"] = replace(known["ann"], name=f"{start}x")
        assert f"'{start}x" in to_csv(leaderboard(some_games(), known, GAME, resamples=5))
