"""The verb `arena tournament`: one command from checkpoints to a leaderboard."""

import csv
import json
from pathlib import Path

import pytest

import arena
from arena.cli import main
from arena.verbs.parts.tables import leaderboard_text, metrics_text


def board_of(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_same_fingerprint_for_any_number_of_workers_and_any_interruption(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entrants = [f"{trained}@all", "random", "greedy"]
    one = board_of(capsys, "tournament", *entrants, "--out", str(tmp_path / "a"), "--pairs", "6")
    two = board_of(capsys, "tournament", *entrants, "--out", str(tmp_path / "b"), "--pairs", "6", "--workers", "2")
    assert one["fingerprint"] == two["fingerprint"]
    assert one["players"] == two["players"]
    few = [f"{trained}@all", "random"]
    board_of(capsys, "tournament", *few, "--out", str(tmp_path / "c"), "--pairs", "3")
    grown = board_of(capsys, "tournament", "greedy", "--out", str(tmp_path / "c"), "--pairs", "6", "--resume")
    assert grown["fingerprint"] == one["fingerprint"]


def test_leaderboard_holds_what_it_promises(trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "league"
    board = board_of(capsys, "tournament", f"{trained}@all", "random", "greedy", "--out", str(out), "--pairs", "5")
    assert board == board_of(capsys, "leaderboard", str(out)) == json.loads((out / "leaderboard.json").read_text())
    players = board["players"]
    assert len(players) == 6
    assert board["legs"] == 6 * 5 * 5
    assert all(player["legs"] == 5 * 5 * 2 for player in players)
    assert sum(player["rating"] for player in players) == pytest.approx(0, abs=1e-6)
    assert [p["rating"] for p in players] == sorted((p["rating"] for p in players), reverse=True)
    assert players[0]["name"] == "greedy"
    assert (
        players[0]["sides"]["good"]["low"]
        <= players[0]["sides"]["good"]["rating"]
        <= players[0]["sides"]["good"]["high"]
    )
    assert board["side_advantage"]["side"] in ("good", "adversary")
    with (out / "leaderboard.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == [player["name"] for player in players]
    text = leaderboard_text(board)
    assert "side advantage" in text and "greedy" in text and "<0.4" in text


def test_python_function_gives_the_same(trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entrants = [str(trained), "random"]
    board = board_of(capsys, "tournament", *entrants, "--out", str(tmp_path / "a"), "--pairs", "4")
    result = arena.tournament(entrants, out=str(tmp_path / "b"), pairs=4)
    assert result.fingerprint == board["fingerprint"]
    assert result.ratings == board["players"]


def test_a_league_can_enter_another_tournament(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = tmp_path / "first"
    one = board_of(capsys, "tournament", str(trained), "greedy", "--out", str(first), "--pairs", "4")
    two = board_of(capsys, "tournament", str(first), "--out", str(tmp_path / "second"), "--pairs", "4")
    assert one["fingerprint"] == two["fingerprint"]
    assert one["players"] == two["players"]


def test_act_is_part_of_a_players_identity(trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = board_of(capsys, "tournament", str(trained), "random", "--out", str(tmp_path / "a"), "--pairs", "3")
    other = board_of(
        capsys, "tournament", str(trained), "random", "--out", str(tmp_path / "b"), "--pairs", "3", "--act", "greedy"
    )
    assert {p["hash"] for p in one["players"]} & {p["hash"] for p in other["players"]} == {
        p["hash"] for p in one["players"] if p["name"] == "random"
    }
    again = board_of(capsys, "tournament", str(tmp_path / "b"), "--out", str(tmp_path / "c"), "--pairs", "3")
    assert again["fingerprint"] == other["fingerprint"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["nobody", "random", "--scenario", "simple_adversary", "--out", "x"],
            "neither a folder nor",
        ),
        (["randm", "greedy", "--scenario", "simple_adversary", "--out", "x"], "did you mean 'random'?"),
        (["random", "greedy", "--scenario", "simple_advrsary", "--out", "x"], "did you mean 'simple_adversary'?"),
        (["random", "greedy", "--out", "x"], "--scenario"),
        (["random", "greedy", "--scenario", "simple_adversary"], "--out"),
        (["runs/none", "random", "--out", "x"], "does not exist"),
        (["--out", "x"], "nobody to play"),
        (["random", "greedy", "--scenario", "simple_adversary", "--out", "x", "--pairs", "-1"], "--pairs"),
        (["random", "greedy", "--scenario", "simple_adversary", "--out", "x", "--workers", "-1"], "--workers"),
        (["random", "--scenario", "simple_adversary", "--out", "x"], "nobody can meet"),
        (["random", "greedy", "--scenario", "simple_adversary", "--out", "x", "--act", "best"], "sample or greedy"),
    ],
)
def test_mistakes_are_one_message(
    words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["tournament", *words]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.startswith("arena: ") and error.count("\n") == 1


def test_an_existing_league_needs_resume_and_the_same_seed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "tournament",
        "random",
        "greedy",
        "--scenario",
        "simple_adversary",
        "--out",
        str(tmp_path / "l"),
        "--pairs",
        "2",
    ]
    assert main(words) == 0
    assert main(words) == 2
    assert "--resume" in capsys.readouterr().err
    assert main([*words, "--resume", "--seed", "1"]) == 2
    assert "seed" in capsys.readouterr().err
    assert main([*words, "--resume"]) == 0


def test_a_checkpoint_of_another_scenario_is_refused(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "spread"
    words = "train simple_spread --steps 200 --saves 1 --worlds 20 --setting warmup=1000 --json --out"
    assert main([*words.split(), str(other)]) == 0
    capsys.readouterr()
    assert main(["tournament", str(trained), str(other), "--out", str(tmp_path / "l")]) == 2
    assert "plays simple_spread" in capsys.readouterr().err


def test_a_cooperative_game_is_a_score_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["random", "greedy", "--scenario", "simple_spread", "--out", str(tmp_path / "l"), "--pairs", "20"]
    board = board_of(capsys, "tournament", *words)
    assert [player["name"] for player in board["players"]] == ["greedy", "random"]
    assert board["unit"] == "score"
    assert board["side_advantage"] is None
    assert "mean score" in leaderboard_text(board)
    greedy, random = (player["normalised"]["team"] for player in board["players"])
    assert abs(greedy - 1) < 0.1 and abs(random) < 0.15  # that is how the scale is made
    first = leaderboard_text(board).splitlines()[2]
    assert "normalised" in leaderboard_text(board) and f" {greedy:.2f} " in first
    board = board_of(capsys, "tournament", *words[:-3], str(tmp_path / "m"), "--pairs", "2", "--option", "N=2")
    assert board["players"][0]["normalised"] == {"team": None} and "normalised" not in leaderboard_text(board)


def test_a_game_without_metrics_has_no_table_of_them() -> None:
    player = {"name": "ann", "metrics": {}, "ends": {"forfeited": 0}}
    assert metrics_text([player], ["good"]) == ""
    assert "forfeited" in metrics_text([player | {"ends": {"forfeited": 1}}], ["good"])
