"""arena league ACTION: what a league that was played is put through afterwards."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from arena import cli
from arena.cli import main
from arena.files import lock
from league.records.ledger import Ledger

PLAY = "tournament random greedy guess --scenario simple_adversary --pairs 6 --json --out"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("leagues") / "played"
    assert main([*PLAY.split(), str(path)]) == 0
    return path


@pytest.fixture
def league(played: Path, tmp_path: Path) -> Path:
    """A copy of a league of three scripted players and 36 legs."""
    return Path(shutil.copytree(played, tmp_path / "league"))


def execute(league: Path, *statement: object) -> None:
    with closing(sqlite3.connect(league / "ledger.sqlite", isolation_level=None)) as connection:
        connection.execute(*statement)


def result_of(capsys: pytest.CaptureFixture[str], *words: object, code: int = 0) -> dict:
    capsys.readouterr()
    assert main([*map(str, words), "--json"]) == code
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """What a command says that is refused."""
    capsys.readouterr()
    assert main([*map(str, words)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("arena: ") and error.count("\n") == 1
    return error


def test_the_verb_lists_its_actions_and_each_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    actions = cli.programs(cli.VERBS / "leagues")
    for words in (["league"], ["league", "--help"]):
        with pytest.raises(SystemExit) as stop:
            main(words)
        assert stop.value.code == 0
        text = capsys.readouterr().out
        assert all(f"  {name} " in text and line in text for name, line in actions.items())
    assert {"repair"} <= set(actions) and "__init__" not in actions
    for name in actions:
        with pytest.raises(SystemExit) as stop:
            main(["league", name, "--help"])
        page = capsys.readouterr().out
        assert stop.value.code == 0 and f"arena league {name}" in page and "Example: arena league" in page
    assert "arena league has no action 'repare'; did you mean 'repair'?" in refused(capsys, "league", "repare", "x")


def test_a_league_is_repaired_and_played_on(league: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = result_of(capsys, "leaderboard", league)["fingerprint"]
    sound = result_of(capsys, "league", "repair", league)
    assert sound["is_sound"] and sound["kept_legs"] == 36 and sound["copy"] is None
    execute(league, "UPDATE block SET data = zeroblob(length(data))")
    assert f"arena league repair {league}" in refused(capsys, "leaderboard", league)
    assert result_of(capsys, "league", "repair", league)["lost_legs"] == 36
    result_of(capsys, "tournament", "--pairs", "3", "--out", league, "--resume")
    result_of(capsys, "tournament", "--pairs", "6", "--out", league, "--resume")
    execute(league, "UPDATE block SET data = zeroblob(length(data)) WHERE number = (SELECT max(number) FROM block)")
    assert main(["league", "repair", str(league)]) == 0
    text = capsys.readouterr().out
    assert "kept: 18 legs; lost: 18 legs\n" in text
    assert f"arena tournament --out {league} --resume" in text and "ledger.sqlite.damaged" in text
    assert result_of(capsys, "tournament", "--pairs", "6", "--out", league, "--resume")["fingerprint"] == before


def test_a_league_of_nobody_cannot_be_repaired(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is no ledger" in refused(capsys, "league", "repair", tmp_path)


def test_who_leaves_plays_no_more_and_who_rejoins_plays_what_it_missed(
    league: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = result_of(
        capsys, "tournament", "--pairs", "9", "--out", shutil.copytree(league, league / "whole"), "--resume"
    )
    left = result_of(capsys, "league", "leave", league, "greedy", "--why", "is no learner")
    assert left["name"] == "greedy"
    grown = result_of(capsys, "tournament", "--pairs", "9", "--out", league, "--resume")
    players = {player["name"]: player for player in grown["players"]}
    assert players["greedy"]["withdrawn"] == "is no learner" and grown["legs"] == 36 + 6
    assert [players[name]["legs"] for name in ("greedy", "guess", "random")] == [24, 24 + 6, 24 + 6]
    assert "is withdrawn already (is no learner)" in refused(capsys, "league", "leave", league, "greedy")
    assert main(["league", "rejoin", str(league), left["player"]]) == 0
    assert "greedy, withdrawn before (is no learner), plays in" in capsys.readouterr().out
    again = result_of(capsys, "tournament", "--pairs", "9", "--out", league, "--resume")
    assert again["fingerprint"] == whole["fingerprint"] and again["players"] == whole["players"]
    assert "greedy is not withdrawn" in refused(capsys, "league", "rejoin", league, "greedy")


def test_who_cannot_leave(league: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "has no player 'greedi'; did you mean 'greedy'?" in refused(capsys, "league", "leave", league, "greedi")
    assert "--why must say something" in refused(capsys, "league", "leave", league, "greedy", "--why", " ")
    assert "holds no league" in refused(capsys, "league", "leave", tmp_path / "none", "greedy")
    with lock(league):
        assert "in use by another process" in refused(capsys, "league", "leave", league, "greedy")


def test_leagues_that_were_played_apart_become_one(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As if all had met in one league from the start."""
    a, b, both, whole = (tmp_path / name for name in ("a", "b", "both", "whole"))
    play = ["tournament", "--scenario", "simple_adversary", "--out"]
    result_of(capsys, *play, whole, trained, "random", "greedy", "--pairs", 4)
    result_of(capsys, *play, a, trained, "random", "--pairs", 4)
    result_of(capsys, *play, b, "random", "greedy", f"{trained}#0", "--pairs", 3)
    result_of(capsys, "league", "leave", b, "greedy")
    merged = result_of(capsys, "league", "merge", both, a, b)
    assert merged["came"] == [
        {"league": str(a), "players": 3, "legs": 24},
        {"league": str(b), "players": 1, "legs": 2 * 2 * 3},  # those of random against member 0 are there already
    ]
    assert merged["players"] == 4 and merged["legs"] == 36
    assert result_of(capsys, "league", "merge", both, b)["came"][0] == {"league": str(b), "players": 0, "legs": 0}
    board = result_of(capsys, "leaderboard", both)
    assert [p["name"] for p in board["players"] if p["withdrawn"] == "left"] == ["greedy"]
    result_of(capsys, "league", "rejoin", both, "greedy")
    board = result_of(capsys, "tournament", "--out", both, "--resume")
    expected = result_of(capsys, "leaderboard", whole)
    assert board["fingerprint"] == expected["fingerprint"] and board["players"] == expected["players"]
    names = sorted(entry.name for entry in (both / "players").iterdir())
    assert names == sorted(entry.name for entry in (whole / "players").iterdir()) and len(names) == 2


