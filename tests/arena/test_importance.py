"""The picture of a search: words below its panels stay apart and inside."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from arena.render.importance import Trials, draw_importance

SHORT, LONG = ("0.8", "0.9", "0.95"), ("[64,64]", "[128,128]", "[64,64,64]", "[256,256,256,256]")


def drawn(path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Trials]) -> Figure:
    """The figure behind a picture."""
    figures: list[Figure] = []
    save = Figure.savefig

    def keep(figure: Figure, *args: Any, **options: Any) -> None:
        figures.append(figure)
        save(figure, *args, **options)

    monkeypatch.setattr(Figure, "savefig", keep)
    draw_importance(path, dict.fromkeys(settings, 1 / len(settings)), settings, "metric/good_success_0.4/good")
    assert path.stat().st_size > 0
    return figures[0]


def test_words_below_panels_neither_overlap_nor_leave_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {
        f"{name}.{k}": Trials(tried, (1.0,) * len(tried), tried)
        for k in range(4)
        for name, tried in (("hidden", LONG), ("gamma", SHORT))
    }
    figure = drawn(tmp_path / "a.png", monkeypatch, settings)
    _, bottom = figure.subfigs
    shown = [panel for panel in bottom.axes if panel.get_visible()]
    assert [panel.get_title(loc="left") for panel in shown] == [*settings]
    for panel, trials in zip(shown, settings.values(), strict=True):
        labels = panel.get_xticklabels()
        assert tuple(label.get_text() for label in labels) == trials.tried
        boxes = [label.get_window_extent() for label in labels]
        assert all(figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1 for box in boxes)
        assert all(
            before.x1 < after.x0 or label.get_rotation() > 0
            for label, (before, after) in zip(labels, pairwise(boxes), strict=False)
        )
