"""Pictures in files and in a window, and what keys do."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from arena.errors import ArenaError
from arena.film import Frame, film
from arena.player import Player
from arena.render.export import HOLD_MS, save, save_gif
from arena.render.scene import Scene
from arena.render.window import SPEEDS, Controls, close, show, watch
from arena.scenario import Scenario, load


class Push:
    """Every seat pushes its own way, for ever."""

    memory_width = 0

    def act(self, seat, obs, memory, stream, step):
        action = np.zeros((len(obs), 5), np.float32)
        action[:, 1 + seat % 4] = 1
        return action


def push_film(scenario: Scenario, seed: int = 0) -> list[Frame]:
    return list(film(scenario, [Player("push", "push", Push(), tuple(scenario.sides))] * len(scenario.seats), seed))


def test_a_gif_has_its_frames_times_and_colours(tmp_path):
    scenario = load("simple_adversary")
    pictures = list(Scene.of(scenario, push_film(scenario), ["a", "b"]).pictures())
    path = tmp_path / "new folder" / "game.GIF"
    save(path, pictures, fps=20)
    with Image.open(path) as gif:
        assert gif.n_frames == 26
        assert gif.info["loop"] == 0
        times, colors = [], []
        for index in range(26):
            gif.seek(index)
            times.append(gif.info["duration"])
            colors.append(np.array(gif.convert("RGB")))
    assert np.abs(np.array(colors).astype(int) - pictures).mean() < 0.2
    is_still = (np.array(pictures) == pictures[0]).all((0, 3))
    assert (np.array(colors)[:, is_still] == colors[0][is_still]).all()  # nothing flickers
    assert times == [50] * 25 + [HOLD_MS]
    assert path.stat().st_size < 600_000


def test_a_gif_of_one_picture_and_a_png_of_the_last(tmp_path):
    dark, light = np.zeros((8, 8, 3), np.uint8), np.full((8, 8, 3), 200, np.uint8)
    save_gif(tmp_path / "one.gif", [dark], fps=1000)
    save(tmp_path / "last.png", [dark, light])
    with Image.open(tmp_path / "last.png") as png, Image.open(tmp_path / "one.gif") as gif:
        assert (np.array(png) == light).all()
        assert (gif.size, gif.n_frames) == ((8, 8), 1)


@pytest.mark.parametrize("name", ["game.mp4", "game", ".gif"])
def test_another_ending_is_refused(tmp_path, name):
    with pytest.raises(ArenaError, match=r"\.gif .* or \.png"):
        save(tmp_path / name, [np.zeros((8, 8, 3), np.uint8)])
    assert not list(tmp_path.iterdir())


def test_keys_pause_step_and_quit():
    controls = Controls(seed=3, last=5)
    controls.press("space")
    controls.tick(1.0)
    assert (controls.at, controls.note()) == (0, "10 fps · paused")
    controls.press("space")
    controls.tick(0.25)
    assert controls.at == 2
    controls.tick(0.05)  # half a frame was left over
    assert controls.at == 3
    controls.press("right")
    assert (controls.at, controls.is_paused) == (4, True)
    for _ in range(3):
        controls.press("right")
    assert controls.at == 5
    controls.press("space")  # at the end: once more
    assert (controls.at, controls.is_paused) == (0, False)
    controls.press("unknown")
    assert controls == Controls(seed=3, last=5, due=controls.due)
    controls.press("q")
    assert not controls.is_open


def test_keys_change_speed_within_bounds_seed_and_theme():
    controls = Controls(seed=2**64 - 1, fps=12, last=5, at=4, is_paused=True)
    controls.press("+")
    assert controls.fps == 15
    controls.press("-")
    controls.press("-")
    assert controls.fps == 5
    for key, limit in (("-", SPEEDS[0]), ("=", SPEEDS[-1])):
        for _ in range(20):
            controls.press(key)
        assert controls.fps == limit
    controls.press("r")
    assert (controls.seed, controls.at, controls.is_paused) == (0, 0, False)
    controls.press("t")
    assert controls.is_dark


def test_a_window_plays_restarts_and_closes(monkeypatch):
    import pygame

    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    scenario = load("simple_spread", N=1)
    asked = []

    def make_film(seed):
        asked.append(seed)
        assert pygame.display.get_surface() is not None
        key = pygame.K_r if len(asked) < 3 else pygame.K_q
        pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, unicode=""))
        return push_film(scenario, seed)

    watch(scenario, make_film, ["push"], seed=11, fps=60)
    assert asked == [11, 12, 13]
    assert not pygame.display.get_init()


def test_a_picture_is_shown_as_it_is(monkeypatch):
    import pygame

    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    pixels = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    show(pixels, fps=1000)
    shown = pygame.surfarray.array3d(pygame.display.get_surface()).swapaxes(0, 1)
    close()
    assert (shown == pixels).all()


WITHOUT_A_DISPLAY = """
import sys
from pathlib import Path
from arena.film import film
from arena.engine.worlds import Worlds
from arena.scenario import load
from arena.errors import ArenaError
assert not {"pygame", "matplotlib", "PIL"} & set(sys.modules)
from arena.render.draw import picture
from arena.render.export import save
scenario = load("simple_adversary")
pixels = picture(scenario, Worlds(scenario).world())
save(Path(sys.argv[1]), [pixels, pixels])
assert "pygame" not in sys.modules
from arena.render.window import watch, show
for open_window in (lambda: show(pixels), lambda: watch(scenario, None, ["a", "b"], 0)):
    try:
        open_window()
    except ArenaError as error:
        print(error)
"""


def test_without_a_display_files_work_and_windows_say_so(tmp_path):
    path = tmp_path / "game.gif"
    bare = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")}
    command = [sys.executable, "-W", "error", "-c", WITHOUT_A_DISPLAY, str(path)]
    done = subprocess.run(command, env=bare, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("cannot open a window") == done.stdout.count("--out game.gif") == 2
    assert path.stat().st_size > 1000
