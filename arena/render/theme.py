"""One palette and one type scale for pictures, films, windows and curves.

Source: the colours of sides and runs are those of Okabe and Ito, "Color Universal Design" (2008), which stay apart
for colour-blind eyes; on a dark page they are lighter.
"""

from colorsys import rgb_to_hsv
from dataclasses import dataclass

from arena.game import Game
from arena.scenario import Color

Rgb = tuple[int, int, int]
BLUE: Color = (0.35, 0.35, 0.85)


@dataclass(frozen=True)
class Theme:
    """Colours as red, green, blue in 0..255."""

    page: Rgb  # behind everything
    field: Rgb  # the playing field, [-1, 1] squared
    beyond: Rgb  # what lies around it
    grid: Rgb
    edge: Rgb  # the border of the playing field
    ink: Rgb  # text
    muted: Rgb  # secondary text
    on_color: Rgb  # text on a side's colour
    mark: Rgb  # landmarks
    mark_edge: Rgb
    goal: Rgb  # the entity in the spotlight
    paints: tuple[Rgb, ...]  # red, green, blue, yellow, violet, brown, for entities that a scenario paints
    series: tuple[Rgb, ...]  # sides of a game, runs of a plot

    def side_colors(self, game: Game) -> list[Rgb]:
        """A colour for each side: of those left, the first that is close in hue to the game's own, or to blue."""
        left = list(self.series)
        colors = []
        for seats in game.sides.values():
            color = getattr(game.seats[seats[0]], "color", BLUE)
            wanted = BLUE if is_grey(color) else color
            best = min(left or self.series, key=lambda color: round(4 * hue_gap(wanted, color)))
            colors.append(best)
            left = [color for color in left if color != best]
        return colors


LIGHT = Theme(
    page=(255, 255, 255),
    field=(255, 255, 255),
    beyond=(243, 244, 247),
    grid=(232, 235, 239),
    edge=(203, 208, 216),
    ink=(28, 33, 41),
    muted=(104, 112, 125),
    on_color=(255, 255, 255),
    mark=(188, 194, 203),
    mark_edge=(139, 147, 159),
    goal=(226, 155, 0),
    paints=((214, 48, 49), (58, 166, 60), (49, 99, 214), (240, 196, 25), (150, 70, 190), (133, 88, 52)),
    series=((0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167), (120, 94, 60), (70, 78, 92)),
)

DARK = Theme(
    page=(16, 19, 25),
    field=(31, 36, 45),
    beyond=(23, 27, 34),
    grid=(43, 49, 60),
    edge=(72, 81, 96),
    ink=(234, 238, 243),
    muted=(148, 157, 171),
    on_color=(13, 16, 21),
    mark=(86, 95, 109),
    mark_edge=(136, 146, 161),
    goal=(255, 200, 61),
    paints=((240, 84, 84), (94, 200, 96), (98, 145, 255), (250, 214, 70), (186, 120, 222), (176, 130, 92)),
    series=((92, 172, 238), (255, 133, 66), (63, 201, 155), (231, 158, 201), (190, 166, 132), (170, 180, 196)),
)

# Sizes of text in pixels on a picture of 480 pixels; larger pictures scale them.
SMALL, BODY, TITLE = 11.0, 13.0, 16.0
REFERENCE_PIXELS = 480


def is_grey(color: Color) -> bool:
    """Whether a colour in 0..1 has no hue to speak of."""
    return max(color) - min(color) < 0.1


def hue_gap(wanted: Color, color: Rgb) -> float:
    """How far apart a colour in 0..1 and one in 0..255 are around the colour wheel, 0 to 0.5."""
    gap = abs(rgb_to_hsv(*wanted)[0] - rgb_to_hsv(*color)[0])
    return min(gap, 1 - gap)
