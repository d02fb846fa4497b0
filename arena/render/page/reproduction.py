"""The report of a reproduction (the dict in report.json) as one HTML file: claims first, then number beside number."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from arena.render.page.layout import page, shown
from arena.render.page.numbers import UNKNOWN, Estimate, Unit, ends, unit_of
from arena.render.page.strips import axis_over, axis_strip, strip

VERDICTS = {
    "holds": ("holds", "hold"),
    "does not hold": ("does not hold", "do not hold"),
    "open": ("is open", "are open"),
}
LOOKS = {"holds": "c2", "does not hold": "c1"}  # the place in the theme's series; what is open has none
SHARES = Unit(1, is_share=True)


@dataclass(frozen=True)
class Number:
    """A published number as text."""

    text: str
    sure: str
    source: str


@dataclass(frozen=True)
class Line:
    """What was published of one thing, and what we found."""

    name: str
    published: Sequence[Number]
    ours: str
    interval: str
    drawing: Markup | str  # empty: nothing to draw


@dataclass(frozen=True)
class Block:
    """Lines of one measure, on one axis."""

    title: str
    lines: Sequence[Line]
    axis: Markup | str


@dataclass(frozen=True)
class Chapter:
    """An experiment on the page."""

    anchor: str  # where links lead
    experiment: Mapping[str, Any]
    blocks: Sequence[Block]
    warnings: Sequence[str]


def reproduction_page(data: Mapping[str, Any]) -> str:
    """The page as HTML; studies are linked to by the names of their folders."""
    data = shown(data)
    shared = shared_warnings(data["experiments"])
    return page(
        "reproduction.html.j2",
        data=data,
        summary=summary(data["experiments"]),
        shared=shared,
        chapters=[chapter(place, experiment, shared) for place, experiment in enumerate(data["experiments"], 1)],
        looks=LOOKS,
        told=told,
    )


def chapter(place: int, experiment: Mapping[str, Any], shared: Sequence[str]) -> Chapter:
    """An experiment with its tables, and the warnings that are its own."""
    warnings = [warning for warning in experiment["warnings"] if warning not in shared]
    return Chapter(f"experiment-{place}", experiment, blocks(experiment["cells"]), warnings)


def summary(experiments: Sequence[Mapping[str, Any]]) -> str:
    """How many claims hold, in a sentence."""
    counts = Counter(claim["verdict"] for experiment in experiments for claim in experiment["claims"])
    if not (total := counts.total()):
        return "No claim was put to the test."
    parts = [f"{counts[verdict]} {words[counts[verdict] != 1]}" for verdict, words in VERDICTS.items()]
    return f"Of {total} published {'claim' if total == 1 else 'claims'}, {parts[0]}, {parts[1]} and {parts[2]}."


def shared_warnings(experiments: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is to be said once, for it is said of every experiment."""
    if len(experiments) < 2:
        return []
    first, *others = experiments
    return [warning for warning in first["warnings"] if all(warning in other["warnings"] for other in others)]


def told(estimate: Estimate | None, is_share: bool) -> tuple[str, str]:
    """A number and its interval, each with its unit."""
    unit = SHARES if is_share else unit_of(ends([estimate or {}]))
    percent = " %" if is_share else ""
    value, interval = unit.text((estimate or {}).get("value")), unit.interval(estimate)
    return value + percent * (value != UNKNOWN), interval + percent * bool(interval)


def blocks(cells: Sequence[Mapping[str, Any]]) -> list[Block]:
    """Cells by what was measured: what stands before the comma."""
    found: dict[tuple[str, bool], list[Mapping[str, Any]]] = {}
    for cell in cells:
        measure, comma, name = cell["what"].partition(", ")
        found.setdefault((measure, cell["is_measured"]), []).append({**cell, "name": name if comma else measure})
    return [block(measure, own) for (measure, _), own in found.items()]


def block(measure: str, cells: Sequence[Mapping[str, Any]]) -> Block:
    """Cells of one measure, those of the same thing in one line."""
    is_share = any(cell["share"] for cell in cells)
    values = [*ends(cell["ours"] or {} for cell in cells), *(cell["published"] for cell in cells)]
    unit = SHARES if is_share else unit_of(values)
    axis = axis_over([0.0, 1.0] if is_share else values)
    lines = []
    for name, own in by_name(cells):
        ours = own[0]["ours"]
        numbers = [Number(unit.text(cell["published"]), cell["sure"], cell["source"]) for cell in own]
        marks = [(cell["published"], cell["sure"]) for cell in own]
        text = unit.text((ours or {}).get("value")) if own[0]["is_measured"] else "not measured the same way"
        drawing = strip(f"{measure}, {name}", axis, marks, ours, unit) if ours else ""
        lines.append(Line(name, numbers, text, unit.interval(ours), drawing))
    drawn = axis_strip(axis, is_share) if any(line.drawing for line in lines) else ""
    return Block(measure + (", %" if is_share else ""), lines, drawn)


def by_name(cells: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    """The cells of each thing, from several sources."""
    for name in dict.fromkeys(cell["name"] for cell in cells):
        yield name, [cell for cell in cells if cell["name"] == name]
