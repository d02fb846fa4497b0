"""Pictures as files: a GIF of a game, a PNG of its end."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from arena.errors import ArenaError
from arena.files import write_bytes

HOLD_MS = 2000  # the last frame of a GIF stays so long before it starts over
SHORTEST_MS = 20  # browsers slow down frames that are shorter
PALETTE_FRAMES = 8  # a palette is made from at most so many frames


def save(path: Path, pictures: Sequence[np.ndarray], fps: float = 10) -> None:
    """Writes `pictures` uint8 [H, W, 3] to a .gif, or the last of them to a .png, as the name of `path` ends."""
    ending = path.suffix.lower()
    if ending == ".gif":
        save_gif(path, pictures, fps)
    elif ending == ".png":
        save_png(path, pictures[-1])
    else:
        raise ArenaError(f"{path.name!r}: a picture is written as .gif (the whole game) or .png (its last frame)")


def save_png(path: Path, picture: np.ndarray) -> None:
    """Writes one picture uint8 [H, W, 3]."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", optimize=True)
    write_bytes(path, buffer.getvalue())


def save_gif(path: Path, pictures: Sequence[np.ndarray], fps: float) -> None:
    """Writes an endless GIF whose frames share one palette made for them; the last frame is held."""
    palette = _palette(pictures)
    first, *others = (Image.fromarray(p).quantize(palette=palette, dither=Image.Dither.NONE) for p in pictures)
    frame_ms = max(SHORTEST_MS, round(1000 / fps))
    buffer = io.BytesIO()
    durations = [frame_ms] * len(others) + [HOLD_MS]
    first.save(buffer, "GIF", save_all=True, append_images=others, duration=durations, loop=0, optimize=False)
    write_bytes(path, buffer.getvalue())


def _palette(pictures: Sequence[np.ndarray]) -> Image.Image:
    """256 colours for frames spread over the film."""
    chosen = np.linspace(0, len(pictures) - 1, min(len(pictures), PALETTE_FRAMES)).round().astype(int)
    strip = np.concatenate([pictures[index] for index in chosen])
    return Image.fromarray(strip).quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=2)
