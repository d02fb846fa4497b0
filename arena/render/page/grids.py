"""Tables of a study, ready for the template: the cross tables, the paper's table, the settings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arena.render.page.numbers import UNKNOWN, Estimate, Unit, exactly, is_above, setting, unit_of

Results = Mapping[str, Any]
Setting = tuple[str, list[str]]  # its name, and its value for each contender


@dataclass(frozen=True)
class Cell:
    """An estimate as text."""

    text: str
    interval: str
    shade: float = 0.0  # 0..1: how dark
    told: str = ""  # under the pointer
    is_apart: bool = False  # a difference whose interval leaves out zero


@dataclass(frozen=True)
class Heat:
    """A table of one measure, shaded by its numbers."""

    title: str
    corner: tuple[str, str]  # what rows and columns are
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell | None]]]
    lines: Sequence[str]  # what is reached without information


@dataclass(frozen=True)
class PaperTable:
    """Success of both sides and the difference, at several radii, for every pair of holders."""

    first: str  # the sides
    last: str
    whats: Sequence[str]
    rows: Sequence[tuple[str, str, Sequence[Cell]]]  # holder of the last side, of the first, three cells a `what`
    lines: Sequence[tuple[str, Sequence[Cell]]]  # without information


def heat_tables(results: Results) -> list[Heat]:
    """A table for every measure, those of returns first as they come."""
    measures = {measure["name"]: measure for measure in results["measures"]}
    sides = [*results["scenario"]["sides"]]
    corner = (sides[-1], sides[0]) if len(sides) == 2 else ("host", "guest")
    return [_heat(table, measures[table["measure"]], corner, results) for table in results.get("cross") or ()]


def paper_tables(results: Results) -> list[PaperTable]:
    """One table if all radii have the same two sides, as they do."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for group in results.get("success") or ():
        groups.setdefault((group["first"], group["last"]), []).append(group)
    return [_paper_table(first, last, group, results) for (first, last), group in groups.items()]


def settings_rows(contenders: Sequence[Mapping[str, Any]]) -> tuple[list[Setting], list[Setting], list[Setting]]:
    """Every setting with its value for each contender: those that differ, those not all have, and the rest."""
    taken = [_flat(contender["settings"]) for contender in contenders]
    differing: list[Setting] = []
    partial: list[Setting] = []
    same: list[Setting] = []
    for name in dict.fromkeys(name for settings in taken for name in settings):
        values = [settings.get(name, UNKNOWN) for settings in taken]
        known = {settings[name] for settings in taken if name in settings}
        (differing if len(known) > 1 else partial if UNKNOWN in values else same).append((name, values))
    return differing, partial, same


def line_texts(results: Results, measure: str, unit: Unit) -> list[str]:
    """What a side reaches without information, in words."""
    return [f"{line['name']} {unit.text(line['value'])}" for line in (results.get("lines") or {}).get(measure) or ()]


def _flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Settings as text; those within a part are called PART.NAME."""
    flat: dict[str, str] = {}
    for name, value in settings.items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {f"{prefix}{name}": setting(value)}
    return flat


def _heat(table: Mapping[str, Any], measure: Mapping[str, Any], corner: tuple[str, str], results: Results) -> Heat:
    values = [cell["value"] for row in table["cells"] for cell in row if cell and cell["value"] is not None]
    unit = unit_of(values, measure["share"])
    low, high = (0.0, 1.0) if measure["share"] else (min(values, default=0.0), max(values, default=1.0))

    def cell(estimate: Estimate | None) -> Cell | None:
        if estimate is None or estimate["value"] is None:
            return None
        shade = round((estimate["value"] - low) / ((high - low) or 1.0), 2)
        told = f"{estimate.get('pairs', UNKNOWN)} pairs of seeds, {estimate.get('games') or 0:,} games"
        return Cell(unit.text(estimate["value"]), unit.interval(estimate), shade, told)

    rows = [(name, [cell(part) for part in parts]) for name, parts in zip(table["rows"], table["cells"], strict=True)]
    title = measure["label"] + (", %" if measure["share"] else "")
    return Heat(title, corner, table["columns"], rows, line_texts(results, measure["name"], unit))


def _paper_table(first: str, last: str, groups: Sequence[Mapping[str, Any]], results: Results) -> PaperTable:
    unit = unit_of((), is_share=True)
    cells: dict[tuple[str, str], dict[str, list[Cell]]] = {}
    for group in groups:
        for row in group["rows"]:
            found = [_cell(row.get(part), unit, part == "difference") for part in ("last", "first", "difference")]
            cells.setdefault((row[last], row[first]), {})[group["what"]] = found
    whats = [group["what"] for group in groups]
    none = [Cell(UNKNOWN, "")] * 3
    rows = [(*holders, [cell for what in whats for cell in by.get(what, none)]) for holders, by in cells.items()]
    return PaperTable(first, last, whats, rows, list(_lines(first, last, whats, results, unit)))


def _lines(
    first: str, last: str, whats: Sequence[str], results: Results, unit: Unit
) -> Iterator[tuple[str, list[Cell]]]:
    """A row for each way to play without information: what either side reaches by it."""
    known = {
        (side, what): {line["name"]: line["value"] for line in lines}
        for what in whats
        for side in (last, first)
        for lines in [(results.get("lines") or {}).get(f"{side}_{what.replace(' ', '_')}") or ()]
    }
    for name in dict.fromkeys(name for lines in known.values() for name in lines):
        texts = [known[side, what].get(name) if side else None for what in whats for side in (last, first, "")]
        yield name, [Cell("" if value is None else unit.text(value), "") for value in texts]


def _cell(estimate: Estimate | None, unit: Unit, is_difference: bool) -> Cell:
    is_apart = is_difference and (is_above(estimate, exactly(0)) or is_above(exactly(0), estimate))
    return Cell(unit.text((estimate or {}).get("value")), unit.interval(estimate), is_apart=is_apart)
