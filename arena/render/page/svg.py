"""Elements of a picture as text. What they hold is escaped: names come from files."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup
from matplotlib.ticker import EngFormatter, MaxNLocator

from arena.render.curves import ROUND
from arena.render.lettering import ELLIPSIS
from arena.render.page.numbers import signed

LETTER = 6.2  # pixels that a letter of a label takes, about
LONGEST = 16  # letters of a label
LARGE = 10_000  # from here on 10k instead of 10000


def element(tag: str, *children: Any, **attributes: Any) -> Markup:
    """One element; `stroke_width=2` becomes stroke-width, `class_` becomes class, None is left out."""
    named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items() if value is not None}
    written = Markup().join(Markup(' {}="{}"').format(name, _short(value)) for name, value in named.items())
    return Markup("<{}{}>{}</{}>").format(Markup(tag), written, Markup().join(children), Markup(tag))


def picture(title: str, width: float, height: float, *children: Markup) -> Markup:
    """A drawing that is read out as `title` and shown as large as its place."""
    box = f"0 0 {width:g} {height:g}"
    return element("svg", *children, role="img", aria_label=title, viewBox=box)


def figure(title: str, drawing: Markup) -> Markup:
    """A drawing below its title."""
    return element("figure", element("figcaption", title), drawing, class_="chart")


def label(text: str, x: float, y: float, look: str = "", most: int = LONGEST) -> Markup:
    """A line of text, shortened; all of it is shown under the pointer."""
    shown, told = elided(text, most), [element("title", text)] if len(text) > most else []
    return element("text", shown, *told, x=x, y=y, class_=look or None)


def elided(text: str, most: int = LONGEST) -> str:
    """At most so many letters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + ELLIPSIS


def path(x: Sequence[float], y: Sequence[float]) -> str:
    """A line through these points, for the attribute `d`."""
    return "M" + "L".join(f"{_short(a)},{_short(b)}" for a, b in zip(x, y, strict=True))


def spread(wanted: Sequence[float], gap: float, most: float) -> list[float]:
    """The numbers closest to those wanted, up to `most`, of which no two are closer than `gap`; the order stays."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = [wanted[index] for index in order]
    for here, after in pairwise(range(len(placed))):
        placed[after] = max(placed[after], placed[here] + gap)
    ends = [most - gap * left for left in reversed(range(len(placed)))]
    fitting = [min(pair) for pair in zip(placed, ends, strict=True)]
    return [place for _, place in sorted(zip(order, fitting, strict=True))]


@dataclass(frozen=True)
class Axis:
    """Numbers `low` to `high` as places `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of a number."""
        return self.start + (value - self.low) / ((self.high - self.low) or 1.0) * (self.end - self.start)

    def within(self, value: float) -> float:
        """The place of a number, or the end of the axis that is next to it."""
        return self.at(min(max(value, self.low), self.high))

    def ticks(self, most: int) -> list[float]:
        """Round numbers on it, at most `most` + 1."""
        found = MaxNLocator(most, steps=ROUND).tick_values(self.low, self.high)
        slack = 1e-9 * (self.high - self.low)
        return [float(tick) for tick in found if self.low - slack <= tick <= self.high + slack]


def tick_text(value: float, is_share: bool = False) -> str:
    """A number at an axis."""
    if abs(value) >= LARGE:
        return str(EngFormatter(sep="")(value))
    return signed(f"{100 * value:.4g}%" if is_share else f"{value:.4g}")


def _short(value: Any) -> Any:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value
