"""Text as masks of coverage, in a font that comes with matplotlib: no font of the machine is needed.

Names are data: `clean` removes what is not to be drawn, `elide` shortens to a width.
"""

import unicodedata
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import ImageFont

ELLIPSIS = "…"
LONGEST_NAME = 200  # characters that are looked at; more would never fit


@cache
def font_file(is_bold: bool) -> Path:
    """The path of DejaVu Sans."""
    spec = find_spec("matplotlib")
    assert spec is not None and spec.origin is not None  # a dependency of the arena
    name = "DejaVuSans-Bold.ttf" if is_bold else "DejaVuSans.ttf"
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / name


@lru_cache(maxsize=64)
def font(size: float, is_bold: bool) -> ImageFont.FreeTypeFont:
    """The font at a size in pixels."""
    return ImageFont.truetype(str(font_file(is_bold)), round(size, 1), layout_engine=ImageFont.Layout.BASIC)


def clean(text: str) -> str:
    """`text` on one line without control, formatting, stacking or unassigned characters; "?" if nothing is left."""
    composed = unicodedata.normalize("NFC", text[:LONGEST_NAME])
    spaced = "".join(" " if char.isspace() else char for char in composed)
    kept = (
        char
        for char in spaced
        if unicodedata.category(char)[0] != "C" and unicodedata.category(char) not in ("Mn", "Me")
    )
    return " ".join("".join(kept).split()) or "?"


def width_of(text: str, size: float, is_bold: bool = False) -> float:
    """The width of a line in pixels."""
    return font(size, is_bold).getlength(text)


def elide(text: str, size: float, width: float, is_bold: bool = False) -> str:
    """`text`, or its beginning and end around an ellipsis, at most `width` pixels wide."""
    if width_of(text, size, is_bold) <= width:
        return text
    for kept in range(len(text) - 1, 1, -1):
        tail = kept // 2
        shorter = text[: kept - tail].rstrip() + ELLIPSIS + text[len(text) - tail :].lstrip()
        if width_of(shorter, size, is_bold) <= width:
            return shorter
    return ELLIPSIS


@lru_cache(maxsize=512)
def letters(text: str, size: float, is_bold: bool) -> tuple[np.ndarray, int, int]:
    """Coverage float32 [h, w] in 0..1 of a line, and where its left top lies from the start of its baseline."""
    mask, (left, top) = font(size, is_bold).getmask2(text, mode="L", anchor="ls")
    width, height = mask.size
    coverage = np.array(mask, np.float32).reshape(height, width) / 255
    return coverage, int(left), int(top)
