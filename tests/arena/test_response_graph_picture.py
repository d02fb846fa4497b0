"""The picture of a response graph: players apart, names inside, upsets and doubts marked."""

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch

from arena.render.curves import rgb
from arena.render.graph import CROWD, draw_response_graph
from arena.render.theme import LIGHT


def drawn(path: Path, monkeypatch: pytest.MonkeyPatch, names: list[str], graph: dict[str, Any]) -> Figure:
    """The figure behind a picture."""
    figures: list[Figure] = []
    save = Figure.savefig

    def keep(figure: Figure, *args: Any, **options: Any) -> None:
        figures.append(figure)
        save(figure, *args, **options)

    monkeypatch.setattr(Figure, "savefig", keep)
    draw_response_graph(path, names, graph)
    assert path.read_bytes().startswith(b"\x89PNG")
    return figures[0]


def ladder(players: int) -> dict[str, Any]:
    """Everybody beats all those after, but the last the first, and unsurely so."""
    advantage = np.triu(np.ones((players, players)), 1)
    advantage = advantage - advantage.T
    if players > 2:
        advantage[0, -1], advantage[-1, 0] = -0.5, 0.5
    groups = [[*range(players)]] if players > 2 else [[k] for k in range(players)]
    arrows = [] if players > 2 else [[k + 1, k] for k in range(players - 1)]
    sure = np.where(np.abs(advantage) < 1, 0.6, 1.0).tolist()
    layers = [[g] for g in range(len(groups))]
    return {"advantage": advantage.tolist(), "sure": sure, "groups": groups, "layers": layers, "arrows": arrows}


@pytest.mark.parametrize("players", [1, 2, 3, 4, 9, 10, 11, 30])
def test_players_and_names_stay_apart_and_inside(players: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"runs/maddpg-{k} $x_{k}$ <b> and so on and on" for k in range(players)]
    figure = drawn(tmp_path / "a.png", monkeypatch, names, ladder(players))
    panel = figure.axes[0]
    circles = [p for p in panel.patches if isinstance(p, Circle) and p.get_zorder() == 5]
    assert len(circles) == players
    for one, other in combinations(circles, 2):
        assert np.hypot(*np.subtract(one.center, other.center)) > 2 * one.radius
    labels = [text for text in panel.texts if not text.get_text().isdigit()]
    assert len(labels) == players and all("<b>" in t.get_text() or "…" in t.get_text() for t in labels)
    boxes = [text.get_window_extent() for text in labels]
    for box in boxes:
        assert figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1
    if players <= CROWD:  # boxes of words along a radius overlap where the words do not
        assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_upsets_have_a_colour_and_doubts_are_dashed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figure = drawn(tmp_path / "a.png", monkeypatch, [*"abcd"], ladder(4))
    arrows = [p for p in figure.axes[0].patches if isinstance(p, FancyArrowPatch)]
    upsets = [a for a in arrows if to_rgb(a.get_edgecolor()[:3]) == pytest.approx(rgb(LIGHT.series[1]))]
    assert (len(arrows), len(upsets)) == (6, 1)
    dashed = [a for a in arrows if a.get_linestyle() != "solid"]
    assert dashed == upsets
    assert upsets[0].get_linewidth() < min(a.get_linewidth() for a in arrows if a is not upsets[0])
    large = drawn(tmp_path / "b.png", monkeypatch, [str(k) for k in range(20)], ladder(20))
    assert len([p for p in large.axes[0].patches if isinstance(p, FancyArrowPatch)]) == 1


def test_a_league_of_nobody_is_an_empty_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = {"advantage": [], "sure": None, "groups": [], "layers": [], "arrows": []}
    assert not drawn(tmp_path / "a.png", monkeypatch, [], nobody).axes[0].patches
