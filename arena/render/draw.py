"""A world as a picture: the playing field, landmarks, the goal, seats in the colours of their sides."""

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, dist, floor

import numpy as np

from arena.engine.world import World
from arena.render.camera import Box, Camera
from arena.render.canvas import Canvas, Point
from arena.render.marks import message, paints, seat_colors, seat_labels, spotlight
from arena.render.theme import LIGHT, REFERENCE_PIXELS, Rgb, Theme
from arena.scenario import Scenario

GRID_PIXELS = 34  # grid lines are at least so far apart
SMALLEST_DISC = 4.0  # pixels: far away, a disc is drawn larger than it is rather than lost
SMALLEST_SPEAKER = 11.0  # likewise, for seats that cannot move: they matter for what they say
ARROW_SECONDS = 0.2  # an arrow is as long as the way its seat would go in this time
TRAIL_STRENGTH, TRAIL_FADE, TRAIL_FAINTEST = 0.62, 0.88, 0.15  # of the newest piece; per step; never fainter


def picture(scenario: Scenario, world: World, size: int = 700, dynamic_rescaling: bool = True) -> np.ndarray:
    """A plain picture uint8 [size, size, 3] of a world; needs no display.

    The view widens for entities that leave the field. With `dynamic_rescaling` discs then shrink with everything
    else; without, they keep the size that they have on the field, as in mpe2.
    """
    canvas = Canvas.blank(size, size, LIGHT.beyond)
    camera = Camera.fit(view_of([world]), size, size)
    calm = Camera.fit(view_of([]), size, size)
    Stage(canvas, camera, scenario, LIGHT, camera.scale if dynamic_rescaling else calm.scale).draw(world)
    return canvas.picture()


def view_of(worlds: Sequence[World]) -> Box:
    """The part of the plane that holds everything drawn of `worlds`, the arrows too."""
    empty = np.zeros((0, 2))
    places = [world.pos + world.vel * ahead for world in worlds for ahead in (0, ARROW_SECONDS)]
    radii = [world.body.radius for world in worlds for _ in (0, ARROW_SECONDS)]
    return Box.holding(np.concatenate([empty, *places]), np.concatenate([empty[:, 0], *radii]))


