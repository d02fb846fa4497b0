"""arena report: the page of a league, and a study's anew."""

import json
import shutil
from pathlib import Path

import pytest

from arena.cli import main
from arena.verbs import report

PLAY = "tournament random greedy guess --scenario simple_adversary --json --pairs 10 --out"


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("leagues") / "played"
    assert main([*PLAY.split(), str(path)]) == 0
    return path


def test_the_page_of_a_league_says_what_the_leaderboard_says(
    league: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("league.board.meta.MOST_UNASKED", 2)
    monkeypatch.setattr("league.metagame.report.MOST_RESAMPLED", 0)  # intervals take seconds
    assert main(["report", str(league), "--meta", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    board = json.loads((league / "leaderboard.json").read_text())
    assert data["report"] == str(league / "report.html") and data["fingerprint"] == board["fingerprint"]
    html = (league / "report.html").read_text()
    for text in (board["fingerprint"], "<h1>played</h1>", "3 players", "60 legs in 10 worlds"):
        assert text in html
    assert all(f">{player['name']}" in html for player in board["players"])
    for part in ("standings", "sides", "cross", "meta", "ends", "provenance"):
        assert f'<section id="{part}">' in html
    assert board["environment"] in html and "tournament seed 0" in html


def test_of_a_crowd_only_the_best_meet_and_there_is_no_meta_game(
    league: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("league.board.meta.MOST_UNASKED", 2)
    monkeypatch.setattr(report, "MOST_ACROSS", 2)
    assert main(["report", str(league)]) == 0
    assert capsys.readouterr().out == f"report: {league / 'report.html'}\n"
    html = (league / "report.html").read_text()
    assert '<section id="meta">' not in html and "The best 2; all of them" in html


def test_teams_and_guests_and_single_players_have_a_page(tmp_path: Path) -> None:
    for out, words in (
        ("alone", "random greedy --scenario simple"),
        ("teams", "random telling --scenario simple_reference"),
        ("guests", "random telling --scenario simple_reference --format mixed-seats"),
    ):
        assert main(["tournament", *words.split(), "--pairs", "4", "--out", str(tmp_path / out)]) == 0
        assert main(["report", str(tmp_path / out)]) == 0
        assert ('<section id="partners">' in (tmp_path / out / "report.html").read_text()) == (out == "guests")


def test_what_has_no_page(league: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path)]) == 2
    assert f"{tmp_path} holds neither a league nor a study; play one with" in capsys.readouterr().err
    assert main(["report", str(tmp_path / "none")]) == 2
    assert "does not exist" in capsys.readouterr().err
    broken = shutil.copytree(league, tmp_path / "broken")
    (broken / "ledger.sqlite").write_bytes(b"no ledger" * 100)
    assert main(["report", str(broken)]) == 2
    assert "is damaged or no ledger" in capsys.readouterr().err
