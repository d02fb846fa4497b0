"""A window to watch games in. What keys do is in `Controls`, which knows nothing of windows."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pygame

from arena.errors import ArenaError
from arena.film import Frame
from arena.game import Game
from arena.render.scene import Scene, draw_frame
from arena.render.theme import DARK, LIGHT

KEYS = (
    ("space", "pause"),
    ("→", "step"),
    ("+ \N{MINUS SIGN}", "speed"),
    ("r", "next seed"),
    ("t", "light, dark"),
    ("q", "quit"),
)
SPEEDS = (1, 2, 5, 10, 15, 20, 30, 60)  # frames per second
SEEDS = 1 << 64
REFRESH_HZ = 60
SMALLEST_WINDOW = (320, 360)
SIGHTLESS = ("dummy", "offscreen", "evdev")  # drivers that SDL falls back to where there is no screen
_show_clock = pygame.time.Clock()


class NoDisplay(ArenaError):
    """There is no screen to open a window on."""


@dataclass
class Controls:
    """What the person watching has asked for, and which frame is due."""

    seed: int
    fps: float = 10
    last: int = 0  # index of the film's last frame
    at: int = 0  # the frame to show
    due: float = 0  # parts of a frame that have passed since
    is_paused: bool = False
    is_dark: bool = False
    is_open: bool = True

    def press(self, key: str) -> None:
        """Does what `key` stands for; other keys do nothing."""
        match key:
            case "space" if self.at == self.last and self.last > 0:
                self.at, self.is_paused = 0, False
            case "space":
                self.is_paused = not self.is_paused
            case "right":
                self.at, self.is_paused = min(self.at + 1, self.last), True
            case "+" | "=":
                self.fps = next((speed for speed in SPEEDS if speed > self.fps), self.fps)
            case "-":
                self.fps = next((speed for speed in reversed(SPEEDS) if speed < self.fps), self.fps)
            case "r":
                self.seed, self.at, self.due, self.is_paused = (self.seed + 1) % SEEDS, 0, 0, False
            case "t":
                self.is_dark = not self.is_dark
            case "q" | "escape":
                self.is_open = False

    def tick(self, seconds: float) -> None:
        """Moves on by the frames that became due in `seconds`."""
        if self.is_paused or self.at >= self.last:
            self.due = 0
            return
        self.due += seconds * self.fps
        frames = int(self.due)
        self.at, self.due = min(self.at + frames, self.last), self.due - frames

    def note(self) -> str:
        """The speed and whether time stands still."""
        return f"{self.fps:g} fps" + (" · paused" if self.is_paused else "")


def watch(
    scenario: Game, make_film: Callable[[int], Iterable[Frame]], names: Sequence[str], seed: int, fps: float = 10
) -> None:
    """Shows the films of `seed`, `seed` + 1, ... until the window is closed; `names` [S] says who plays each side."""
    controls = Controls(seed, fps)
    screen = _open_window(f"{scenario.name} · arena", _comfortable_size)
    clock = pygame.time.Clock()
    scene, shown = None, None
    try:
        while controls.is_open:
            if scene is None or scene.frames[0].seed != controls.seed:
                scene, shown = Scene.of(scenario, list(make_film(controls.seed)), names), None
                controls.last = len(scene.frames) - 1
                clock.tick()
            for key in _pressed_keys():
                controls.press(key)
            wanted = (controls.at, controls.note(), controls.is_dark, screen.get_size())
            if wanted != shown and scene.frames[0].seed == controls.seed:
                _paint(screen, scene, controls)
                shown = wanted
            controls.tick(clock.tick(REFRESH_HZ) / 1000)
    finally:
        close()


def show(picture: np.ndarray, fps: float = 10) -> None:
    """Shows `picture` uint8 [H, W, 3] in a window that opens with the first; waits so as to show `fps` a second."""
    screen = pygame.display.get_surface() if pygame.display.get_init() else None
    screen = screen or _open_window("arena", lambda: (picture.shape[1], picture.shape[0]))
    pygame.event.pump()
    _blit(screen, picture)
    _show_clock.tick(fps)


def close() -> None:
    """Closes the window, if there is one."""
    pygame.display.quit()


def _open_window(title: str, size: Callable[[], tuple[int, int]]) -> pygame.Surface:
    """Opens a resizable window; NoDisplay where there is none to open it on."""
    try:
        pygame.display.init()
        if pygame.display.get_driver() in SIGHTLESS and "SDL_VIDEODRIVER" not in os.environ:
            raise pygame.error("no screen found")
        screen = pygame.display.set_mode(size(), pygame.RESIZABLE)
    except pygame.error as error:
        close()
        raise NoDisplay(f"cannot open a window: {error}; write a file instead, with --out game.gif") from None
    pygame.display.set_caption(title)
    return screen


def _comfortable_size() -> tuple[int, int]:
    """Most of the height of the screen; text grows with the window, so that it can be read on any."""
    height = min(max(int(0.8 * pygame.display.get_desktop_sizes()[0][1]), 480), 1400)
    return int(0.9 * height), height


def _pressed_keys() -> list[str]:
    """The names of the keys pressed since the last call; closing the window counts as "q"."""
    keys = []
    for event in pygame.event.get():
        if event.type == pygame.QUIT:
            keys.append("q")
        elif event.type == pygame.KEYDOWN:
            typed = event.unicode if event.unicode.isprintable() else ""  # right on every keyboard layout
            keys.append(typed.strip() or pygame.key.name(event.key))
    return keys


def _paint(screen: pygame.Surface, scene: Scene, controls: Controls) -> None:
    width, height = (max(a, b) for a, b in zip(screen.get_size(), SMALLEST_WINDOW, strict=True))
    in_theme = scene.in_theme(DARK if controls.is_dark else LIGHT)
    _blit(screen, draw_frame(in_theme, controls.at, width, height, controls.note(), KEYS))


def _blit(screen: pygame.Surface, picture: np.ndarray) -> None:
    height, width = picture.shape[:2]
    screen.blit(pygame.image.frombuffer(picture.tobytes(), (width, height), "RGB"), (0, 0))
    pygame.display.flip()
