"""Which part of the plane a picture shows: everything that matters, with a margin, and equal scales on both axes."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from arena.render.canvas import Point

FIELD = 1.12  # a picture always shows [-1, 1] squared and a little around it, so that calm games share one scale
MARGIN = 0.05  # of the picture, on each side
FINEST_GRID = 0.5  # world units


@dataclass(frozen=True)
class Box:
    """A part of the plane, in world units."""

    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def holding(cls, pos: np.ndarray, radius: np.ndarray) -> Self:
        """The smallest box with the field and the discs at `pos` [n, 2] of `radius` [n]."""
        low = (pos - radius[:, None]).min(0, initial=-FIELD)
        high = (pos + radius[:, None]).max(0, initial=FIELD)
        return cls(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


@dataclass(frozen=True)
class Camera:
    """Maps world units to the pixels of a canvas; y points up in the world and down on the canvas."""

    scale: float  # pixels per world unit
    x: float  # the world's origin on the canvas
    y: float

    @classmethod
    def fit(cls, box: Box, width: int, height: int) -> Self:
        """Shows `box` as large as it fits, centred."""
        usable = 1 - 2 * MARGIN
        scale = usable * min(width / (box.right - box.left), height / (box.top - box.bottom))
        x = width / 2 - scale * (box.left + box.right) / 2
        y = height / 2 + scale * (box.bottom + box.top) / 2
        return cls(float(scale), float(x), float(y))

    def to_pixel(self, place: np.ndarray) -> Point:
        """The pixel of a world position [2]."""
        return self.x + self.scale * float(place[0]), self.y - self.scale * float(place[1])

    def grid_step(self, spacing_pixels: float) -> float:
        """The finest distance of grid lines, in world units, that keeps them so many pixels apart."""
        step = FINEST_GRID
        while step * self.scale < spacing_pixels:
            step *= 2
        return step
