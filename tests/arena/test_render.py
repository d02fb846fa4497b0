"""Pictures by their numbers: where things are drawn, how large, in which colour."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from arena.engine.worlds import Worlds
from arena.film import Frame, film
from arena.player import Player
from arena.render.camera import Camera
from arena.render.canvas import Canvas
from arena.render.draw import SMALLEST_DISC, Stage, message, picture, seat_labels, spotlight, view_of
from arena.render.scene import Scene, draw_frame, verdict
from arena.render.theme import DARK, LIGHT
from arena.scenario import DRAW, Layout, Scenario, load

BLUE, VERMILLION = LIGHT.series[0], LIGHT.series[1]
HOSTILE = "\x1b[31m" + "‮evil\n\t" + "z̸̈́" * 50 + "漢🙂" + "x" * 5000


class Push:
    """Every seat pushes its own way, for ever."""

    memory_width = 0

    def act(self, seat, obs, memory, stream, step):
        action = np.zeros((len(obs), 5), np.float32)
        action[:, 1 + seat % 4] = 1
        return action


def push_film(scenario: Scenario, seed: int = 0) -> list[Frame]:
    return list(film(scenario, [Player("push", "push", Push(), tuple(scenario.sides))] * len(scenario.seats), seed))


def world_at(scenario: Scenario, *places: tuple[float, float]):
    """A world at rest with its first entities at `places` and the others in a corner."""
    world = Worlds(scenario, dtype=np.float64).world()
    world.pos[:] = (-0.9, -0.9)
    world.pos[: len(places)] = places
    return world


def centre_of(pixels: np.ndarray, color, tolerance: float = 40) -> tuple[float, float, int]:
    """The centre (x, y) and number of the pixels near a colour."""
    rows, columns = np.nonzero(np.abs(pixels.astype(float) - color).max(-1) < tolerance)
    return columns.mean() + 0.5, rows.mean() + 0.5, len(rows)


def test_a_seat_is_drawn_at_its_place_in_the_colour_of_its_side():
    scenario = load("simple_adversary")
    pixels = picture(scenario, world_at(scenario, (-0.4, 0.6), (0.5, -0.25), (0.7, 0.7)), size=600)
    assert pixels.shape == (600, 600, 3)
    assert pixels.dtype == np.uint8
    camera = Camera.fit(view_of([]), 600, 600)
    x, y, count = centre_of(pixels, VERMILLION)
    assert (x, y) == pytest.approx(camera.to_pixel(np.array([-0.4, 0.6])), abs=1)
    assert count == pytest.approx(np.pi * (0.15 * camera.scale) ** 2, rel=0.15)  # a letter stands on it
    x, y, _ = centre_of(pixels[300:], BLUE)
    assert (x, y + 300) == pytest.approx(camera.to_pixel(np.array([0.5, -0.25])), abs=1)


def test_the_goal_stands_out_even_below_a_seat():
    scenario = load("simple_adversary")
    world = world_at(scenario, (0.8, 0.8), (0.8, 0.8), (0.8, 0.8), (0.3, 0.2), (-0.5, 0.1))
    world.note[0] = 3
    assert spotlight(scenario, world) == 3
    x, y, _ = centre_of(picture(scenario, world), LIGHT.goal)
    assert (x, y) == pytest.approx(Camera.fit(view_of([]), 700, 700).to_pixel(world.pos[3]), abs=1)
    world.pos[1] = world.pos[3]
    x, y, count = centre_of(picture(scenario, world), LIGHT.goal)
    assert (x, y) == pytest.approx(Camera.fit(view_of([]), 700, 700).to_pixel(world.pos[3]), abs=1.5)
    assert count > 100


def test_rescaling_concerns_discs_only():
    scenario = load("simple_spread", N=1)
    near = world_at(scenario, (0.3, 0.3), (0.0, -0.5))
    far = world_at(scenario, (9.0, 0.3), (0.0, -0.5))
    sizes = [
        centre_of(picture(scenario, w, 700, is_scaled), BLUE)[2] for w in (near, far) for is_scaled in (True, False)
    ]
    assert sizes[0] == sizes[1]
    assert sizes[2] < 0.1 * sizes[0]
    assert sizes[3] == pytest.approx(sizes[0], rel=0.3)


def test_a_seat_that_ran_far_away_is_small_but_there():
    scenario = load("simple_spread", N=1)
    pixels = picture(scenario, world_at(scenario, (1e4, 0.0)), 700)
    x, y, count = centre_of(pixels, BLUE, 90)
    assert count > np.pi * SMALLEST_DISC**2 / 2
    assert 600 < x < 700
    assert y == pytest.approx(350, abs=2)


def test_labels_number_the_seats_of_a_side():
    assert seat_labels(load("simple_adversary", N=3)) == ["A", "1", "2", "3"]
    assert seat_labels(load("simple_spread", N=1)) == ["T"]


def test_what_a_seat_says_is_shown():
    silent = load("simple_spread", N=1)
    talker = replace(silent, layout=Layout((replace(silent.seats[0], talk=3),), silent.landmarks))
    world = Worlds(talker, dtype=np.float64).world()
    assert message(talker, world, 0) == ""
    before = picture(talker, world)
    world.say[0] = (0.1, 0.2, 0.7)
    assert message(talker, world, 0) == "C"
    assert (picture(talker, world) != before).any()


def test_a_trail_leads_back_to_the_start():
    scenario = load("simple_spread", N=1)
    frames = push_film(scenario)
    worlds = [frame.view for frame in frames]
    camera = Camera.fit(view_of(worlds), 400, 400)
    canvas = Canvas.blank(400, 400, LIGHT.beyond)
    Stage(canvas, camera, scenario, LIGHT).draw(worlds[-1], worlds[:-1])
    column, row = (int(v) for v in camera.to_pixel(worlds[0].pos[0]))
    red, _, blue = canvas.picture()[row, column].astype(int)
    assert blue - red > 60


def luminance(color) -> float:
    """Relative luminance. Source: WCAG 2.1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in np.array(color) / 255]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def contrast(a, b) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_text_can_be_read(theme):
    assert contrast(theme.ink, theme.page) > 7
    assert contrast(theme.muted, theme.page) > 4.5
    for color in theme.series[:2]:
        assert contrast(color, theme.page) > 3.5
        assert contrast(theme.on_color, color) > 3.5


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_sides_differ_for_colour_blind_eyes(theme):
    # Deuteranopia and protanopia in linear light. Source: Viénot, Brettel, Mollon 1999.
    for first, second in ((0.29275, 0.70725), (0.11238, 0.88762)):
        kept = np.array([[first, second, 0], [first, second, 0], [0, 0, 1]])
        kept[2] = (-0.02234, 0.02234, 1) if first > 0.2 else (0.00401, -0.00401, 1)
        seen = [kept @ ((np.array(color) / 255) ** 2.2) for color in theme.series[:3]]
        gaps = [np.abs(a - b).max() for i, a in enumerate(seen) for b in seen[:i]]
        assert min(gaps) > 0.1


