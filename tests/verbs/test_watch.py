"""`arena watch` and `arena play`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import arena
from arena.cli import main
from arena.engine.cache import cache_folder


def test_watch_writes_a_gif_of_the_whole_game_and_a_png_of_its_end(trained: Path, tmp_path: Path) -> None:
    for name in ("game.gif", "game.png"):
        assert main(["watch", str(trained) + "#0", "greedy", "--out", str(tmp_path / name), "--size", "200"]) == 0
    with Image.open(tmp_path / "game.gif") as gif:
        assert gif.n_frames == 26 and gif.size == (200, 200)
    with Image.open(tmp_path / "game.png") as png:
        assert png.size == (200, 200)


def test_sides_are_held_in_the_order_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["watch", "greedy", "random", "--scenario", "simple_adversary", "--out", str(tmp_path / "a.png"), "--json"]
    returns = []
    for sides in ("good,adversary", "adversary,good"):
        capsys.readouterr()
        assert main([*words, "--sides", sides]) == 0
        returns.append(json.loads(capsys.readouterr().out)["returns"])
    capsys.readouterr()
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["returns"] == returns[0]
    assert returns[0]["good"] > returns[1]["good"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["greedy", "random", "--out", "a.bmp"], ".gif"),
        (["greedy", "random", "greedy", "--out", "a.gif"], "one player for each"),
        (["greedy", "random", "--sides", "good,bad", "--out", "a.gif"], "must name each"),
        (["greedy", "random", "--size", "5", "--out", "a.gif"], "--size"),
    ],
)
def test_mistakes(
    words: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["watch", *words, "--scenario", "simple_adversary"]) == 2
    assert message in capsys.readouterr().err


def test_play_counts_both_sides(trained: Path) -> None:
    result = arena.play(f"{trained}#0", "greedy", pairs=30)
    assert result["legs"] == 60
    for player in result["players"]:
        for record in player["sides"].values():
            assert record["won"] + record["drawn"] + record["lost"] == 30
    a, b = result["players"]
    assert a["sides"]["good"]["won"] == b["sides"]["adversary"]["lost"]
    assert a["rating"] == pytest.approx(-b["rating"])
    assert b["rating"] > a["rating"]


def test_nothing_is_compiled_twice(trained: Path) -> None:
    """That it says so when it compiles, tests/arena/test_cache.py tells."""
    words = ["play", f"{trained}#0", "greedy", "--pairs", "2"]
    assert main(words) == 0
    command = [sys.executable, "-m", "arena", *words]
    environment = {**os.environ, "ARENA_CACHE": str(cache_folder().parent)}
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "won" in again.stdout and "compiling" not in again.stderr


def test_without_a_display_the_game_is_written_to_a_file(tmp_path: Path) -> None:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    words = [sys.executable, "-m", "arena", "watch", "greedy", "random", "--scenario", "simple_adversary"]
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert "no display" in done.stdout and "wrote game.gif" in done.stdout
    with Image.open(tmp_path / "game.gif") as gif:
        assert gif.n_frames == 26
