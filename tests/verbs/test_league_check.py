"""arena league check: what is wrong with a league is found, and named."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from arena.cli import main
from arena.environment import environment_digest
from arena.games import Games
from league.records.ledger import Ledger

PLAY = "tournament random greedy guess --scenario simple_adversary --json --out"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("leagues") / "played"
    assert main([*PLAY.split(), str(path), "--pairs", "30"]) == 0
    return path


@pytest.fixture
def league(played: Path, tmp_path: Path) -> Path:
    """A copy of a league of three scripted players and 180 legs."""
    return Path(shutil.copytree(played, tmp_path / "league"))


def checked(capsys: pytest.CaptureFixture[str], league: Path, *words: object, code: int = 0) -> dict:
    capsys.readouterr()
    assert main(["league", "check", str(league), *map(str, words), "--json"]) == code
    return json.loads(capsys.readouterr().out)


def state_of(found: dict, what: str) -> tuple[str, str]:
    return next((check["state"], check["text"]) for check in found["checks"] if check["what"] == what)


def rewritten(league: Path, change: Callable[[Games], dict[str, Games]]) -> None:
    """Writes the ledger anew, with what `change` makes of its legs, by environment."""
    path = league / "ledger.sqlite"
    with Ledger.read_only(path) as ledger:
        spec, entrants, games = ledger.spec, ledger.entrants(), ledger.read()
    path.unlink()
    with Ledger.create(path, spec) as ledger:
        ledger.enter(entrants.values())
        for environment, legs in change(games).items():
            ledger.add(legs, environment)


def test_a_sound_league_is_in_order(league: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["league", "check", str(league)]) == 0
    text = capsys.readouterr().out
    assert "20 of 180 legs (10 pairs) played again: the same bits" in text and text.endswith("is in order\n")
    before = (league / "ledger.sqlite").read_bytes()
    found = checked(capsys, league, "--share", 1)
    assert (found["legs"], found["replayed"], found["pairs"], found["differing"]) == (180, 180, 90, [])
    assert {check["state"] for check in found["checks"]} == {"ok"} and found["exit_code"] == 0
    assert found["groups"].keys() == {"adversary", "good"} and found["environments"] == {environment_digest(): 180}
    assert (league / "ledger.sqlite").read_bytes() == before


def test_trained_players_replay_bit_for_bit_in_other_processes(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tournament", str(trained), "random", "--pairs", "20", "--out", str(tmp_path / "l"), "--json"]) == 0
    found = checked(capsys, tmp_path / "l", "--share", 0.5, "--workers", 2)
    assert found["replayed"] > 40 and found["differing"] == []


def test_a_leg_that_comes_out_differently_is_named(league: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def by_a_bit(games: Games) -> dict[str, Games]:
        games.score[100, 1] = np.nextafter(games.score[100, 1], np.float32(9))
        by_a_bit.seed = int(games.seed[100])
        return {environment_digest(): games}

    rewritten(league, by_a_bit)
    found = checked(capsys, league, "--share", 1, code=2)
    (leg,) = found["differing"]
    assert leg["seed"] == by_a_bit.seed and set(leg["players"]) <= {"random", "greedy", "guess"}
    assert leg["was"] != leg["is"] and found["problems"] == 1
    state, text = state_of(found, "replay")
    assert state == "problem" and f"1 differ. seed {leg['seed']}, adversary: " in text and leg["is"] in text
    assert main(["league", "check", str(league), "--share", "1"]) == 2
    assert f"✗ replay       180 of 180 legs (90 pairs) played again: 1 differ. {leg['leg']}" in capsys.readouterr().out


def test_machines_are_compared(league: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def half(games: Games) -> dict[str, Games]:
        is_late = games.seed > np.median(games.seed)
        return {environment_digest(): games[~is_late], "elsewhere": games[is_late]}

    rewritten(league, half)
    found = checked(capsys, league)
    assert found["environments"] == {environment_digest(): 90, "elsewhere": 90}
    assert state_of(found, "environment")[0] == "note" and "elsewhere (90 legs)" in state_of(found, "environment")[1]
    assert state_of(found, "homogeneity")[0] == "ok" and found["homogeneity"]["degrees"] == 1

    def other_results(games: Games) -> dict[str, Games]:
        found = half(games)
        found["elsewhere"].winner[:] = 0
        found[environment_digest()].winner[:40] = 1
        return found

    rewritten(league, other_results)
    found = checked(capsys, league, "--share", 0, code=2)
    assert state_of(found, "homogeneity")[0] == "problem" and found["homogeneity"]["p"] < 0.001


def test_who_never_met_is_told(league: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def one_way(games: Games) -> dict[str, Games]:
        """Of all line-ups those of the first player against the second, and of the third against the first."""
        first, last = games.player[:, 0], games.player[:, -1]
        return {environment_digest(): games[((first == 0) & (last == 1)) | ((first == 2) & (last == 0))]}

    rewritten(league, one_way)
    found = checked(capsys, league)
    assert [len(group) for group in found["groups"]["adversary"]] == [1, 1]
    state, text = state_of(found, "links")
    assert state == "note" and "as adversary 2 groups have no opponent in common" in text


def test_where_nobody_can_play_again_it_says_so(league: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rewritten(league, lambda games: {"here": games[:0]})
    found = checked(capsys, league)
    assert state_of(found, "replay") == ("note", "there is no pair whose players can play again")
    assert found["legs"] == found["replayed"] == 0


def test_a_player_that_was_changed_is_named_and_left_out(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    league = tmp_path / "l"
    words = [f"{trained}#0", "random", "greedy", "--pairs", "10", "--out", str(league), "--json"]
    assert main(["tournament", *words]) == 0
    (folder,) = (league / "players").iterdir()
    other = trained / "checkpoints" / "1000" / "1"
    for name in ("policy.safetensors", "card.json"):
        shutil.copy(other / name, folder / name)
    found = checked(capsys, league, "--share", 1, code=2)
    assert list(found["changed"]) == ["small@1000#0"] and found["replayed"] == 20
    assert "is not what it was when it entered" in state_of(found, "players")[1]
    shutil.rmtree(folder)
    assert "does not exist" in state_of(checked(capsys, league, code=2), "players")[1]


def test_a_specification_that_is_not_the_games_is_found_out(league: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def told(verb: list[str], **edits: object) -> str:
        with Ledger.read_only(league / "ledger.sqlite") as ledger:
            text = json.dumps(ledger.spec | edits)
        with closing(sqlite3.connect(league / "ledger.sqlite", isolation_level=None)) as connection:
            connection.execute("UPDATE spec SET text = ?", (text,))
        assert main([*verb, str(league)]) == 2
        return capsys.readouterr().err

    assert "was not played with the game that is here: has_outcome is False" in told(
        ["league", "check"], has_outcome=False
    )
    assert "holds legs of other seeds than its tournament's" in told(["leaderboard"], tournament_seed=1)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--share", "1.5"], "--share must be from 0 to 1"),
        (["--workers", "-1"], "--workers"),
        (["--scenario", "simple_tag"], "play simple_adversary, not simple_tag"),
    ],
)
def test_mistakes(league: Path, words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["league", "check", str(league), *words]) == 2
    assert message in capsys.readouterr().err
    assert main(["league", "check", str(league / "none")]) == 2
    assert "holds no league" in capsys.readouterr().err
