"""Learning curves: what runs earned and how often they succeeded, over the steps of training."""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.ticker import EngFormatter, MaxNLocator

from arena.errors import ArenaError
from arena.files import write_bytes
from arena.render.lettering import clean, font_file
from arena.render.theme import LIGHT, Rgb

Row = Mapping[str, float]  # of a run's metrics.jsonl: "step", "member", "return/SIDE", "metric/NAME", ...
ROUND = (1, 2, 2.5, 5, 10)  # axes are marked in steps of these
MOST_PANELS = 6
POINTS = 80  # a curve has at most so many; reports that share one are averaged
UNITS = {"rating": "Elo", "return": "reward per game", "success": "share of games", "distance": "world units"}
MARKERS = "os^Dv"  # runs stay apart without colour too
MARKS = 6  # a line carries about so many


def learning_curves(
    runs: Mapping[str, Sequence[Row]], path: Path, panels: Sequence[str] | None = None, axis: str = "world steps"
) -> None:
    """Writes a PNG with a panel for each of `panels`, which are keys of the rows (else see `choose_panels`).

    A run of several members is a line for their mean, in a band from the lowest to the highest; `axis` says
    what steps are.
    """
    chosen = list(panels or choose_panels(row for rows in runs.values() for row in rows))
    if not chosen:
        raise ArenaError("there is nothing to plot: no run has reported a return yet; train for longer")
    columns = 1 if len(chosen) == 1 else 2
    rows = ceil(len(chosen) / columns)
    figure = Figure(
        figsize=(5.2 * columns, 2.75 * rows + 0.85), dpi=150, facecolor=rgb(LIGHT.page), layout="constrained"
    )
    FigureCanvasAgg(figure)
    figure.get_layout_engine().set(w_pad=0.14, h_pad=0.12)  # type: ignore[union-attr, call-arg]
    axes = figure.subplots(rows, columns, squeeze=False, sharex=True).ravel()
    for index, (panel, key) in enumerate(zip(axes, chosen, strict=False)):
        _draw_panel(panel, key, runs)
        _dress(panel, key, is_bottom=index + columns >= len(chosen), axis=axis)
    for unused in axes[len(chosen) :]:
        unused.set_visible(False)
    _draw_legend(figure, axes[0], runs, entries=2 * columns)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", facecolor=figure.get_facecolor())
    write_bytes(path, buffer.getvalue())


def choose_panels(rows: Iterable[Row]) -> list[str]:
    """At most six keys of `rows`: every side's return, then metrics; of a metric at several radii the widest.

    Keys that differ only in the side stand next to each other, in the order of the sides.
    """
    keys = list(dict.fromkeys(key for row in rows for key in row if key.startswith(("return/", "metric/"))))
    sides = [key.removeprefix("return/") for key in keys if key.startswith("return/")]
    widest: dict[str, str] = {}
    for key in sorted((key for key in keys if key.startswith("metric/")), key=_radius):
        widest[_without_radius(key)] = key
    metrics = [key for key in keys if widest.get(_without_radius(key)) == key]
    kinds = list(dict.fromkeys(_kind(key, sides) for key in metrics))
    metrics.sort(key=lambda key: (kinds.index(_kind(key, sides)), _side_index(key, sides)))
    return [*(f"return/{side}" for side in sides), *metrics][:MOST_PANELS]


def curve(rows: Sequence[Row], key: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray] | None:
    """(steps, mean, lowest, highest), each [n], of `key` over the members of a run; None if no row has it.

    Rows of more than POINTS different steps are averaged within as many equal stretches; a member without a row in one
    is interpolated.
    """
    numbers = [row for row in rows if isinstance(row.get(key), int | float)]
    found = [(row.get("member", 0), row["step"], row[key]) for row in numbers if np.isfinite(row[key])]
    if not found:
        return None
    member, step, value = np.array(found, float).T
    members = np.unique(member)
    different, bins = np.unique(step, return_inverse=True)
    if len(different) > POINTS:
        bins = np.minimum(((step - step.min()) / max(np.ptp(step), 1) * POINTS).astype(int), POINTS - 1)
    filled = np.unique(bins)
    steps = np.array([step[bins == b].mean() for b in filled])
    lines = np.array([_line(steps, filled, bins[member == m], value[member == m]) for m in members])
    return steps, lines.mean(0), lines.min(0), lines.max(0)


def _line(steps: np.ndarray, filled: np.ndarray, bins: np.ndarray, value: np.ndarray) -> np.ndarray:
    """One member's mean in each of the `filled` bins, whose steps are `steps`."""
    own = np.unique(bins)
    means = [value[bins == b].mean() for b in own]
    line: np.ndarray = np.interp(steps, steps[np.isin(filled, own)], means)
    return line


