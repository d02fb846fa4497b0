"""The response graph in one picture: who beats whom, the best on top, and what no ranking can order in rings."""

import io
from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import cos, pi, sin
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyArrowPatch
from matplotlib.patheffects import withStroke

from arena.files import write_bytes
from arena.render.curves import plain, rgb
from arena.render.importance import FONT
from arena.render.lettering import clean, elide
from arena.render.theme import LIGHT, Rgb, Theme

Point = tuple[float, float]

NODE = 0.13  # radius of a player, in inches, as all lengths here
APART = 0.62  # between neighbours on a ring
BORDER = 0.3  # from a ring's players to its rim
LABEL = 1.9  # the widest name
CROWD = 10  # a larger ring has names along its radii, and only those arrows that go against the ranking
ROOM = 0.42  # between layers
SURE = 0.95  # an arrow that fewer resamples agree on is dashed
TEXT = 9.0  # points
MARGIN, FOOT = 0.35, 0.75


def draw_response_graph(path: Path, names: Sequence[str], graph: Mapping[str, Any]) -> None:
    """Writes the picture into a file; see `response_graph_png`."""
    write_bytes(path, response_graph_png(names, graph))


def response_graph_png(names: Sequence[str], graph: Mapping[str, Any], theme: Theme = LIGHT) -> bytes:
    """A PNG of the players `names` [P] and a `graph` as the meta-game reports it.

    The graph says what each player wins from each other (`advantage` [P, P]), how sure the sign of that is (`sure`
    [P, P], or None), the `groups` of players that a chain of wins leads around in, best first, the `layers` of groups
    and the `arrows` between groups. An arrow leads from who loses to who wins, thicker the more is won.
    """
    groups = [sorted(group, key=lambda k: -np.sum(graph["advantage"][k])) for group in graph["groups"]]
    centres, size = _place(groups, graph["layers"])
    width, height = max(size[0] + 2 * MARGIN, 6.2), size[1] + MARGIN + FOOT
    figure = Figure(figsize=(width, height), dpi=150, facecolor=rgb(theme.page))
    FigureCanvasAgg(figure)
    panel = figure.add_axes((0, 0, 1, 1))
    panel.set_axis_off()
    panel.set_xlim(-width / 2, width / 2)
    panel.set_ylim(-size[1] - FOOT, MARGIN)
    for start, stop in graph["arrows"]:
        ends = (centres[start], centres[stop])
        radii = (_radius(len(groups[start])), _radius(len(groups[stop])))
        lead = max(graph["advantage"][i][j] for i in groups[stop] for j in groups[start])
        _arrow(panel, *ends, radii, _weight(lead, graph), theme, bend=0)
    firsts = accumulate((len(group) for group in groups), initial=1)
    for group, first, centre in zip(groups, firsts, centres, strict=False):
        _draw_group(panel, group, first, centre, names, graph, theme)
    _draw_key(figure, groups, graph, theme)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", facecolor=figure.get_facecolor())
    return buffer.getvalue()


def _place(groups: Sequence[Sequence[int]], layers: Sequence[Sequence[int]]) -> tuple[list[Point], Point]:
    """The centre of each group, layer below layer from (0, 0) down, and the width and height of all."""
    centres: list[Point] = [(0.0, 0.0)] * len(groups)
    widest, y = 0.0, 0.0
    for layer in layers:
        radii = [_radius(len(groups[g])) for g in layer]
        # Names stand on both sides of a ring, and to the right of a single player, who is in the middle if alone.
        lefts = [r + LABEL if len(groups[g]) > 1 or len(layer) == 1 else r for g, r in zip(layer, radii, strict=True)]
        starts = [0.0, *accumulate(left + r + LABEL + 0.15 for left, r in zip(lefts, radii, strict=True))]
        tallest = max(r + (LABEL if len(groups[g]) > CROWD else 0) for g, r in zip(layer, radii, strict=True))
        for g, start, left in zip(layer, starts, lefts, strict=False):
            centres[g] = (start + left - starts[-1] / 2, y - tallest)
        widest, y = max(widest, starts[-1]), y - 2 * tallest - ROOM
    return centres, (widest, -y - ROOM if layers else 0.0)


def _radius(players: int) -> float:
    """Of the disc that a group takes."""
    return NODE if players == 1 else _ring(players) + BORDER


def _ring(players: int) -> float:
    """Of the circle that the players of a group stand on."""
    return max(0.45, APART * players / (2 * pi))