def test_every_side_has_a_colour_of_its_own_like_the_scenarios():
    assert LIGHT.side_colors(load("simple_adversary")) == [VERMILLION, BLUE]
    assert LIGHT.side_colors(load("simple_spread")) == [BLUE]
    crowd = load("simple_spread", N=8)
    seats = tuple(replace(seat, side=f"side {i}") for i, seat in enumerate(crowd.seats))
    colors = LIGHT.side_colors(replace(crowd, layout=Layout(seats, crowd.landmarks)))
    assert len(set(colors)) == len(LIGHT.series)


def test_a_scene_shows_every_frame_in_one_view():
    scenario = load("simple_adversary")
    frames = push_film(scenario)
    scene = Scene.of(scenario, frames, [HOSTILE, "good one"])
    pos, radius = np.concatenate([f.view.pos for f in frames]), np.tile(frames[0].view.body.radius, len(frames))
    assert (pos[:, 0] - radius).min() >= scene.box.left
    assert (pos[:, 1] + radius).max() <= scene.box.top
    pictures = list(scene.pictures(320, 360))
    assert len(pictures) == 26
    assert {p.shape for p in pictures} == {(360, 320, 3)}
    assert (pictures[0][:18, :130] == pictures[-1][:18, :130]).all()  # the title stands still
    assert all((a != b).any() for a, b in pairwise(pictures))


@pytest.mark.parametrize(("step", "share"), [(0, 0.0), (10, 0.4), (25, 1.0)])
def test_the_bar_shows_how_far_the_game_is(step, share):
    scenario = load("simple_spread", N=1)
    pixels = draw_frame(Scene.of(scenario, push_film(scenario), ["push"]), step, 480, 480)
    bar = pixels[480 - 32 + 1, 12:-12]
    assert (bar == LIGHT.muted).all(-1).mean() == pytest.approx(share, abs=0.01)


def test_the_verdict_names_the_winner_at_the_end_only():
    scenario = load("simple_adversary")
    first = push_film(scenario)[0]
    assert verdict(scenario, first) == ""
    end = replace(first, last=True)
    assert verdict(scenario, replace(end, winner=1)) == "good wins"
    assert verdict(scenario, replace(end, winner=DRAW)) == "draw"
    assert verdict(scenario, replace(end, winner=1, fault=0)) == "good wins by forfeit"
    assert verdict(load("simple_spread"), end) == ""
    assert verdict(load("simple_spread"), replace(end, fault=0)) == "forfeit"
