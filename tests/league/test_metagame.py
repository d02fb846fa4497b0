"""The meta-game of a league: cells from legs, every number where it belongs, intervals that cover."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from league_fakes import GAME, TEAM, complete, finished, legs
from metagames import RPS, SIDES

from arena.errors import ArenaError
from arena.games import Games
from league.metagame import report
from league.metagame.alpharank import rank_sides
from league.metagame.cells import cells, fill
from league.metagame.nash_averaging import nash_average
from league.metagame.report import metagame
from league.metagame.side_game import solve
from league.payoff import Payoff

ADVERSARY, GOOD = "adversary", "good"  # the first side, columns; the second, rows
NAMES = ["a", "b", "c", "d"]


def scored(gain: np.ndarray, seeds: int = 4, with_self: bool = True, noise: float = 0.0) -> Games:
    """A league in which good i scores gain[i, j] against adversary j, and noise that all legs of a world share."""
    lineups, seed = complete(len(gain), seeds, with_self)
    score = gain[lineups[:, 1], lineups[:, 0]] + noise * np.random.default_rng(0).normal(size=seeds)[seed]
    games = legs(GAME, NAMES[: len(gain)], lineups, seed)
    return finished(games, np.where(score > 0, 1, np.where(score < 0, 0, -1)), np.stack([-score, score], axis=1))


def of_player(board: dict[str, Any], name: str) -> dict[str, Any]:
    return next(player for player in board["players"] if player["hash"] == name)


def values(board: dict[str, Any], side: str, key: str) -> list[float]:
    return [player["sides"][side][key]["value"] for player in board["players"]]


def test_the_published_fixture_by_margins() -> None:
    board = metagame(Payoff.of(scored(SIDES), GAME), "margins", alpha=10 * 1.4)  # payoffs span 1.4
    assert board["value"] == {"side": GOOD, "value": pytest.approx(0.4, abs=1e-6), "low": None, "high": None}
    np.testing.assert_allclose(values(board, GOOD, "mix"), [0, 1 / 3, 2 / 3], atol=1e-5)
    np.testing.assert_allclose(values(board, ADVERSARY, "mix"), [0, 1 / 2, 1 / 2], atol=1e-5)
    np.testing.assert_allclose(values(board, GOOD, "alpharank"), [0.144, 0.4474, 0.4086], atol=6e-5)
    np.testing.assert_allclose(values(board, ADVERSARY, "alpharank"), [0.1896, 0.3547, 0.4557], atol=6e-5)
    assert [player["nash"]["value"] for player in board["players"]] == pytest.approx([0, 0, 1], abs=1e-6)
    assert [p["skill"]["value"] for p in board["players"]] == pytest.approx([-0.4, 0.066667, 0.333333], abs=1e-6)
    assert board["additive"]["interaction_share"] == pytest.approx(0.590361, abs=1e-6)
    graph = board["response_graph"]
    assert (graph["groups"], graph["cycles"], graph["top_cycle"]) == ([[2], [1], [0]], [], [2])
    assert graph["intransitivity"] == pytest.approx(1 / 63, abs=1e-6)
    assert board["unseen"] == [] and board["notes"] == []


def test_a_cycle_of_wins() -> None:
    """Rock, paper and scissors as both sides: over two legs each beats one and loses to one."""
    board = metagame(Payoff.by_seed(scored(RPS), GAME), resamples=10)
    for side in (GOOD, ADVERSARY):
        np.testing.assert_allclose(values(board, side, "mix"), 1 / 3, atol=1e-9)
        np.testing.assert_allclose(values(board, side, "alpharank"), 1 / 3, atol=1e-9)
    graph = board["response_graph"]
    assert graph["groups"] == [[0, 1, 2]] and graph["top_cycle"] == graph["uncovered"] == [0, 1, 2]
    assert graph["cycles"] == [{"players": [0, 1, 2], "weakest": 1.0}]
    assert graph["intransitivity"] == pytest.approx(1) and graph["noise"] == 0
    assert graph["sure"] == np.ones((3, 3)).tolist()
    assert board["value"] == {"side": GOOD, "value": 0.5, "low": 0.5, "high": 0.5}
    assert board["equilibria"]["pure"] == []


def test_cells_count_wins_and_half_of_draws() -> None:
    lineups, seed = np.array([[0, 1]] * 4 + [[1, 0]] * 2), np.array([0, 1, 2, 3, 0, 1])
    games = finished(legs(GAME, NAMES[:2], lineups, seed), [1, 1, -1, 0, 0, -1], np.tile([[1.0, 4.0]], (6, 1)))
    table = cells(Payoff.of(games, GAME), "wins")
    matrix = table.payoff()
    assert matrix[1, 0] == 2.5 / 4 and matrix[0, 1] == 0.5 / 2
    assert table.unseen.tolist() == [[True, False], [False, True]]
    assert cells(Payoff.of(games, GAME), "margins").payoff()[1, 0] == 1.5


def test_blocks_add_up_to_the_whole() -> None:
    games = scored(SIDES, seeds=6, noise=0.3)
    by_seed, whole = Payoff.by_seed(games, GAME), Payoff.of(games, GAME)
    np.testing.assert_allclose(cells(by_seed, "margins").payoff(), cells(whole, "margins").payoff())
    np.testing.assert_allclose(cells(by_seed, "wins").payoff(), cells(whole, "wins").payoff())


def test_the_unseen_are_named_and_count_what_skills_foretell() -> None:
    """Nobody plays itself, and good wins nine of ten: one half on the diagonal would turn the side game round."""
    rates = np.array([[np.nan, 0.9, 0.9], [0.9, np.nan, 0.9], [0.9, 0.9, np.nan]])
    np.testing.assert_allclose(fill(rates, "wins"), 0.9, atol=1e-12)
    np.testing.assert_allclose(fill(np.array([[np.nan, 0.9], [0.2, np.nan]]), "wins"), [[0.5, 0.9], [0.2, 0.5]])
    np.testing.assert_allclose(fill(np.array([[np.nan, 3], [5, np.nan]]), "margins"), [[4, 3], [5, 4]])
    bold = np.array([[0.9, 0.2], [0.1, np.nan]])
    assert fill(bold, "wins")[1, 1] == 0 and fill(bold, "margins")[1, 1] == pytest.approx(-0.6)
    board = metagame(Payoff.of(scored(SIDES, with_self=False), GAME))
    assert board["unseen"] == [{GOOD: name, ADVERSARY: name} for name in NAMES[:3]]


def test_one_sided_players_are_in_the_side_game_alone() -> None:
    lineups = np.array([[0, 2], [0, 3], [1, 2], [1, 3]]).repeat(5, axis=0)
    score = np.tile([1.0, -1.0, -1.0, 1.0], (5, 1)).T.ravel()
    games = finished(legs(GAME, NAMES, lineups, np.tile(np.arange(5), 4)), score > 0, np.stack([-score, score], 1))
    board = metagame(Payoff.by_seed(games, GAME), resamples=5)
    a, c = of_player(board, "a"), of_player(board, "c")
    assert [*a["sides"]] == [ADVERSARY] and [*c["sides"]] == [GOOD]
    assert a["nash"] is None and a["sides"][ADVERSARY]["mix"]["value"] == pytest.approx(0.5)
    assert board["response_graph"]["players"] == board["response_graph"]["groups"] == []
    json.dumps(board, allow_nan=False)


def test_who_holds_both_sides_is_rated_among_those_who_do() -> None:
    """a is an adversary alone: two good players, three adversaries, and a duel of b and c."""
    lineups = np.array([(i, j) for i in range(3) for j in (1, 2)])
    score = np.array([5.0, 7, 0, 3, 1, 0])  # good b against a, good c against a, b - b, c - b, b - c, c - c
    games = finished(legs(GAME, NAMES[:3], lineups, np.zeros(6, int)), score > 0, np.stack([-score, score], axis=1))
    board = metagame(Payoff.of(games, GAME), "margins")
    assert board["response_graph"]["players"] == ["b", "c"]
    assert board["response_graph"]["advantage"] == [[0, -2], [2, 0]]
    assert of_player(board, "a")["nash"] is None and of_player(board, "c")["nash"]["value"] == 1
    assert [p["skill"] and p["skill"]["value"] for p in board["players"]] == [None, -1, 1]
    assert of_player(board, "c")["sides"][GOOD]["mix"]["value"] == pytest.approx(solve_small()[1])


def solve_small() -> np.ndarray:
    return solve(np.array([[5.0, 0, 1], [7, 3, 0]])).rows


def test_numbers_are_those_of_the_solvers_and_follow_the_players() -> None:
    rng = np.random.default_rng(7)
    gain = rng.normal(size=(4, 4))
    games = scored(gain, noise=0.1)
    board = metagame(Payoff.by_seed(games, GAME), "margins", resamples=20)
    matrix = cells(Payoff.of(games, GAME), "margins").payoff()
    np.testing.assert_allclose(values(board, GOOD, "mix"), solve(matrix).rows, atol=1e-9)
    mass = rank_sides(matrix / np.ptp(matrix)).columns
    np.testing.assert_allclose(values(board, ADVERSARY, "alpharank"), mass, rtol=1e-9)
    average = nash_average(matrix - matrix.T)
    assert [p["nash_rating"]["value"] for p in board["players"]] == pytest.approx(average.rating.tolist(), abs=1e-9)
    order = np.array([2, 0, 3, 1])
    moved = replace(
        games, player=order[games.player].astype(np.int32), names=tuple(NAMES[k] for k in np.argsort(order))
    )
    other = metagame(Payoff.by_seed(moved, GAME), "margins", resamples=20)
    for name in NAMES:
        one, two = of_player(board, name), of_player(other, name)
        assert one["skill"]["low"] == pytest.approx(two["skill"]["low"])
        assert one["sides"][GOOD]["mix"]["high"] == pytest.approx(two["sides"][GOOD]["mix"]["high"], abs=1e-6)


def test_degenerate_leagues_are_plain_json() -> None:
    alone = finished(legs(GAME, NAMES[:1], [[0, 0]], [3]), [0], [[1.0, -1.0]])
    for by in ("wins", "margins"):
        board = metagame(Payoff.by_seed(alone, GAME), by)  # type: ignore[arg-type]
        json.dumps(board, allow_nan=False)
        assert of_player(board, "a")["nash"] == {"value": 1.0, "low": None, "high": None}
        even = metagame(Payoff.by_seed(scored(np.zeros((3, 3))), GAME), by, resamples=3)  # type: ignore[arg-type]
        json.dumps(even, allow_nan=False)
        assert values(even, GOOD, "mix") == pytest.approx([1 / 3] * 3)
        assert even["additive"]["interaction_share"] == 0


def test_leagues_without_two_sides_or_without_legs_are_refused() -> None:
    team = legs(TEAM, ["a"], np.zeros((1, 1), int), np.array([0]))
    with pytest.raises(ArenaError, match="two sides"):
        metagame(Payoff.of(team, TEAM))
    with pytest.raises(ArenaError, match="no finished leg"):
        metagame(Payoff.of(legs(GAME, NAMES[:2], [[0, 1]], [0]), GAME))


def test_what_cannot_be_certified_or_afforded_is_null_with_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: np.ndarray) -> None:
        raise ArithmeticError("no equilibrium was found")

    monkeypatch.setattr(report, "solve", fail)
    monkeypatch.setattr(report, "MOST_PROFILES", 8)
    board = metagame(Payoff.by_seed(scored(SIDES), GAME), resamples=3)
    assert board["value"]["value"] is None and values(board, GOOD, "alpharank") == [None] * 3
    assert board["notes"][0] == "no equilibrium was found" and "9 profiles are more than 8" in board["notes"][1]
    assert board["equilibria"]["sinks"] is None
    assert of_player(board, "a")["nash"]["value"] is not None
    json.dumps(board, allow_nan=False)


@pytest.mark.slow
def test_intervals_of_skills_and_values_cover_the_truth() -> None:
    """A league without a pure solution, noise by world and by leg: the value of the true game and its skills."""
    truth, hits = solve(SIDES).value, []
    skill = (SIDES - SIDES.T).mean(1)
    lineups, seed = complete(3, 40, with_self=True)
    for league in range(200):
        rng = np.random.default_rng(league)
        score = SIDES[lineups[:, 1], lineups[:, 0]] + 0.3 * rng.normal(size=40)[seed] + 0.3 * rng.normal(size=len(seed))
        games = finished(legs(GAME, NAMES[:3], lineups, seed), score > 0, np.stack([-score, score], axis=1))
        board = metagame(Payoff.by_seed(games, GAME), "margins", seed=league)
        quotes = [board["value"], *(player["skill"] for player in board["players"])]
        hits.append([q["low"] <= t <= q["high"] for q, t in zip(quotes, [truth, *skill], strict=True)])
    coverage = np.mean(hits, axis=0)
    assert (coverage > 0.9).all() and (coverage < 0.99).all(), coverage