def _draw_group(
    panel: Axes,
    group: Sequence[int],
    first: int,
    centre: Point,
    names: Sequence[str],
    graph: Mapping[str, Any],
    theme: Theme,
) -> None:
    """A single player, or players around a ring, clockwise from the best, whose rank is `first`, and their arrows."""
    places = {group[0]: centre}
    if len(group) > 1:
        panel.add_patch(Circle(centre, _radius(len(group)), color=rgb(theme.beyond), linewidth=0, zorder=0))
        # Nobody stands at the very top or bottom, where other layers' arrows come in.
        off = 0.5 if len(group) % 2 == 0 else 0.25
        turns = [pi / 2 - 2 * pi * (k + off) / len(group) for k in range(len(group))]
        radius = _ring(len(group))
        places = {
            k: (centre[0] + radius * cos(t), centre[1] + radius * sin(t)) for k, t in zip(group, turns, strict=True)
        }
    for rank, k in enumerate(group):
        for other_rank, other in enumerate(group):
            lead, sure = graph["advantage"][other][k], graph["sure"]
            is_upset = other_rank > rank
            if lead > 0 and (is_upset or len(group) <= CROWD):
                is_sure = sure is None or sure[other][k] >= SURE
                weight = _weight(lead, graph)
                _arrow(panel, places[k], places[other], (NODE, NODE), weight, theme, is_upset, is_sure)
    for rank, (k, place) in enumerate(places.items(), start=first):
        panel.add_patch(Circle(place, NODE, facecolor=rgb(theme.series[0]), edgecolor=rgb(theme.page), zorder=5))
        look: dict[str, Any] = {"color": rgb(theme.on_color), "weight": "bold", "fontsize": 7, "fontfamily": FONT}
        panel.text(place[0], place[1], str(rank), ha="center", va="center_baseline", zorder=6, **look)
        _draw_name(panel, names[k], place, centre, len(group) > CROWD, theme)


def _draw_name(panel: Axes, name: str, place: Point, centre: Point, is_crowd: bool, theme: Theme) -> None:
    """A name outside of its ring, along the radius in a crowd; beside a single player."""
    out = np.subtract(place, centre)
    length = float(np.hypot(*out))
    out = out / length if length else np.array([1.0, 0.0])
    turn = float(np.degrees(np.arctan2(out[1], out[0]))) if is_crowd else 0.0
    is_left = out[0] < -1e-9
    x, y = place + out * (BORDER + 0.06 if length else NODE + 0.06)
    text = panel.text(
        x,
        y,
        plain(elide(clean(name), TEXT, LABEL * 72)),
        ha="right" if is_left else "left",
        va="center_baseline",
        rotation=turn - 180 if is_left and is_crowd else turn,
        rotation_mode="anchor",
        fontsize=TEXT,
        fontfamily=FONT,
        color=rgb(theme.ink),
        zorder=6,
    )
    text.set_path_effects([withStroke(linewidth=2.5, foreground=rgb(theme.page))])


def _weight(lead: float, graph: Mapping[str, Any]) -> float:
    """The strength of an arrow, 0 to 1: what is won, as a part of the most that anybody wins."""
    return float(lead / max(np.max(graph["advantage"]), 1e-12))


def _arrow(
    panel: Axes,
    start: Point,
    stop: Point,
    radii: tuple[float, float],
    weight: float,
    theme: Theme,
    is_upset: bool = False,
    is_sure: bool = True,
    bend: float = 0.07,
) -> None:
    panel.add_patch(
        FancyArrowPatch(
            start,
            stop,
            arrowstyle="-|>,head_length=3.2,head_width=1.7",
            mutation_scale=1 + 0.8 * weight,
            # in points
            shrinkA=72 * radii[0] + 1,
            shrinkB=72 * radii[1] + 1,
            connectionstyle=f"arc3,rad={bend}",
            linewidth=0.5 + 2.3 * weight,
            linestyle="solid" if is_sure else (0, (3, 2)),
            color=rgb(theme.series[1] if is_upset else theme.mark_edge),
            alpha=0.35 + 0.6 * weight if is_upset else 0.25 + 0.6 * weight,
            zorder=3 if is_upset else 2,
        )
    )


def _draw_key(figure: Figure, groups: Sequence[Sequence[int]], graph: Mapping[str, Any], theme: Theme) -> None:
    """What the arrows mean, of those that there are."""
    has_rings = any(len(group) > 1 for group in groups)
    left_out = ", not drawn in large rings" if any(len(group) > CROWD for group in groups) else ""
    looks: list[tuple[Rgb, Any, str]] = [(theme.mark_edge, "solid", f"loses to a better rank{left_out}")]
    if has_rings:
        looks.append((theme.series[1], "solid", "loses to a worse rank"))
    if has_rings and graph["sure"] is not None:
        looks.append((theme.mark_edge, "dashed", f"less than {SURE:.0%} sure"))
    handles = [Line2D([], [], color=rgb(color), linestyle=style, linewidth=1.8) for color, style, _ in looks]
    legend = figure.legend(
        handles,
        [words for _, _, words in looks],
        loc="lower center",
        ncols=len(looks),
        frameon=False,
        prop={"family": FONT, "size": TEXT},
        handlelength=2,
        columnspacing=1.4,
    )
    for text in legend.get_texts():
        text.set_color(rgb(theme.muted))