def _draw_panel(panel: Axes, key: str, runs: Mapping[str, Sequence[Row]]) -> None:
    for index, rows in enumerate(runs.values()):
        drawn = curve(rows, key)
        if drawn is None:
            continue
        steps, mean, low, high = drawn
        style = _style(index)
        every = ceil(len(steps) / MARKS)
        panel.fill_between(steps, low, high, color=style["color"], alpha=0.16, linewidth=0)
        panel.plot(steps, mean, linewidth=1.8, markevery=(index * every // len(runs), every), **style)


def _dress(panel: Axes, key: str, is_bottom: bool, axis: str) -> None:
    """Titles, units and quiet axes."""
    ink, muted = rgb(LIGHT.ink), rgb(LIGHT.muted)
    kind, name = key.split("/", 1)
    title = f"return of {name}" if kind == "return" else re.sub(r" ([\d.]+)$", r" at \1", name.replace("_", " "))
    unit = next((unit for word, unit in UNITS.items() if word in key), "")
    panel.set_title(
        plain(title), loc="left", fontsize=11, fontweight="bold", color=ink, fontfamily="DejaVu Sans", pad=8
    )
    panel.set_ylabel(unit, fontsize=9, color=muted, fontfamily="DejaVu Sans")
    panel.xaxis.set_major_formatter(EngFormatter(sep=""))
    panel.xaxis.set_major_locator(MaxNLocator(5, steps=ROUND))
    panel.yaxis.set_major_locator(MaxNLocator(5, steps=ROUND))
    panel.set_facecolor(rgb(LIGHT.page))
    if "success" in key:
        panel.set_ylim(-0.03, 1.03)
    panel.grid(axis="y", color=rgb(LIGHT.grid), linewidth=0.9)
    panel.set_axisbelow(True)
    panel.tick_params(colors=muted, labelsize=9, length=0, pad=5, labelbottom=is_bottom)
    panel.set_xlabel(axis if is_bottom else "", fontsize=9, color=muted, fontfamily="DejaVu Sans")
    for side in ("top", "right", "left"):
        panel.spines[side].set_visible(False)
    panel.spines["bottom"].set_color(rgb(LIGHT.edge))
    panel.margins(x=0.02)


def _draw_legend(figure: Figure, panel: Axes, runs: Mapping[str, Sequence[Row]], entries: int) -> None:
    """One legend on top for all panels, so many entries beside each other."""
    handles = []
    for index, (name, rows) in enumerate(runs.items()):
        members = len({row.get("member", 0) for row in rows})
        label = plain(name) + (f" (mean and range of {members})" if members > 1 else "")
        handles += panel.plot([], [], linewidth=2.2, label=label, **_style(index))
    legend = figure.legend(
        handles,
        [str(handle.get_label()) for handle in handles],
        loc="outside upper left",
        ncols=min(entries, len(handles)),
        frameon=False,
        fontsize=10,
        handlelength=2.6,
        prop={"family": "DejaVu Sans", "size": 10},
    )
    for text in legend.get_texts():
        text.set_color(rgb(LIGHT.ink))


def _style(index: int) -> dict[str, Any]:
    """The look of one run's line."""
    return {
        "color": rgb(LIGHT.series[index % len(LIGHT.series)]),
        "marker": MARKERS[index % len(MARKERS)],
        "markersize": 6,
        "markeredgecolor": rgb(LIGHT.page),
        "solid_capstyle": "round",
    }


def plain(text: str) -> str:
    """A cleaned name of characters that the font has, which matplotlib does not read as mathematics."""
    known = _characters()
    return "".join(char if ord(char) in known else "□" for char in clean(text)).replace("$", r"\$")


@cache
def _characters() -> frozenset[int]:
    return frozenset(FT2Font(str(font_file(is_bold=True))).get_charmap())


def rgb(color: Rgb) -> tuple[float, float, float]:
    """A colour as matplotlib takes it."""
    return color[0] / 255, color[1] / 255, color[2] / 255


def _without_radius(key: str) -> str:
    return re.sub(r"_[\d.]+$", "", key)


def _radius(key: str) -> float:
    found = re.search(r"_([\d.]+)$", key)
    return float(found[1]) if found else 0.0


def _kind(key: str, sides: Sequence[str]) -> str:
    """A metric's name without its radius and side."""
    words = _without_radius(key).removeprefix("metric/").split("_")
    return "_".join(word for word in words if word not in sides)


def _side_index(key: str, sides: Sequence[str]) -> int:
    words = _without_radius(key).removeprefix("metric/").split("_")
    return next((index for index, side in enumerate(sides) if side in words), len(sides))
