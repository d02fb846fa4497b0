"""Who takes part: words, names and folders that could be mistaken for each other."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from agents.policies import scripted
from arena import files
from arena.cli import main
from arena.errors import ArenaError
from arena.scenario import load
from arena.verbs.parts.entries import find_entries, find_game
from arena.verbs.parts.league_folder import LeagueFolder

SCRIPTED = ["random", "greedy", "--scenario", "simple_adversary", "--pairs", "2"]


def board_of(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refusal(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert main([*words]) == 2
    return capsys.readouterr().err


def test_a_checkpoint_named_like_a_script_keeps_both_playing(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(trained / "checkpoints/1000/0", tmp_path / "odd/greedy")
    out = str(tmp_path / "league")
    board = board_of(capsys, "tournament", str(tmp_path / "odd/greedy"), "greedy", "--out", out, "--pairs", "3")
    assert {player["name"] for player in board["players"]} == {"greedy", "greedy (2)"}
    again = board_of(capsys, "tournament", "--out", out, "--resume")
    assert again["fingerprint"] == board["fingerprint"]


def test_a_script_that_changed_after_it_entered_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "league")
    board = board_of(capsys, "tournament", *SCRIPTED, "--out", out)
    usual = scripted._digest
    monkeypatch.setattr(scripted, "_digest", lambda scenario, name, source: usual(scenario, name, source + "#"))
    assert "has changed since it entered" in refusal(capsys, "tournament", "--out", out, "--resume")
    monkeypatch.undo()
    assert board_of(capsys, "tournament", "--out", out, "--resume")["fingerprint"] == board["fingerprint"]


def test_a_league_knows_its_game_and_its_pairs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "a league@5#1")
    board = board_of(capsys, "tournament", *SCRIPTED, "--out", out, "--option", "max_cycles=24")
    assert "max_cycles=24" in board["scenario"]
    assert board_of(capsys, "tournament", "deceptive", "--out", out, "--resume")["legs"] == 2 * 2 * 3
    other = board_of(capsys, "tournament", out, "--out", str(tmp_path / "other"), "--pairs", "2")
    assert other["fingerprint"] == board_of(capsys, "leaderboard", out)["fingerprint"]
    assert "leave out what differs" in refusal(
        capsys, "tournament", "--out", out, "--resume", "--option", "max_cycles=9"
    )


def test_a_folder_of_the_whole_name_comes_before_a_step_and_a_script_before_a_folder(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(trained, tmp_path / "run@5")
    shutil.copytree(trained, tmp_path / "greedy")
    monkeypatch.chdir(tmp_path)
    assert [entry.name for entry in find_entries(["run@5"])] == ["run@5@1000#0", "run@5@1000#1"]
    assert [entry.name for entry in find_entries(["run@5@500#1"])] == ["run@5@500#1"]
    assert find_entries(["greedy"])[0].script == "greedy"
    assert find_entries(["./greedy#0"])[0].name == "greedy@1000#0"


@pytest.mark.parametrize("selector", ["@best", "@500#x", "@77", "#9"])
def test_selectors_that_name_nothing_say_which_there_are(trained: Path, selector: str) -> None:
    with pytest.raises(ArenaError, match="the forms are RUN, RUN@STEP, RUN@all"):
        find_entries([f"{trained}{selector}"])


def test_one_player_is_wanted_and_the_members_are_named(
    trained: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for verb in (["watch", "--out", str(tmp_path / "a.gif")], ["play"]):
        message = refusal(capsys, verb[0], str(trained), "greedy", *verb[1:])
        assert "names 2 players: choose one" in message


def test_a_start_that_fails_leaves_no_league(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "league")
    assert "nobody can meet" in refusal(capsys, "tournament", "random", "--scenario", "simple_adversary", "--out", out)
    assert board_of(capsys, "tournament", *SCRIPTED, "--out", out)["legs"] == 4


def test_runs_and_leagues_do_not_share_a_folder(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "league")
    board_of(capsys, "tournament", *SCRIPTED, "--out", out)
    assert "is the folder of a league" in refusal(capsys, "train", "simple_adversary", "--out", out)
    assert "is the folder of a training run" in refusal(capsys, "tournament", *SCRIPTED, "--out", str(trained))
    (tmp_path / "file").write_text("")
    assert "is a file, not a folder" in refusal(capsys, "train", "simple_adversary", "--out", str(tmp_path / "file"))


def test_legs_of_late_seeds_are_rated_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "league")
    board_of(capsys, "tournament", *SCRIPTED[:4], "--pairs", "40", "--out", out)
    folder, scenario = LeagueFolder(tmp_path / "league"), load("simple_adversary")
    with folder.read() as ledger:
        games, spec_seed = ledger.read(), ledger.spec["tournament_seed"]
        entrants = list(ledger.entrants().values())
    late = LeagueFolder(tmp_path / "late")
    with late.write(scenario, spec_seed) as ledger:
        ledger.enter(entrants)
        ledger.add(games[np.arange(30, 40)], "test")
    assert board_of(capsys, "leaderboard", str(tmp_path / "late"))["legs"] == 10


def test_the_game_must_be_known(trained: Path) -> None:
    with pytest.raises(ArenaError, match="say which game"):
        find_game(["random", "greedy"])
    assert find_game(["random", f"{trained}#0"]).name == "simple_adversary"
    with pytest.raises(ArenaError, match="leave out what differs"):
        find_game([f"{trained}#0"], "simple_spread")


def test_only_half_written_files_of_the_arena_are_swept(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    mine = [tmp_path / ".movie.part", tmp_path / "thesis.part", inner / ".arena-x"]
    stale, held = tmp_path / ".arena-ab12.part", inner / ".arena-cd34.part"
    for path in (*mine, stale, held, inner / ".lock"):
        path.write_text("")
    with files.lock(tmp_path):
        assert not stale.exists()
    assert held.exists() and all(path.exists() for path in mine)
