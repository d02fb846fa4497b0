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
    height, width = pictures[0].shape[:2]
    strip = Image.fromarray(np.concatenate(pictures)).quantize(256)  # together, so that nothing flickers
    frames = [strip.crop((0, top, width, top + height)) for top in range(0, strip.height, height)]
    durations = [max(SHORTEST_MS, round(1000 / fps))] * (len(frames) - 1) + [HOLD_MS]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=False)
    write_bytes(path, buffer.getvalue())
