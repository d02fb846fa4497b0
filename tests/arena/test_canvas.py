"""Painting, lettering and the camera by their numbers."""

import numpy as np
import pytest

from arena.render.camera import FIELD, Box, Camera
from arena.render.canvas import Canvas
from arena.render.draw import view_of
from arena.render.lettering import clean, elide, width_of

BLACK, WHITE = (0, 0, 0), (255, 255, 255)
HOSTILE = "\x1b[31m" + "‮evil\n\t" + "z̸̈́" * 50 + "漢🙂" + "x" * 5000


def ink(canvas: Canvas) -> float:
    """How many white pixels' worth was painted on black."""
    return float(canvas.pixels[..., 0].sum() / 255)


@pytest.mark.parametrize("radius", [3.5, 7.3, 20.0])
def test_a_disc_has_its_area_and_its_place(radius):
    canvas = Canvas.blank(60, 50, BLACK)
    canvas.disc((30.25, 24.5), radius, WHITE)
    assert ink(canvas) == pytest.approx(np.pi * radius**2, rel=0.01)
    weight = canvas.pixels[..., 0] / canvas.pixels[..., 0].sum()
    assert (weight.sum(0) @ (np.arange(60) + 0.5), weight.sum(1) @ (np.arange(50) + 0.5)) == pytest.approx(
        (30.25, 24.5), abs=0.03
    )
    assert canvas.picture()[24, 30].tolist() == list(WHITE)
    assert canvas.picture()[0, 0].tolist() == list(BLACK)


def test_rings_panels_and_lines_have_their_areas():
    areas = {
        "ring": (lambda c: c.ring((40, 40), 20, 3, WHITE), 2 * np.pi * 20 * 3),
        "panel": (lambda c: c.panel(10, 20, 60, 50, 6, WHITE), 50 * 30 - (4 - np.pi) * 36),
        "frame": (lambda c: c.panel(10, 20, 60, 50, 0.01, WHITE, line=2), 2 * (50 + 30) * 2 - 4 + np.pi),
        "line": (lambda c: c.line((15.5, 20.2), (60.1, 55.7), 5, WHITE), 5 * np.hypot(44.6, 35.5) + np.pi * 2.5**2),
    }
    for name, (paint, area) in areas.items():
        canvas = Canvas.blank(80, 80, BLACK)
        paint(canvas)
        assert ink(canvas) == pytest.approx(area, rel=0.01), name


def test_a_path_that_turns_back_is_no_stronger():
    canvas = Canvas.blank(60, 20, BLACK)
    canvas.path([(10, 10), (50, 10), (10, 10)], [6, 6], [0.5, 0.5], WHITE)
    assert canvas.pixels[10, 30, 0] == pytest.approx(127.5)


def test_shapes_beyond_the_canvas_are_cut_off():
    canvas = Canvas.blank(20, 20, BLACK)
    for at in [(-100.0, 5.0), (5.0, 1e7), (-1e9, -1e9)]:
        canvas.disc(at, 3, WHITE)
        canvas.text(at, "text", 12, WHITE)
    assert ink(canvas) == 0
    canvas.disc((0, 0), 8, WHITE)
    assert ink(canvas) == pytest.approx(np.pi * 16, rel=0.01)


@pytest.mark.parametrize("reach", [0.5, 3.0, 1e3])
@pytest.mark.parametrize(("width", "height"), [(480, 480), (900, 300), (200, 700)])
def test_the_camera_holds_everything_whole(reach, width, height):
    rng = np.random.default_rng(0)
    pos, radius = rng.normal(0, reach, (50, 2)), rng.uniform(0.05, 0.2, 50)
    camera = Camera.fit(Box.holding(pos, radius), width, height)
    x, y = np.array([camera.to_pixel(place) for place in pos]).T
    r = radius * camera.scale
    assert min((x - r).min(), (y - r).min()) >= 0
    assert (x + r).max() <= width
    assert (y + r).max() <= height
    right, up = camera.to_pixel(np.array([1.0, 0.0])), camera.to_pixel(np.array([0.0, 1.0]))
    assert right[0] - camera.x == pytest.approx(camera.y - up[1])  # the same scale both ways, y up


def test_calm_worlds_share_one_view():
    calm = Box(-FIELD, -FIELD, FIELD, FIELD)
    assert Box.holding(np.array([[0.9, -0.8]]), np.array([0.15])) == calm
    assert view_of([]) == calm
    assert Box.holding(np.array([[2.0, -3.0]]), np.array([0.5])) == Box(-FIELD, -3.5, 2.5, FIELD)


def test_names_are_cleaned():
    assert clean(HOSTILE).isprintable()
    assert clean("\x1b[31m‮a\n\tb​") == "[31ma b"
    assert clean("\x00\n") == "?"
    assert clean("a" + "\u0335" * 9) == "a"
    assert clean("Zoë №1") == "Zoë №1"
    assert len(clean(HOSTILE)) <= 200


def test_long_names_keep_their_ends_and_fit():
    name = "runs/a rather long name of a run@1000000#3"
    short = elide(name, 13, 150)
    assert width_of(short, 13) <= 150
    assert short.startswith("runs/")
    assert short.endswith("00#3")
    assert elide("short", 13, 150) == "short"
    assert elide(name, 13, 1) == "…"
