"""The picture that a game drew of itself, in the place of ours."""

import numpy as np
from PIL import Image

from arena.render.canvas import Canvas
from arena.render.theme import BODY, REFERENCE_PIXELS, Theme


def draw_photo(canvas: Canvas, photo: np.ndarray | None, theme: Theme) -> None:
    """Fits `photo` uint8 [H, W, 3] into the canvas, centred; a line of text where there is none."""
    canvas.pixels[:] = theme.beyond
    if photo is None:
        size = BODY * min(canvas.width, canvas.height) / REFERENCE_PIXELS * 1.2
        middle = (canvas.width / 2, canvas.height / 2)
        canvas.text(middle, "this game does not draw itself", size, theme.muted, align=0.5, middle=True)
        return
    scale = min(canvas.width / photo.shape[1], canvas.height / photo.shape[0])
    width, height = max(1, round(photo.shape[1] * scale)), max(1, round(photo.shape[0] * scale))
    fitted = Image.fromarray(photo).resize((width, height), Image.Resampling.LANCZOS)
    left, top = (canvas.width - width) // 2, (canvas.height - height) // 2
    canvas.pixels[top : top + height, left : left + width] = np.asarray(fitted)
