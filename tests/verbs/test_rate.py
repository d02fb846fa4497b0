"""arena rate on the command line: what it prints, and what it refuses."""

import json
from pathlib import Path

import pytest

from arena.cli import main
from arena.report import result_of
from arena.verbs.rate import rate


@pytest.fixture
def table(tmp_path: Path) -> str:
    """The four teams of Wikipedia's "Bradley-Terry model", and one bad name."""
    met = [("A", "B", 2, 3), ("A", "D", 1, 4), ("B", "C", 5, 3), ("C", "D", 1, 3)]
    rows = [f"{i},{j},{score}" for i, j, won, lost in met for score in [1] * won + [0] * lost]
    path = tmp_path / "teams.csv"
    path.write_text("\n".join(["player,opponent,score", *rows, "D,\x1b[31mred,1", "\x1b[31mred,D,0.5"]))
    return str(path)


def as_json(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    assert main(["rate", *words, "--json"]) == 0
    out = capsys.readouterr()
    assert out.err == ""
    return json.loads(out.out)


def test_ratings_as_json(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    for model in ("bradley-terry", "davidson", "rao_kupper", "bayeselo", "elo", "glicko2", "openskill", "melo"):
        data = as_json(capsys, table, "--model", model)
        ratings = data["ratings"]
        assert ratings[0]["player"] == "D" and len(ratings) == 5 and "parameters" in data
        assert [row["rating"] for row in ratings] == sorted((row["rating"] for row in ratings), reverse=True)
        assert sum(row["rating"] for row in ratings) == pytest.approx(0, abs=1e-6)
        assert all(row["low"] <= row["rating"] <= row["high"] for row in ratings)
        assert {row["player"]: row["games"] for row in ratings}["D"] == 11
        assert ("worth" in ratings[0]) == (model in ("bradley-terry", "davidson", "rao_kupper", "bayeselo"))


def test_ratings_for_people(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rate", table, "--model", "elo", "--setting", "k=16"]) == 0
    text = capsys.readouterr().out
    assert "elo: k 16" in text and "\x1b" not in text
    Path(table).write_text("a,b,1\n")
    assert main(["rate", table]) == 0
    assert "* provisional" in capsys.readouterr().out


def test_pairs_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    data = as_json(capsys, "--pairs", "34,54,63,64,75", "--sprt", "logistic", "0.5", "2.5")
    assert round(data["elo"], 2) == 55.58 and round((data["elo_high"] - data["elo_low"]) / 2, 2) == 27.65
    assert round(data["nelo"], 2) == 57.94 and round((data["nelo_high"] - data["nelo_low"]) / 2, 2) == 28.28
    assert round(data["los"], 4) == 1 and data["verdict"] == "continue"
    assert (round(data["lower"], 6), round(data["upper"], 6)) == (-2.944439, 2.944439)
    data = as_json(capsys, "--pairs", "365,16618,36229,16974,390", "--sprt", "normalised", "0", "2", "--alpha", "0.2")
    assert round(data["llr"], 4) == 2.2504 and round(data["upper"], 4) == 1.5581 and data["verdict"] == "accept H1"
    data = as_json(capsys, "--pairs", "0,0,0,0,9")
    assert data["elo_high"] is None and data["llr"] is None and data["verdict"] is None


def test_pairs_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rate", "--pairs", "127,4883,10712,5150,104", "--sprt", "normalized", "-1.75", "0.25"]) == 0
    text = capsys.readouterr().out
    assert "LLR   +3.010 in [-2.944, 2.944], normalized -1.75 0.25: accept H1" in text and "nElo" in text
    assert main(["rate", "--pairs", "0,0,0,0,9"]) == 0
    assert "?]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "name a file of results, or give five counts with --pairs"),
        ("TABLE --pairs 1,2,3,4,5", "not both"),
        ("TABLE --sprt logistic 0 5", "has no use for a file"),
        ("TABLE --model davidsn", "did you mean 'davidson'?"),
        ("TABLE --model elo --setting kk=3", "elo has no setting 'kk'; did you mean 'k'?"),
        ("nowhere.csv", "nowhere.csv is not a file"),
        ("--pairs 1,2,3,4", "takes five counts"),
        ("--pairs 1,2,3,4,5,6", "takes five counts"),
        ("--pairs 1,2,-3,4,5", "whole numbers from 0"),
        ("--pairs -1,2,3,4,5", "whole numbers from 0"),
        ("--pairs 1,2,x,4,5", "whole numbers from 0"),
        ("--pairs 1,2,1.5,4,5", "whole numbers from 0"),
        ("--pairs 0,0,0,0,0", "holds no pair"),
        ("--pairs 1,2,3,4,5 --sprt elo 0 5", "knows no scale 'elo'"),
        ("--pairs 1,2,3,4,5 --sprt logistic 5 0", "name the smaller one first"),
        ("--pairs 1,2,3,4,5 --sprt logistic 0 nan", "name the smaller one first"),
        ("--pairs 1,2,3,4,5 --sprt logistic 0 500", "within +-200"),
        ("--pairs 1,2,3,4,5 --alpha 0.7", "--alpha must lie between 0 and 0.5"),
        ("--pairs 1,2,3,4,5 --beta 0", "--beta must lie between 0 and 0.5"),
    ],
)
def test_what_cannot_be(words: str, message: str, table: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rate", *words.replace("TABLE", table).split()]) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1


def test_from_python() -> None:
    data = result_of(rate(pairs="5,20,60,30,10", sprt=("logistic", 0, 5)))
    assert data["llr"] == pytest.approx(0.595578, abs=5e-7)
