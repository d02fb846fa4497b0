"""Curves in bands, as figures of a page. Colours come from the page (`page.css`), numbers show under the pointer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from arena.render.page.numbers import Estimate, Unit, ends, has_interval, unit_of
from arena.render.page.svg import LETTER, LONGEST, Axis, element, figure, label, path, picture, spread, tick_text

WIDTH, HEIGHT = 350.0, 210.0
TOP, BOTTOM = 10.0, 26.0  # pixels kept free
LINE = 14.0  # from one name to the next
MOST_DOTS = 30  # a longer curve has none


@dataclass(frozen=True)
class Curve:
    """One line and its band."""

    label: str
    color: int | None  # which of the theme's series; None: grey and dashed
    x: Sequence[float]
    estimates: Sequence[Estimate]  # one at each x

    @property
    def look(self) -> str:
        """Its class in the style sheet."""
        return "anchor" if self.color is None else f"c{self.color}"

    def known(self) -> list[tuple[float, Estimate]]:
        """The points that have a value."""
        return [(x, e) for x, e in zip(self.x, self.estimates, strict=True) if e["value"] is not None]


def curve_chart(title: str, curves: Sequence[Curve], lines: Mapping[str, float], is_share: bool) -> Markup:
    """Curves over steps, named where they end, and dashed `lines` across."""
    drawn = [curve for curve in curves if curve.known()]
    if not drawn:
        return figure(title, element("p", "no numbers", class_="note"))
    x, y = _axes(drawn, lines, is_share)
    across = [element("path", class_="reference", d=path((x.start, x.end), (y.at(v), y.at(v)))) for v in lines.values()]
    unit = unit_of(ends(estimate for curve in drawn for estimate in curve.estimates), is_share)
    marks = [*_bands(drawn, x, y), *_lines(drawn, x, y, unit)]
    told = "; ".join(f"{curve.label} ends at {unit.whole(curve.known()[-1][1])}" for curve in drawn)
    parts = [*_grid(x, y, is_share, " steps"), *across, *marks, *_names(drawn, lines, x, y)]
    return figure(title, picture(f"{title}: {told}", WIDTH, HEIGHT, *parts))


def profile_chart(title: str, curves: Sequence[Curve]) -> Markup:
    """Shares that fall from one to zero; the names stand in the order of the curves from the right."""
    drawn = [curve for curve in curves if curve.known()]
    if not drawn:
        return figure(title, element("p", "no numbers", class_="note"))
    x, y = _axes(drawn, {}, is_share=True)
    marks = [*_bands(drawn, x, y), *_lines(drawn, x, y, Unit(1, True))]
    ranked = sorted(drawn, key=lambda curve: -sum(estimate["value"] for _, estimate in curve.known()))
    names = [
        label(curve.label, x.end + 9, TOP + 4 + LINE * place, f"name c{curve.color}")
        for place, curve in enumerate(ranked)
    ]
    told = f"{title}, from the right: {', '.join(curve.label for curve in ranked)}"
    return figure(title, picture(told, WIDTH, HEIGHT, *_grid(x, y, True, ""), *marks, *names))


def _axes(curves: Sequence[Curve], lines: Mapping[str, float], is_share: bool) -> tuple[Axis, Axis]:
    """Axes with all values in them, and room for the names on the right.

    Intervals are seen as far as the values span once more on either side, lest wide ones flatten the curves.
    """
    values = [e["value"] for curve in curves for _, e in curve.known()] + [*lines.values()]
    seen = ends(estimate for curve in curves for estimate in curve.estimates) + values
    span = (max(values) - min(values)) or max(seen) - min(seen)
    low, high = max(min(seen), min(values) - span), min(max(seen), max(values) + span)
    y = Axis(min(0.0, low) if is_share else low, high, HEIGHT - BOTTOM, TOP)
    left = 8 + LETTER * max((len(tick_text(tick, is_share)) for tick in y.ticks(4)), default=0)
    longest = max(len(name) for name in [*(curve.label for curve in curves), *lines])
    xs = [x for curve in curves for x, _ in curve.known()]
    return Axis(min(xs), max(xs), left, WIDTH - 12 - LETTER * min(LONGEST, longest)), y


def _grid(x: Axis, y: Axis, is_share: bool, x_name: str) -> Iterator[Markup]:
    for tick in y.ticks(4):
        yield element("path", class_="rule", d=path((x.start, x.end), (y.at(tick), y.at(tick))))
        yield label(tick_text(tick, is_share), x.start - 6, y.at(tick) + 4, "tick end")
    ticks = x.ticks(3)
    for tick in ticks:
        yield label(tick_text(tick) + x_name * (tick == ticks[-1]), x.at(tick), HEIGHT - 8, "tick middle", most=30)


def _bands(curves: Sequence[Curve], x: Axis, y: Axis) -> Iterator[Markup]:
    """Where the intervals are; nothing for a curve that has none."""
    for curve in curves:
        known = [(x.at(at), estimate) for at, estimate in curve.known() if has_interval(estimate)]
        xs = [at for at, _ in known]
        low, high = ([y.within(estimate[end]) for _, estimate in known] for end in ("low", "high"))
        if known:
            yield element("path", class_=f"band {curve.look}", d=path(xs + xs[::-1], low + high[::-1]) + "Z")


def _lines(curves: Sequence[Curve], x: Axis, y: Axis, unit: Unit) -> Iterator[Markup]:
    """Through the values, with a dot for each if they are few."""
    for curve in curves:
        known = [(at, x.at(at), y.at(estimate["value"]), estimate) for at, estimate in curve.known()]
        yield element("path", class_=f"line {curve.look}", d=path([p[1] for p in known], [p[2] for p in known]))
        for at, left, top, estimate in known if len(known) <= MOST_DOTS else ():
            told = f"{curve.label} after {at:,.0f} steps: {unit.whole(estimate)}{' %' if unit.is_share else ''}"
            yield element("circle", element("title", told), class_=f"dot {curve.look}", cx=left, cy=top, r=2.2)


def _names(curves: Sequence[Curve], lines: Mapping[str, float], x: Axis, y: Axis) -> Iterator[Markup]:
    """Names at the ends of curves and lines, apart from each other, with a thread where one had to move."""
    last = [(curve.label, curve.color, *curve.known()[-1]) for curve in curves]
    last += [(name, None, x.high, {"value": value}) for name, value in lines.items()]
    wanted = [y.at(estimate["value"]) for *_, estimate in last]
    for (name, color, at, _), place, end in zip(last, spread(wanted, LINE, HEIGHT - BOTTOM), wanted, strict=True):
        if abs(place - end) > 1:
            yield element("path", class_="thread", d=path((x.at(at) + 3, x.end + 7), (end, place)))
        yield label(name, x.end + 9, place + 4, "name muted" if color is None else f"name c{color}")
