"""What tells the entities of a scenario apart in a picture: colours, labels, words, highlights."""

from string import ascii_uppercase

from arena.engine.complaint import explained
from arena.engine.world import World
from arena.render.theme import Rgb, Theme, is_grey
from arena.scenario import Entity, Scenario, Seat

CONTRAST = 40  # of the brightness of a landmark to the field, at least


def spotlight(scenario: Scenario, world: World) -> int:
    """The entity that the scenario wants highlighted, or -1."""
    choose = scenario.part("spotlight")
    if not choose:
        return -1
    with explained(scenario.module):
        return int(choose(world))


def paints(scenario: Scenario, world: World, theme: Theme) -> list[Rgb | None]:
    """The colour that marks each entity, or None: what the scenario paints, else a landmark's own."""
    paint = scenario.part("paint")
    if not paint:
        return [None] * len(scenario.seats) + [own_color(mark, theme) for mark in scenario.landmarks]
    with explained(scenario.module):
        chosen = [int(paint(world, entity)) for entity in range(len(scenario.entities))]
    return [theme.paints[color] if color >= 0 else None for color in chosen]


def own_color(entity: Entity, theme: Theme) -> Rgb | None:
    """The colour that a scenario gives an entity, mixed with ink where it is lost on the field; None for greys."""
    if is_grey(entity.color):
        return None
    color = tuple(round(255 * part) for part in entity.color)
    own, field, ink = (brightness(each) for each in (color, theme.field, theme.ink))
    least = field + (CONTRAST if ink > field else -CONTRAST)
    share = (least - own) / (ink - own) if abs(own - field) < CONTRAST else 0.0
    red, green, blue = (round(a + share * (b - a)) for a, b in zip(color, theme.ink, strict=True))
    return red, green, blue


def brightness(color: tuple[int, ...]) -> float:
    """How bright a colour looks, 0 to 255. Source: ITU-R BT.709, luma."""
    return 0.2126 * color[0] + 0.7152 * color[1] + 0.0722 * color[2]


def message(scenario: Scenario, world: World, seat: int) -> str:
    """The strongest letter of what a seat said in the last step, or nothing."""
    said = world.say[seat, : scenario.seats[seat].talk]
    return ascii_uppercase[int(said.argmax()) % 26] if said.any() else ""


def seat_colors(scenario: Scenario, theme: Theme) -> list[Rgb]:
    """The colour of each seat: its side's."""
    colors = dict(zip(scenario.sides, theme.side_colors(scenario), strict=True))
    return [colors[seat.side] for seat in scenario.seats]


def seat_labels(scenario: Scenario) -> list[str]:
    """What stands on each disc: the number of the seat among those of its kind, or the initial of one of a kind.

    Of several kinds in one side, the seats of the smaller ones carry the initial as well.
    """
    kinds: dict[tuple[str, str], list[int]] = {}
    for index, seat in enumerate(scenario.seats):
        kinds.setdefault((seat.side, _kind(seat)), []).append(index)
    largest = {side: max(len(s) for (own, _), s in kinds.items() if own == side) for side in scenario.sides}
    labels = [""] * len(scenario.seats)
    for (side, kind), seats in kinds.items():
        initial = (side if kind == "agent" else kind)[:1].upper()
        for number, index in enumerate(seats, start=1):
            prefix = initial if len(seats) < largest[side] else ""
            labels[index] = f"{prefix}{number}" if len(seats) > 1 else initial
    return labels


def _kind(seat: Seat) -> str:
    """The name of a seat without its number."""
    return seat.name.rstrip("0123456789").rstrip("_ ")
