"""arena play: a match for so many pairs, or until a sequential test has decided."""

import json
from pathlib import Path

import pytest

import arena
from arena.cli import main

DUEL = ["play", "random", "middle", "--scenario", "simple_adversary"]


def as_json(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_pairs_are_told_beside_the_ratings(capsys: pytest.CaptureFixture[str]) -> None:
    data = as_json(capsys, *DUEL, "--pairs", "30")
    counts = data["pairs"]["pairs"]
    assert sum(counts) == 30 and data["legs"] == 60 and data["pairs"]["verdict"] is None
    sides = data["players"][0]["sides"].values()
    points = sum(side["won"] + side["drawn"] / 2 for side in sides)
    assert points == sum(count * k / 2 for k, count in enumerate(counts))
    assert main([*DUEL, "--pairs", "30"]) == 0
    text = capsys.readouterr().out
    assert "30 pairs of random against middle" in text and "LOS" in text and "LLR" not in text


def test_sprt_stops_when_it_has_decided_and_says_the_same_with_workers(capsys: pytest.CaptureFixture[str]) -> None:
    one = as_json(capsys, *DUEL, "--sprt", "0", "5")
    assert one["pairs"]["verdict"] == "accept H0" and one["pairs"]["llr"] <= one["pairs"]["lower"]
    assert one == as_json(capsys, *DUEL, "--sprt", "0", "5", "--workers", "2")
    open_ = as_json(capsys, *DUEL, "--sprt", "-5", "0", "--scale", "normalised", "--pairs", "10")
    assert open_["pairs"]["verdict"] == "continue" and open_["legs"] == 20
    assert main([*DUEL, "--sprt", "0", "5"]) == 0
    assert "logistic 0 5: accept H0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([*DUEL, "--sprt", "5", "0"], "name the smaller one first"),
        ([*DUEL, "--sprt", "0", "5", "--scale", "elo"], "knows no scale 'elo'"),
        ([*DUEL, "--sprt", "0", "5", "--alpha", "0.6"], "--alpha must lie between 0 and 0.5"),
        ([*DUEL, "--pairs", "-1"], "--pairs must be at least 1"),
        ([*DUEL, "--workers", "-1"], "--workers must be 0 or more"),
        (["play", "random", "greedy", "--scenario", "simple_spread", "--sprt", "0", "5"], "hold both of two sides"),
        (["play", "random", "--scenario", "simple_spread"], "between two players"),
        (["play", "random", "random", "--scenario", "simple_spread"], "the same player"),
    ],
)
def test_what_cannot_be_played(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1


def test_one_side_has_no_pairs(tmp_path: Path) -> None:
    data = arena.play("random", "greedy", scenario="simple_spread", pairs=3)
    assert "pairs" not in data and data["legs"] == 6