def test_players_of_one_name_are_told_apart_when_leagues_merge(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    play = ["tournament", f"{trained}#0", "random", "--pairs", 2, "--out"]
    result_of(capsys, *play, tmp_path / "a")
    result_of(capsys, *play, tmp_path / "b", "--act", "greedy")
    assert main(["league", "merge", str(tmp_path / "a"), str(tmp_path / "b")]) == 0
    assert f"{tmp_path / 'a'}: 3 players, 8 legs" in capsys.readouterr().out
    named = {player["name"] for player in result_of(capsys, "leaderboard", tmp_path / "a")["players"]}
    assert len(named) == 3 and any(name.endswith(" (2)") for name in named)


def test_what_cannot_be_merged(league: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other, doubtful, new = tmp_path / "other", tmp_path / "doubtful", tmp_path / "new"
    result_of(capsys, *PLAY.split(), other, "--seed", "1")
    error = refused(capsys, "league", "merge", league, other)
    assert f"tournament_seed is 0 in {league} and 1 in {other}" in error
    shutil.copytree(league, doubtful)
    with Ledger.read_only(doubtful / "ledger.sqlite") as ledger:
        spec, games = ledger.spec, ledger.read()
    games.score[4, 1] += 1
    execute(doubtful, "DELETE FROM block")
    with Ledger.open(doubtful / "ledger.sqlite", spec) as ledger:
        ledger.add(games, "elsewhere")
    for words in ((league, doubtful), (new, league, doubtful)):
        error = refused(capsys, "league", "merge", *words)
        assert f"{league} and {doubtful} contradict each other in 1 of 36 legs" in error
        assert f"seed {games.seed[4]}, adversary: " in error and repr(float(games.score[4, 1])) in error
    assert not new.exists()
    assert "cannot be merged into itself" in refused(capsys, "league", "merge", league, other, league)
    assert "name the leagues to merge in" in refused(capsys, "league", "merge", league)
    assert f"{new} holds no league" in refused(capsys, "league", "merge", league, new)


def test_leagues_in_rounds_merge_only_if_their_players_are_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    swiss = "--scenario simple_adversary --format swiss --pairs 4 --json --out"
    for name, players in (
        ("one", "random greedy guess"),
        ("two", "random greedy middle"),
        ("same", "random greedy guess"),
    ):
        assert main(["tournament", *players.split(), *swiss.split(), str(tmp_path / name)]) == 0
    told = refused(capsys, "league", "merge", tmp_path / "one", tmp_path / "two")
    assert "have other players, on which the rounds of a swiss depend" in told
    assert result_of(capsys, "league", "merge", tmp_path / "one", tmp_path / "same")["league"] == str(tmp_path / "one")