class Stage:
    """Draws worlds of a scenario on a canvas, as a camera sees them."""

    def __init__(
        self, canvas: Canvas, camera: Camera, scenario: Scenario, theme: Theme, disc_scale: float | None = None
    ) -> None:
        self.canvas, self.camera, self.scenario, self.theme = canvas, camera, scenario, theme
        self.disc_scale = disc_scale or camera.scale  # pixels per world unit of radius
        self.unit = min(canvas.width, canvas.height) / REFERENCE_PIXELS * 1.2
        self.colors = seat_colors(scenario, theme)
        self.labels = seat_labels(scenario)
        self.least = [self.unit * (SMALLEST_DISC if e.movable else SMALLEST_SPEAKER) for e in scenario.seats]
        self.least += [self.unit * SMALLEST_DISC] * len(scenario.landmarks)

    def draw(self, world: World, past: Sequence[World] = ()) -> None:
        """Paints `world`, and the trails of its seats through the worlds of the `past`, oldest first."""
        places = [self.camera.to_pixel(place) for place in world.pos]
        radii = [max(least, self.disc_scale * float(r)) for least, r in zip(self.least, world.body.radius, strict=True)]
        goal = spotlight(self.scenario, world)
        painted = paints(self.scenario, world, self.theme)
        self.canvas.pixels[:] = empty_field(self.canvas.width, self.canvas.height, self.camera, self.theme, self.unit)
        for entity in sorted(range(world.seats, len(places)), key=lambda mark: -radii[mark]):  # none hides another
            self._landmark(entity, places[entity], radii[entity], painted[entity], entity == goal)
        for seat in range(world.seats):
            self._trail(seat, [*past, world])
        for seat in range(world.seats):
            self._arrow(places[seat], radii[seat], world.vel[seat], self.colors[seat])
        for seat in range(world.seats):
            self._seat(seat, places[seat], radii[seat], painted[seat])
            for entity in range(world.seats, len(places)):
                if dist(places[seat], places[entity]) < radii[seat] + 2 * radii[entity]:
                    self._outline(places[entity], radii[entity], entity == goal)
            self._label(seat, places[seat], radii[seat])
        for seat in range(world.seats):
            self._message(seat, places[seat], radii[seat], world)

    def _landmark(self, entity: int, at: Point, radius: float, painted: Rgb | None, is_goal: bool) -> None:
        theme, mark = self.theme, self.scenario.entities[entity]
        if is_goal:
            self.canvas.disc(at, radius * 1.5, theme.goal, alpha=0.4, softness=radius * 1.4)
            self.canvas.disc(at, radius, theme.goal)
            self.canvas.ring(at, radius * 0.5, 1.6 * self.unit, theme.field)  # a target, for who sees no gold
            self.canvas.disc(at, radius * 0.5, painted or theme.goal)
        else:
            fill = painted or (theme.mark_edge if mark.collides else theme.mark)  # what cannot be passed is darker
            self.canvas.disc(at, radius, fill, alpha=0.75)
            self.canvas.ring(at, radius - 0.6 * self.unit, 1.2 * self.unit, painted or theme.mark_edge)

    def _outline(self, at: Point, radius: float, is_goal: bool) -> None:
        """Keeps a landmark visible below a seat that stands on it."""
        if is_goal:
            self.canvas.ring(at, radius, 3.6 * self.unit, self.theme.field, alpha=0.9)
            self.canvas.ring(at, radius, 2 * self.unit, self.theme.goal)
        else:
            self.canvas.ring(at, radius - 0.6 * self.unit, 1.2 * self.unit, self.theme.mark)

    def _trail(self, seat: int, worlds: Sequence[World]) -> None:
        points = [self.camera.to_pixel(world.pos[seat]) for world in worlds]
        pieces = len(points) - 1
        if pieces < 1:
            return
        strength = [max(TRAIL_FAINTEST, TRAIL_STRENGTH * TRAIL_FADE**age) for age in range(pieces - 1, -1, -1)]
        widths = [self.unit * (1.4 + 2.6 * s / TRAIL_STRENGTH) for s in strength]
        self.canvas.path(points, widths, strength, self.colors[seat])
        self.canvas.disc(points[0], 2.6 * self.unit, self.colors[seat], alpha=0.55)

    def _seat(self, seat: int, at: Point, radius: float, painted: Rgb | None) -> None:
        """A disc, or a square if it cannot move; its middle is painted if the scenario wants it."""
        canvas, color, unit = self.canvas, self.colors[seat], self.unit
        canvas.disc((at[0], at[1] + 1.5 * unit), radius, (0, 0, 0), alpha=0.13, softness=6 * unit)
        if self.scenario.seats[seat].movable:
            canvas.disc(at, radius, color, alpha=0.86)
            canvas.ring(at, radius - 0.8 * unit, 1.6 * unit, color)
        else:
            canvas.panel(at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius, radius / 4, color)
        if painted:
            canvas.disc(at, radius * 0.72, self.theme.field)
            canvas.disc(at, radius * 0.64, painted)

    def _label(self, seat: int, at: Point, radius: float) -> None:
        if radius >= 7 * self.unit:  # smaller ones could not be read
            label, color = self.labels[seat], self.theme.on_color
            size = min(radius * (0.95 if len(label) == 1 else 0.7), 22 * self.unit)
            self.canvas.text(at, label, size, color, is_bold=True, align=0.5, middle=True)

    def _arrow(self, at: Point, radius: float, velocity: np.ndarray, color: Rgb) -> None:
        """From the rim of a seat, the way that it is going."""
        speed = float(np.hypot(velocity[0], velocity[1]))
        length = speed * ARROW_SECONDS * self.camera.scale
        if length < 2 * self.unit:
            return
        x, y = float(velocity[0]) / speed, -float(velocity[1]) / speed
        tip = at[0] + x * (radius + length), at[1] + y * (radius + length)
        width, barb = 2.4 * self.unit, min(5.5 * self.unit, length)
        self.canvas.line((at[0] + x * radius, at[1] + y * radius), tip, width, color)
        for side in (1, -1):
            back = -x - side * y, -y + side * x
            self.canvas.line(tip, (tip[0] + barb * 0.75 * back[0], tip[1] + barb * 0.75 * back[1]), width, color)

    def _message(self, seat: int, at: Point, radius: float, world: World) -> None:
        said = message(self.scenario, world, seat)
        if not said:
            return
        unit, size = self.unit, 11 * self.unit
        x, y = at[0] + 0.75 * radius, at[1] - 0.75 * radius - 5 * unit
        self.canvas.panel(x - 8 * unit, y - 8 * unit, x + 8 * unit, y + 8 * unit, 5 * unit, self.colors[seat])
        self.canvas.panel(x - 7 * unit, y - 7 * unit, x + 7 * unit, y + 7 * unit, 4 * unit, self.theme.field)
        self.canvas.text((x, y), said, size, self.theme.ink, is_bold=True, align=0.5, middle=True)


@lru_cache(maxsize=4)
def empty_field(width: int, height: int, camera: Camera, theme: Theme, unit: float) -> np.ndarray:
    """The pixels of the playing field and its grid, which stay the same for as long as the camera does."""
    canvas = Canvas.blank(width, height, theme.beyond)
    left, top = camera.to_pixel(np.array([-1.0, 1.0]))
    right, bottom = camera.to_pixel(np.array([1.0, -1.0]))
    corner = min(8 * unit, (right - left) / 8)
    canvas.panel(left, top, right, bottom, corner, theme.field)
    step = camera.grid_step(GRID_PIXELS * unit) * camera.scale
    for k in range(ceil(-camera.x / step), floor((width - camera.x) / step) + 1):
        canvas.line((camera.x + k * step, -2), (camera.x + k * step, height + 2), 1, theme.grid)
    for k in range(ceil((camera.y - height) / step), floor(camera.y / step) + 1):
        canvas.line((-2, camera.y - k * step), (width + 2, camera.y - k * step), 1, theme.grid)
    canvas.panel(left, top, right, bottom, corner, theme.edge, line=1.2 * unit)
    return canvas.pixels
