"""What tells entities apart in a picture: paint, colours of their own, labels, squares for those who cannot move."""

import numpy as np
import pytest

from arena.engine.worlds import Worlds
from arena.render.camera import Camera
from arena.render.draw import picture, seat_labels, view_of
from arena.render.marks import CONTRAST, brightness, own_color, paints
from arena.render.theme import DARK, LIGHT
from arena.scenario import Entity, load

RED, GREEN, BLUE = LIGHT.paints[:3]


def color_at(pixels, world, entity, offset=(0.0, 0.0)):
    """The colour of the pixel at an entity's place, or beside it by an offset in world units."""
    column, row = Camera.fit(view_of([]), *pixels.shape[:2]).to_pixel(world.pos[entity] + np.array(offset))
    return tuple(int(part) for part in pixels[int(row), int(column)])


def spread_out(scenario):
    """A world at rest whose entities stand apart in a row."""
    world = Worlds(scenario, dtype=np.float64).world()  # kernels for any cast
    world.pos[:] = np.stack([np.linspace(-0.8, 0.8, len(world.pos)), np.zeros(len(world.pos))], 1)
    return world


def near(color, wanted, tolerance=60):
    return np.abs(np.subtract(color, wanted)).max() < tolerance


def test_a_collector_a_treasure_and_a_deposit_of_one_kind_bear_one_colour():
    scenario = load("collect_treasure", num_collectors=2, num_treasures=3)
    world = spread_out(scenario)
    world.note[2:] = [1, 0, 0, 0, 2, 1, 0]  # held by the collectors, nothing by deposits, kinds of the treasures
    assert paints(scenario, world, LIGHT) == [RED, None, RED, GREEN, GREEN, RED, None]
    pixels = picture(scenario, world)
    assert near(color_at(pixels, world, 4), GREEN) and near(color_at(pixels, world, 5), RED)
    assert near(color_at(pixels, world, 2, (0.0, -0.04)), RED)
    assert near(color_at(pixels, world, 6), LIGHT.mark)


def test_agents_of_simple_reference_bear_the_colour_of_where_they_should_go():
    scenario = load("simple_reference")
    world = spread_out(scenario)
    world.note[:] = [4, 2]  # the partner of agent_0 goes to the third landmark, that of agent_1 to the first
    assert paints(scenario, world, LIGHT) == [RED, BLUE, RED, GREEN, BLUE]


def test_speakers_bear_what_they_know():
    listener = load("simple_speaker_listener")
    world = spread_out(listener)
    world.note[0] = 3
    assert paints(listener, world, DARK)[:2] == [DARK.paints[1], None]
    crypto = load("simple_crypto")
    world = spread_out(crypto)
    world.note[:2] = [0, 1]
    assert paints(crypto, world, LIGHT) == [None, GREEN, GREEN, RED, GREEN]


def test_who_cannot_move_is_square():
    scenario = load("simple_speaker_listener")
    world = spread_out(scenario)
    pixels, corner = picture(scenario, world), (0.06, 0.06)  # outside the disc of radius 0.075, inside its square
    side = LIGHT.side_colors(scenario)[0]
    assert near(color_at(pixels, world, 0, corner), side)
    assert not near(color_at(pixels, world, 1, corner), side)


def test_landmarks_keep_colours_of_their_own_and_what_is_solid_is_darker():
    scenario = load("simple_world_comm")
    obstacle, food, _, forest, _ = scenario.landmarks
    colors = [own_color(mark, LIGHT) for mark in (obstacle, food, forest)]
    assert colors == [None, (38, 38, 166), (153, 230, 153)]
    world = spread_out(scenario)
    world.pos[6:, 1] = 0.6
    pixels = picture(scenario, world)
    assert sum(color_at(pixels, world, 6)) < sum(LIGHT.mark)
    assert near(color_at(pixels, world, 7), (38, 38, 166))
    world.pos[7] = world.pos[9]
    assert near(color_at(picture(scenario, world), world, 7), (38, 38, 166))  # food in a forest


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_no_colour_is_lost_on_the_field(theme):
    for color in ((0.15, 0.15, 0.65), (0.1, 0.1, 0.9), (1.0, 1.0, 0.6), (0.2, 0.0, 0.0)):
        own = own_color(Entity("mark", color=color), theme)
        assert abs(brightness(own) - brightness(theme.field)) > CONTRAST - 1


LABELS = [
    ("simple_world_comm", {}, ["L", "1", "2", "3", "1", "2"]),
    ("simple_crypto", {}, ["E", "B", "A"]),
    ("simple_speaker_listener", {}, ["S", "L"]),
    ("collect_treasure", {"num_collectors": 3}, ["1", "2", "3", "D1", "D2"]),
    ("simple_tag", {}, ["1", "2", "3", "G"]),
    ("simple", {}, ["T"]),
]


@pytest.mark.parametrize(("name", "options", "labels"), LABELS)
def test_labels_tell_kinds_and_numbers(name, options, labels):
    assert seat_labels(load(name, **options)) == labels


def test_sides_of_grey_seats_are_blue_rather_than_red():
    assert LIGHT.side_colors(load("simple_reference")) == [LIGHT.series[0]]
    assert LIGHT.side_colors(load("simple_crypto")) == [LIGHT.series[1], LIGHT.series[0]]
