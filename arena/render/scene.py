"""A film with its scoreboard: who plays, what they have earned, how far the game is, who won."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from arena.catalog import short_name
from arena.film import Frame
from arena.game import DRAW, Game
from arena.render.camera import Box, Camera
from arena.render.canvas import Canvas
from arena.render.draw import Stage, view_of
from arena.render.lettering import clean, elide, width_of
from arena.render.photo import draw_photo
from arena.render.theme import BODY, LIGHT, REFERENCE_PIXELS, SMALL, TITLE, Rgb, Theme
from arena.scenario import Scenario

TRAIL_STEPS = 40
Keys = Sequence[tuple[str, str]]  # a key and what it does


@dataclass(frozen=True)
class Scene:
    """A whole film and how to show it; the camera stands still from the first frame to the last."""

    game: Game
    frames: Sequence[Frame]
    names: Sequence[str]  # [S] who plays each side
    box: Box  # holds every world
    theme: Theme

    @classmethod
    def of(cls, game: Game, frames: Sequence[Frame], names: Sequence[str], theme: Theme = LIGHT) -> Self:
        """The scene of a recorded film; `names` [S] are data and are cleaned."""
        worlds = [frame.view for frame in frames] if isinstance(game, Scenario) else []
        box = view_of(worlds)
        return cls(game, frames, [clean(name) for name in names], box, theme)

    def pictures(self, width: int = 480, height: int = 480) -> Iterator[np.ndarray]:
        """The pictures uint8 [height, width, 3] of all frames."""
        for at in range(len(self.frames)):
            yield draw_frame(self, at, width, height)

    def in_theme(self, theme: Theme) -> Self:
        return replace(self, theme=theme)


def draw_frame(scene: Scene, at: int, width: int, height: int, note: str = "", keys: Keys = ()) -> np.ndarray:
    """The picture uint8 [height, width, 3] of frame `at`.

    note: shown in the footer, e.g. the speed; keys: explained in a last line.
    """
    canvas = Canvas.blank(width, height, scene.theme.page)
    unit = min(width, height) / REFERENCE_PIXELS
    header = round((40 + 20 * len(scene.names)) * unit)
    footer = round((50 if keys else 32) * unit)
    side = round(12 * unit)
    frame = scene.frames[at]
    _draw_header(canvas.part(side, 0, width - side, header), scene, frame, unit)
    field = canvas.part(side, header, width - side, height - footer)
    _draw_field(field, scene, at)
    _draw_footer(canvas.part(side, height - footer, width - side, height), scene, frame, unit, note, keys)
    return canvas.picture()


def verdict(game: Game, frame: Frame) -> str:
    """What came of the game, in a few words; nothing before its end, or where nobody can win."""
    if not frame.last:
        return ""
    if frame.winner != DRAW:
        return f"{list(game.sides)[frame.winner]} wins" + (" by forfeit" if frame.fault >= 0 else "")
    if frame.fault >= 0:
        return "forfeit"
    return "draw" if game.has_outcome else ""


def _draw_header(canvas: Canvas, scene: Scene, frame: Frame, unit: float) -> None:
    theme, small, body = scene.theme, SMALL * unit, BODY * unit
    title = short_name(scene.game.name)
    canvas.text((0, 23 * unit), title, TITLE * unit, theme.ink, is_bold=True)
    _draw_verdict(canvas, scene, frame, unit)
    canvas.text((canvas.width, 23 * unit), "return", small, theme.muted, align=1)
    label_width = max(width_of(side, body) for side in scene.game.sides) + 28 * unit
    colors = theme.side_colors(scene.game)
    for row, (side, name, color, reward) in enumerate(
        zip(scene.game.sides, scene.names, colors, frame.rewards, strict=True)
    ):
        y = (44 + 20 * row) * unit
        score = f"{reward:+.2f}".replace("-", "\N{MINUS SIGN}")
        room = canvas.width - label_width - width_of(score, body, True) - 16 * unit
        canvas.disc((6 * unit, y - 4.5 * unit), 5 * unit, color)
        canvas.text((18 * unit, y), side, body, theme.muted)
        canvas.text((label_width, y), elide(name, body, room, True), body, color, is_bold=True)
        canvas.text((canvas.width, y), score, body, theme.ink, is_bold=True, align=1)


def _draw_field(canvas: Canvas, scene: Scene, at: int) -> None:
    if not isinstance(scene.game, Scenario):
        draw_photo(canvas, scene.frames[at].view, scene.theme)
        return
    camera = Camera.fit(scene.box, canvas.width, canvas.height)
    past = [frame.view for frame in scene.frames[max(0, at - TRAIL_STEPS) : at]]
    Stage(canvas, camera, scene.game, scene.theme).draw(scene.frames[at].view, past)


def _draw_verdict(canvas: Canvas, scene: Scene, frame: Frame, unit: float) -> None:
    """A badge in the colour of the winner, beside the title."""
    said = verdict(scene.game, frame)
    if said:
        size, y = BODY * unit, 18 * unit
        width, right = width_of(said, size, True) + 22 * unit, canvas.width - 52 * unit
        canvas.panel(right - width, y - 11 * unit, right, y + 11 * unit, 11 * unit, _verdict_color(scene, frame))
        canvas.text((right - width / 2, y), said, size, scene.theme.on_color, is_bold=True, align=0.5, middle=True)


def _verdict_color(scene: Scene, frame: Frame) -> Rgb:
    return scene.theme.muted if frame.winner == DRAW else scene.theme.side_colors(scene.game)[frame.winner]


def _draw_footer(canvas: Canvas, scene: Scene, frame: Frame, unit: float, note: str, keys: Keys) -> None:
    """A bar of how far the game is, the step, the seed; then the note and the keys."""
    theme, small = scene.theme, SMALL * unit
    done, y = canvas.width * frame.step / frame.cycles, 20 * unit
    canvas.pixels[: round(3 * unit)] = theme.grid
    canvas.pixels[: round(3 * unit), : round(done)] = theme.muted
    step = f"step {frame.step}/{frame.cycles}"
    canvas.text((0, y), step, small, theme.ink)
    canvas.text((canvas.width / 2, y), note, small, theme.ink, align=0.5)
    room = canvas.width / 2 - width_of(note, small) / 2 - 12 * unit
    canvas.text((canvas.width, y), elide(f"seed {frame.seed}", small, room), small, theme.muted, align=1)
    _draw_keys(canvas, theme, 39 * unit, small, keys)


def _draw_keys(canvas: Canvas, theme: Theme, y: float, size: float, keys: Keys) -> None:
    """One centred line of keys and what they do."""
    gap = 3 * size / 2
    words = [(word, is_key) for pair in keys for word, is_key in zip(pair, (True, False), strict=True)]
    widths = [width_of(word, size, is_key) + (gap / 3 if is_key else gap) for word, is_key in words]
    x = (canvas.width - sum(widths) + gap) / 2
    for (word, is_key), width in zip(words, widths, strict=True):
        canvas.text((x, y), word, size, theme.ink if is_key else theme.muted, is_bold=is_key)
        x += width
