"""Learning curves by their numbers."""

import numpy as np
import pytest
from PIL import Image

from arena.errors import ArenaError
from arena.render.curves import POINTS, choose_panels, curve, learning_curves

METRICS = [f"metric/{side}_success_{radius}" for side in ("good", "adversary") for radius in (0.1, 0.2, 0.4)]
ROW = {"step": 10, "member": 0, "return/adversary": -3.0, "return/good": 2.0, "loss/critic": 1.0} | dict.fromkeys(
    ["metric/good_distance", "metric/adversary_distance", *METRICS], 0.5
)


def test_panels_are_returns_then_metrics_at_the_widest_radius_side_by_side():
    assert choose_panels([{"step": 1}, ROW]) == [
        "return/adversary",
        "return/good",
        "metric/adversary_distance",
        "metric/good_distance",
        "metric/adversary_success_0.4",
        "metric/good_success_0.4",
    ]
    spread = {"return/team": 1, "metric/cover": 1, "metric/hits": 1, "metric/covered": 1}
    assert choose_panels([spread]) == list(spread)
    assert len(choose_panels([{f"return/{i}": 1 for i in range(9)}])) == 6
    assert choose_panels([{"step": 1, "loss/critic": 2}]) == []


def test_members_make_a_mean_and_a_range():
    rows = [{"step": 100 * i, "member": m, "return/team": i + 10.0 * m} for i in range(5) for m in range(3)]
    steps, mean, low, high = curve(rows, "return/team")
    assert steps.tolist() == [0, 100, 200, 300, 400]
    assert mean.tolist() == [10, 11, 12, 13, 14]
    assert low.tolist() == [0, 1, 2, 3, 4]
    assert high.tolist() == [20, 21, 22, 23, 24]


def test_gaps_are_interpolated_and_what_is_no_number_left_out():
    rows = [{"step": s, "member": 0, "a": float(s)} for s in (0, 10, 20, 30)]
    rows += [{"step": 0, "member": 1, "a": 4.0}, {"step": 10, "member": 1}, {"step": 30, "member": 1, "a": 10.0}]
    rows += [{"step": 20, "member": 1, "a": np.nan}, {"step": 20, "member": 1, "a": None}]
    steps, mean, low, _ = curve(rows, "a")
    assert steps.tolist() == [0, 10, 20, 30]
    assert mean == pytest.approx([2, 8, 14, 20])
    assert low == pytest.approx([0, 6, 8, 10])
    assert curve(rows, "b") is None


def test_many_reports_are_averaged_to_few_points():
    rows = [{"step": i, "a": float(i % 2)} for i in range(1600)]
    steps, mean, _, _ = curve(rows, "a")
    assert len(steps) == POINTS
    assert mean == pytest.approx(np.full(POINTS, 0.5), abs=0.06)
    assert steps.mean() == pytest.approx(799.5, abs=1)


def test_a_plot_has_a_row_for_two_panels_and_takes_any_name(tmp_path):
    runs = {r"_$\frac{$ \x1b[31m 漢🙂": [ROW], "b": [ROW | {"step": 20}, ROW | {"member": 1}], "": []}
    learning_curves(runs, tmp_path / "six.png")
    learning_curves(runs, tmp_path / "one.png", panels=["loss/critic"])
    with Image.open(tmp_path / "six.png") as six, Image.open(tmp_path / "one.png") as one:
        assert six.size == (1560, round(150 * (3 * 2.75 + 0.85)))
        assert one.size == (780, round(150 * (2.75 + 0.85)))
        blue = (np.abs(np.array(one.convert("RGB")).astype(int) - (0, 114, 178)).max(-1) < 30).sum()
        assert blue > 100


def test_nothing_to_plot_is_an_error(tmp_path):
    with pytest.raises(ArenaError, match="nothing to plot"):
        learning_curves({"a": []}, tmp_path / "x.png")
