"""Strips: published numbers above ours and its interval, one strip a line of a table, all on one axis."""

from collections.abc import Sequence

from markupsafe import Markup

from arena.render.page.numbers import Estimate, Unit, has_interval
from arena.render.page.svg import Axis, element, label, path, picture, tick_text

WIDTH, HEIGHT, EDGE = 240.0, 30.0, 14.0
PUBLISHED, OURS = 9.0, 21.0  # from the top
MARK = 4.5  # half of a mark
TICKS = 4


def axis_over(values: Sequence[float]) -> Axis:
    """An axis that has all of these on it, with some room; from 0 to 1 exactly."""
    low, high = min(values), max(values)
    room = 0.0 if (low, high) == (0, 1) else 0.04 * (high - low) or 0.5 * abs(high) or 1.0
    return Axis(low - room, high + room, EDGE, WIDTH - EDGE)


def strip(name: str, axis: Axis, published: Sequence[tuple[float, str]], ours: Estimate, unit: Unit) -> Markup:
    """Published numbers, each with how sure it is ("read" or "remembered"), and ours."""
    percent = " %" if unit.is_share else ""
    rules = [element("path", class_="rule", d=path((axis.at(x), axis.at(x)), (0, HEIGHT))) for x in axis.ticks(TICKS)]
    told = [f"{unit.text(value)}{percent}, {sure}" for value, sure in published]
    marks = [
        element("path", element("title", text), class_=f"published {sure}", d=_diamond(axis.at(value), PUBLISHED))
        for (value, sure), text in zip(published, told, strict=True)
    ]
    told_ours = f"{unit.whole(ours)}{percent}"
    text = f"{name}: published {' and '.join(told)}; ours {told_ours}"
    return picture(text, WIDTH, HEIGHT, *rules, *marks, *_ours(ours, axis, told_ours))


def axis_strip(axis: Axis, is_share: bool) -> Markup:
    """The numbers of the axis, to stand below its strips."""
    ticks = [label(tick_text(x, is_share), axis.at(x), 11.0, "tick middle") for x in axis.ticks(TICKS)]
    return element("svg", *ticks, viewBox=f"0 0 {WIDTH:g} 15", aria_hidden="true")


def _ours(ours: Estimate, axis: Axis, told: str) -> list[Markup]:
    drawn = []
    if has_interval(ours):
        reach = axis.at(ours["low"]), axis.at(ours["high"])
        drawn.append(element("path", class_="interval c0", d=path(reach, (OURS, OURS))))
    if ours.get("value") is not None:
        dot = element("circle", element("title", told), class_="dot c0", cx=axis.at(ours["value"]), cy=OURS, r=4.0)
        drawn.append(dot)
    return drawn


def _diamond(x: float, y: float) -> str:
    return path((x - MARK, x, x + MARK, x), (y, y - MARK, y, y + MARK)) + "Z"
