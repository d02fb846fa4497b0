"""Dots with intervals, row by row, as figures of a page. Colours come from the page (`page.css`)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from arena.render.page.numbers import Estimate, ends, has_interval
from arena.render.page.svg import LETTER, Axis, element, figure, label, path, picture, tick_text

WIDTH = 350.0
TOP, BOTTOM, EDGE = 6.0, 20.0, 8.0  # pixels kept free
HEADING, LANE, GAP = 17.0, 9.0, 9.0  # heights in a row
FEWEST = 6  # letters of a name, however long the note beside it


@dataclass(frozen=True)
class Dot:
    """An estimate on a lane: `look` is "claimed", "percentile", "hollow" or "seed"."""

    estimate: Estimate
    look: str = "claimed"


@dataclass(frozen=True)
class Row:
    """A name on the left, a note on the right, and lanes of dots below them."""

    name: str
    color: int | None  # which of the theme's series; None: grey
    note: str
    lanes: Sequence[Sequence[Dot]]

    @property
    def height(self) -> float:
        """Pixels."""
        return HEADING + LANE * len(self.lanes) + GAP


def dot_chart(
    title: str, rows: Sequence[Row], domain: tuple[float, float], middle: float | None = None, is_share: bool = False
) -> Markup:
    """Rows on an axis over `domain`, with a dashed line at `middle`."""
    bottom = TOP + sum(row.height for row in rows)
    axis = Axis(*domain, EDGE, WIDTH - EDGE)
    marks: list[Markup] = []
    for tick in axis.ticks(5):
        marks.append(element("path", class_="rule", d=path((axis.at(tick), axis.at(tick)), (TOP, bottom))))
        marks.append(label(tick_text(tick, is_share), axis.at(tick), bottom + 15, "tick middle"))
    if middle is not None:
        marks.append(element("path", class_="reference", d=path((axis.at(middle), axis.at(middle)), (TOP, bottom))))
    top = TOP
    for row in rows:
        marks += _row(row, axis, top)
        top += row.height
    told = "; ".join(f"{row.name} {row.note}" for row in rows)
    return figure(title, picture(f"{title}: {told}", WIDTH, bottom + BOTTOM, *marks))


def extent(estimates: Sequence[Estimate], *more: float) -> tuple[float, float]:
    """From the lowest to the highest end of these and of `more`, and some room."""
    seen = ends(estimates) + [*more]
    low, high = min(seen, default=0.0), max(seen, default=1.0)
    room = 0.04 * (high - low) or 0.5
    return low - room, high + room


def _row(row: Row, axis: Axis, top: float) -> Iterator[Markup]:
    look = "anchor" if row.color is None else f"c{row.color}"
    fitting = int(WIDTH / LETTER) - len(row.note) - 1
    yield label(row.name, 0.0, top + 11, "name", max(FEWEST, fitting))
    yield label(row.note, WIDTH, top + 11, "told end", most=len(row.note))
    for lane, dots in enumerate(row.lanes):
        for dot in dots:
            yield from _dot(dot, f"{dot.look} {look}", axis, top + HEADING + LANE * (lane + 0.5))


def _dot(dot: Dot, look: str, axis: Axis, y: float) -> Iterator[Markup]:
    estimate = dot.estimate
    if has_interval(estimate):
        reach = axis.at(estimate["low"]), axis.at(estimate["high"])
        yield element("path", class_=f"interval {look}", d=path(reach, (y, y)))
    if estimate.get("value") is not None:
        yield element("circle", class_=f"dot {look}", cx=axis.at(estimate["value"]), cy=y, r=4.0)
