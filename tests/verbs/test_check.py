"""arena check: a list of what was looked at, and exit code 2 where something is wrong."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import arena
from arena.cli import main

TEMPLATE = (Path(arena.__file__).parent / "template.py").read_text(encoding="utf-8")
CHECKS = "contract bounds compiles shapes numbers outcomes seeds independence variation precision marks players"


@pytest.fixture
def game(tmp_path):
    path = tmp_path / "hilltop.py"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def test_the_template_is_in_order(game, tmp_path, capsys):
    picture = tmp_path / "hilltop.png"
    assert main(["check", "scenario", str(game), "--out", str(picture)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[:-1]] == [["✓", name] for name in [*CHECKS.split(), "picture", "speed"]]
    assert lines[-1] == f"{game} is in order"
    assert np.asarray(Image.open(picture)).shape == (700, 700, 3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hilltop.png", "hilltop.py"]


def test_what_is_wrong_is_marked_and_counted(game, capsys):
    game.write_text(TEMPLATE.replace("@compiled\ndef reward", "def reward"), encoding="utf-8")
    assert main(["check", "scenario", str(game), "--json"]) == 2
    result = json.loads(capsys.readouterr().out)
    assert (result["problems"], result["exit_code"]) == (1, 2)
    message = "hilltop.py: reward is not compiled; put @compiled above it"
    assert result["checks"] == [{"what": "contract", "state": "problem", "text": message}]


def test_an_index_beyond_its_array_is_found_before_anything_else_is_played(game, capsys):
    game.write_text(TEMPLATE.replace("    out[RED], ", "    world.note[2] = 1\n    out[RED], "), encoding="utf-8")
    line = 1 + TEMPLATE[: TEMPLATE.index("    out[RED], ")].count("\n")
    assert main(["check", "scenario", str(game), "--json"]) == 2
    bounds, *others = json.loads(capsys.readouterr().out)["checks"][1:]
    assert bounds["text"].startswith(f"hilltop.py:{line}: IndexError: index 2 is out of bounds")
    assert "in reward; world.note and world.work are as large as the Layout says" in bounds["text"]
    assert {check["state"] for check in others} == {"note"}


def test_what_waits_for_a_problem_is_named_in_one_line(game, capsys):
    game.write_text(TEMPLATE.replace("TOP = 0, 1, 2 ", "TOP = 0, 1, 3 "), encoding="utf-8")
    assert main(["check", "scenario", str(game)]) == 2
    contract, bounds, waiting, verdict = capsys.readouterr().out.splitlines()
    assert (contract[:10], bounds[:8], verdict) == ("✓ contract", "✗ bounds", f"1 problem in {game}")
    assert waiting.startswith("· not looked at until that is right: compiles, shapes, numbers,")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("scenery simple_tag", "arena check knows no 'scenery'; did you mean 'scenario'?"),
        ("scenario simple_tag --out picture.gif", "must end in .png"),
    ],
)
def test_what_cannot_be_checked_is_refused(words, message, capsys):
    assert main(["check", *words.split()]) == 2
    assert message in capsys.readouterr().err


def test_options_are_checked_too(game, capsys):
    assert main(["check", "scenario", str(game), "--option", "size=2", "--json"]) == 2
    assert "size must lie between 0 and ring (1.0), not 2.0" in capsys.readouterr().out
