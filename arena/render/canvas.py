"""Painting with smooth edges on an array: no window, no display, no video.

A shape is a function of its signed distance in pixels: coverage is 1 inside, 0 outside, and passes between within the
pixel that the edge runs through. Pixel (row i, column j) has its centre at x = j + 0.5, y = i + 0.5.
"""

from collections.abc import Sequence
from typing import Self

import numpy as np

from arena.render.lettering import letters, width_of
from arena.render.theme import Rgb

Point = tuple[float, float]


class Canvas:
    """A picture being painted; shapes outside it are cut off."""

    def __init__(self, pixels: np.ndarray) -> None:
        self.pixels = pixels  # [H, W, 3] float32, 0..255

    @classmethod
    def blank(cls, width: int, height: int, color: Rgb) -> Self:
        pixels = np.empty((height, width, 3), np.float32)
        pixels[:] = color
        return cls(pixels)

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    def part(self, left: int, top: int, right: int, bottom: int) -> Self:
        """A canvas with an origin of its own that paints on this region."""
        return type(self)(self.pixels[top:bottom, left:right])

    def picture(self) -> np.ndarray:
        """uint8 [H, W, 3]."""
        return (self.pixels + 0.5).astype(np.uint8)

    def disc(self, at: Point, radius: float, color: Rgb, alpha: float = 1, softness: float = 1) -> None:
        """A filled circle; `softness` is the width in pixels over which its edge fades."""
        box, x, y = self._around([at], radius + softness)
        self._blend(box, edge(np.hypot(x - at[0], y - at[1]) - radius, softness) * alpha, color)

    def ring(self, at: Point, radius: float, width: float, color: Rgb, alpha: float = 1) -> None:
        """A circle whose line of `width` is centred on `radius`."""
        box, x, y = self._around([at], radius + width)
        distance = np.abs(np.hypot(x - at[0], y - at[1]) - radius) - width / 2
        self._blend(box, edge(distance) * alpha, color)

    def panel(
        self, left: float, top: float, right: float, bottom: float, corner: float, color: Rgb, line: float = 0
    ) -> None:
        """A rectangle with round corners, filled, or an outline of width `line`."""
        box, x, y = self._around([(left, top), (right, bottom)], 1 + line)
        dx = np.abs(x - (left + right) / 2) - (right - left) / 2 + corner
        dy = np.abs(y - (top + bottom) / 2) - (bottom - top) / 2 + corner
        distance = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0)) + np.minimum(np.maximum(dx, dy), 0) - corner
        self._blend(box, edge(np.abs(distance) - line / 2 if line else distance), color)

    def path(self, points: Sequence[Point], widths: Sequence[float], alphas: Sequence[float], color: Rgb) -> None:
        """A line through `points` [n], of a width and strength for each of its n - 1 pieces.

        Where pieces meet or cross, the stronger one shows: they do not add up.
        """
        whole, _, _ = self._around(points, max(widths) + 1)
        coverage = np.zeros(self.pixels[whole].shape[:2], np.float32)
        top, left = whole[0].start, whole[1].start
        for start, stop, width, alpha in zip(points, points[1:], widths, alphas, strict=False):
            (rows, columns), x, y = self._around([start, stop], width + 1)
            within = coverage[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
            np.maximum(within, edge(segment_distance(x, y, start, stop) - width / 2) * alpha, out=within)
        self._blend(whole, coverage, color)

    def line(self, start: Point, stop: Point, width: float, color: Rgb, alpha: float = 1) -> None:
        """A straight line with round ends."""
        self.path([start, stop], [width], [alpha], color)

    def text(
        self,
        at: Point,
        text: str,
        size: float,
        color: Rgb,
        *,
        is_bold: bool = False,
        align: float = 0,
        middle: bool = False,
    ) -> None:
        """A line of text on the baseline `at`; align 0, 0.5, 1: begins, is centred, ends there.

        With `middle`, `at` is the height of the middle of a capital letter instead.
        """
        mask, left, top = letters(text, size, is_bold)
        baseline = at[1] - (letters("H", size, is_bold)[2] / 2 if middle else 0)
        column = round(at[0] - align * width_of(text, size, is_bold)) + left
        row = round(baseline) + top
        first_row, first_column = max(row, 0), max(column, 0)
        last_row, last_column = min(row + mask.shape[0], self.height), min(column + mask.shape[1], self.width)
        if first_row < last_row and first_column < last_column:
            visible = mask[first_row - row : last_row - row, first_column - column : last_column - column]
            self._blend((slice(first_row, last_row), slice(first_column, last_column)), visible, color)

    def _around(self, points: Sequence[Point], margin: float) -> tuple[tuple[slice, slice], np.ndarray, np.ndarray]:
        """The region that holds `points` with a margin, and the x [1, w] and y [h, 1] of its pixels."""
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        columns = _clipped(min(xs) - margin, max(xs) + margin, self.width)
        rows = _clipped(min(ys) - margin, max(ys) + margin, self.height)
        x = np.arange(columns.start, columns.stop, dtype=np.float32)[None, :] + np.float32(0.5)
        y = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None] + np.float32(0.5)
        return (rows, columns), x, y

    def _blend(self, box: tuple[slice, slice], coverage: np.ndarray, color: Rgb) -> None:
        region = self.pixels[box]
        region += coverage[..., None] * (np.array(color, np.float32) - region)


def edge(distance: np.ndarray, softness: float = 1) -> np.ndarray:
    """Coverage of pixels at a signed distance from the edge of a shape, negative inside."""
    return np.clip(0.5 - distance / softness, 0, 1)


def segment_distance(x: np.ndarray, y: np.ndarray, start: Point, stop: Point) -> np.ndarray:
    """The distance of the pixels (x, y) from a line between two points."""
    dx, dy = stop[0] - start[0], stop[1] - start[1]
    along = ((x - start[0]) * dx + (y - start[1]) * dy) / max(dx * dx + dy * dy, 1e-12)
    along = np.clip(along, 0, 1)
    return np.hypot(x - start[0] - along * dx, y - start[1] - along * dy)


def _clipped(low: float, high: float, size: int) -> slice:
    first = min(max(int(np.floor(low)), 0), size)
    return slice(first, min(max(int(np.ceil(high)), first), size))
