"""Bars, one a line of a table: a number and its interval, or a whole in its shares. Colours come from `page.css`."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from arena.render.page.numbers import Estimate, has_interval
from arena.render.page.strips import EDGE, TICKS, WIDTH, axis_over
from arena.render.page.svg import Axis, element, path, picture

HEIGHT, MIDDLE = 22.0, 11.0
THICK = 9.0  # of a bar of shares
ROOM = 1.0  # how far intervals are seen beyond all values, in spans of these


def axis_of(estimates: Iterable[Estimate], *more: float) -> Axis:
    """An axis for these and `more`: wide intervals are cut off lest they flatten the values."""
    known = [estimate for estimate in estimates if estimate.get("value") is not None]
    values = [*(estimate["value"] for estimate in known), *more] or [0.0]
    ends = [estimate[end] for estimate in known if has_interval(estimate) for end in ("low", "high")]
    span = (max(values) - min(values)) or max(map(abs, values)) or 1.0
    low = max(min([*values, *ends]), min(values) - ROOM * span)
    high = min(max([*values, *ends]), max(values) + ROOM * span)
    return axis_over([low, high])


def interval_bar(told: str, axis: Axis, estimate: Estimate, middle: float | None, look: str) -> Markup:
    """A dot in its interval, on the rules of the axis, with a dashed line at `middle`; `look` is "c0" or "anchor"."""
    marks = [element("path", class_="rule", d=path((axis.at(x), axis.at(x)), (0, HEIGHT))) for x in axis.ticks(TICKS)]
    if middle is not None and axis.low <= middle <= axis.high:
        marks.append(element("path", class_="reference", d=path((axis.at(middle), axis.at(middle)), (0, HEIGHT))))
    if has_interval(estimate):
        reach = axis.within(estimate["low"]), axis.within(estimate["high"])
        marks.append(element("path", class_=f"interval {look}", d=path(reach, (MIDDLE, MIDDLE))))
    if estimate.get("value") is not None:
        marks.append(element("circle", class_=f"dot {look}", cx=axis.at(estimate["value"]), cy=MIDDLE, r=4.0))
    return picture(told, WIDTH, HEIGHT, *marks)


def share_bar(told: str, parts: Sequence[tuple[str, int]]) -> Markup:
    """A whole in its parts, each a look ("won", "drawn", "lost") and a count."""
    scale = (WIDTH - 2 * EDGE) / max(1, sum(count for _, count in parts))
    marks, x = [], EDGE
    for look, count in parts:
        if count:
            size = {"x": x, "y": MIDDLE - THICK / 2, "width": max(0.5, count * scale - 1), "height": THICK}
            marks.append(element("rect", element("title", f"{look}: {count:,}"), class_=look, **size))
        x += count * scale
    return picture(told, WIDTH, HEIGHT, *marks)
