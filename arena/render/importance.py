"""A search in one picture: how much each setting decided, and what every trial reached with it."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator, NullFormatter

from arena.files import write_bytes
from arena.render.curves import ROUND, plain, rgb
from arena.render.theme import LIGHT

COLUMNS = 3
LETTERS = 34  # that fit side by side below a panel
PADDING = 0.1  # inches
FONT = "DejaVu Sans"


@dataclass(frozen=True)
class Trials:
    """What every complete trial took for one setting, and what it reached."""

    taken: Sequence[Any]  # numbers, or words
    reached: Sequence[float]
    tried: Sequence[Any]  # both ends of a range, or all choices
    is_log: bool = False


def draw_importance(path: Path, shares: Mapping[str, float], settings: Mapping[str, Trials], aim: str) -> None:
    """Writes a PNG: a bar for each share, the largest on top, then a panel for each setting with its trials as points.

    The trials are in one order for all settings, the best first, which is marked in every panel.
    """
    rows = ceil(len(settings) / COLUMNS)
    bars_high, panel_high = 0.7 + 0.34 * max(1, len(shares)), 2.6
    figure = Figure(
        figsize=(9.6, bars_high + panel_high * rows),
        dpi=150,
        facecolor=rgb(LIGHT.page),
        layout=ConstrainedLayoutEngine(h_pad=PADDING, w_pad=PADDING),
    )
    FigureCanvasAgg(figure)
    parts: Any = figure.subfigures(2, 1, height_ratios=(bars_high, panel_high * rows))
    top, bottom = parts
    _draw_bars(top.subplots(), shares)
    panels = bottom.subplots(rows, min(COLUMNS, len(settings)), squeeze=False).ravel()
    for index, (panel, (name, trials)) in enumerate(zip(panels, settings.items(), strict=False)):
        _draw_trials(panel, name, trials)
        panel.set_ylabel(plain(aim) if index % COLUMNS == 0 else "", fontsize=9, color=rgb(LIGHT.muted))
    for unused in panels[len(settings) :]:
        unused.set_visible(False)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", facecolor=figure.get_facecolor())
    write_bytes(path, buffer.getvalue())


def _draw_bars(panel: Axes, shares: Mapping[str, float]) -> None:
    names, values = [plain(name) for name in shares], list(shares.values())
    bars = panel.barh(names, values, height=0.6, color=rgb(LIGHT.series[0]))
    panel.bar_label(bars, [f"{value:.0%}" for value in values], padding=4, fontsize=9, color=rgb(LIGHT.ink))
    panel.invert_yaxis()
    panel.set_xlim(0, 1.1 * max(values, default=1))
    panel.set_xticks([])
    if not shares:
        panel.set_yticks([])
    _dress(panel, "what mattered" if shares else "too few trials to say what mattered")
    panel.spines["bottom"].set_visible(False)


def _draw_trials(panel: Axes, name: str, trials: Trials) -> None:
    is_range = not isinstance(trials.taken[0], str)
    taken = [value if is_range else trials.tried.index(value) for value in trials.taken]
    panel.scatter(taken, trials.reached, s=26, color=rgb(LIGHT.series[0]), alpha=0.75, linewidth=0)
    panel.scatter(taken[0], trials.reached[0], s=80, facecolor="none", edgecolor=rgb(LIGHT.ink), linewidth=1.5)
    if trials.is_log:
        panel.set_xscale("log")
        panel.xaxis.set_minor_formatter(NullFormatter())
    elif is_range:
        panel.xaxis.set_major_locator(MaxNLocator(5, steps=ROUND, integer=isinstance(taken[0], int)))
    else:
        words = [plain(choice) for choice in trials.tried]
        panel.set_xticks(range(len(words)), words)
        if len(" ".join(words)) > LETTERS:
            for label in panel.get_xticklabels():
                label.set(rotation=20, ha="right")
    panel.update_datalim([(x, trials.reached[0]) for x in (trials.tried if is_range else range(len(trials.tried)))])
    panel.yaxis.set_major_locator(MaxNLocator(4, steps=ROUND))
    panel.grid(axis="y", color=rgb(LIGHT.grid), linewidth=0.9)
    panel.margins(x=0.08, y=0.12)
    _dress(panel, name)


def _dress(panel: Axes, title: str) -> None:
    panel.set_title(
        plain(title), loc="left", fontsize=11, fontweight="bold", color=rgb(LIGHT.ink), fontfamily=FONT, pad=8
    )
    panel.set_facecolor(rgb(LIGHT.page))
    panel.set_axisbelow(True)
    panel.tick_params(which="both", colors=rgb(LIGHT.muted), labelsize=9, length=0, pad=5)
    for side in ("top", "right", "left"):
        panel.spines[side].set_visible(False)
    panel.spines["bottom"].set_color(rgb(LIGHT.edge))
