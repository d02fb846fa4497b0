"""A game in a file of one's own trains, plays a tournament and is watched, with no other file touched."""

import json
from pathlib import Path

import pytest
from PIL import Image

import arena
from arena.cli import main

TEMPLATE = Path(arena.__file__).parent / "template.py"
TRAINING = ["--algo", "maddpg", "--steps", "2000", "--saves", "2", "--worlds", "50", "--setting", "warmup=500"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a game written from the template, and a run that was trained on it."""
    folder = tmp_path_factory.mktemp("own")
    game = folder / "hilltop.py"
    game.write_bytes(TEMPLATE.read_bytes())
    assert main(["train", str(game), *TRAINING, "--out", str(folder / "run"), "--json"]) == 0
    return folder


def test_it_plays_a_tournament(place, capsys):
    words = ["tournament", str(place / "run"), "random", "greedy", "--scenario", str(place / "hilltop.py")]
    assert main([*words, "--pairs", "10", "--out", str(place / "league"), "--json"]) == 0
    board = json.loads(capsys.readouterr().out)
    assert sorted(player["name"] for player in board["players"])[:2] == ["greedy", "random"]
    assert board["legs"] == 60


def test_workers_import_the_file_that_was_named(place, capsys):
    words = ["tournament", "random", "greedy", "--scenario", str(place / "hilltop.py"), "--workers", "2"]
    assert main([*words, "--pairs", "4", "--out", str(place / "league2"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["legs"] == 8


def test_it_is_watched(place, capsys):
    out = place / "game.gif"
    words = ["watch", str(place / "run"), "greedy", "--scenario", str(place / "hilltop.py")]
    assert main([*words, "--size", "200", "--out", str(out)]) == 0
    with Image.open(out) as film:
        assert 2 <= film.n_frames <= 26 and film.size == (200, 200)


def test_a_card_alone_imports_nothing(place, capsys):
    assert main(["watch", str(place / "run"), "--out", str(place / "other.gif")]) == 2
    assert "hilltop" in capsys.readouterr().err
    assert not (place / "other.gif").exists()
