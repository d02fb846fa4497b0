"""Marks of a page stand where their numbers are, and numbers have the digits that they deserve."""

import re

import pytest
from page_tree import Page

from arena.render.page.curves import HEIGHT, Curve, curve_chart
from arena.render.page.dots import WIDTH, Dot, Row, dot_chart
from arena.render.page.numbers import Unit, unit_of
from arena.render.page.svg import spread

DASH, MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"


def test_curves_are_drawn_where_their_numbers_are() -> None:
    points = [{"value": v, "low": v - 1, "high": v + 1} for v in (1.0, 3.0, 2.0)]
    figure = Page(curve_chart("c", [Curve("me", 0, (0, 10, 20), points)], {"guess": 2.0}, is_share=False)).root
    dots = [(float(n.attributes["cx"]), float(n.attributes["cy"])) for n in figure.all("circle")]
    assert dots[1][0] == pytest.approx((dots[0][0] + dots[2][0]) / 2, abs=0.1)
    assert dots[2][1] == pytest.approx((dots[0][1] + dots[1][1]) / 2, abs=0.1)  # 2 between 1 and 3
    paths = {n.attributes["class"]: n.attributes["d"] for n in figure.all("path")}
    assert paths["line c0"] == "M" + "L".join(f"{x:g},{y:g}" for x, y in dots)
    band = [float(part.split(",")[1]) for part in paths["band c0"][1:-1].split("L")]
    assert band[0] == band[2] + (dots[0][1] - dots[2][1]) == HEIGHT - 26 and min(band) == 10
    assert paths["reference"].endswith(f",{dots[2][1]:g}")
    assert figure.all("circle")[1].text == f"me after 10 steps: 3.00 (2.00{DASH}4.00)"


def test_wide_intervals_do_not_flatten_curves() -> None:
    points = [{"value": 0.0, "low": -100.0, "high": 100.0}, {"value": 1.0, "low": 0.0, "high": 2.0}]
    figure = Page(curve_chart("c", [Curve("me", 0, (0, 10), points)], {}, is_share=False)).root
    low, high = (float(n.attributes["cy"]) for n in figure.all("circle"))
    height = HEIGHT - 26 - 10
    assert low - high == pytest.approx(height / 3)  # from -1 to 2
    (band,) = [n.attributes["d"] for n in figure.all("path") if n.attributes["class"] == "band c0"]
    places = [float(part.split(",")[1]) for part in band[1:-1].split("L")]
    assert (max(places), min(places)) == (HEIGHT - 26, 10)  # cut off at the ends of the axis


def test_dots_are_drawn_where_their_numbers_are() -> None:
    row = Row("x over y", 1, "0.50", [[Dot({"value": 0.5, "low": 0.25, "high": 1.0})]])
    figure = Page(dot_chart("p", [row], (0.0, 1.0), middle=0.5)).root
    (dot,) = figure.all("circle")
    paths = {n.attributes["class"]: n.attributes["d"] for n in figure.all("path")}
    assert float(dot.attributes["cx"]) == WIDTH / 2
    assert paths["reference"].startswith(f"M{WIDTH / 2:g},")
    ends = [float(x) for x in re.findall(r"[ML]([\d.]+)", paths["interval claimed c1"])]
    assert ends == [pytest.approx(8 + 0.25 * (WIDTH - 16)), WIDTH - 8]


def test_names_stay_apart() -> None:
    assert spread([50, 10, 48], 14, 100) == [62, 10, 48]
    assert spread([98, 99, 97], 10, 100) == [90, 100, 80]
    assert spread([], 10, 100) == []


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        (unit_of([-23.4, 3.0]), -23.44, f"{MINUS}23.4"),
        (unit_of([0.021]), 0.0214, "0.0214"),
        (unit_of([1234.0, None]), 1234.4, "1,234"),
        (unit_of([0.0]), -0.001, "0.00"),
        (unit_of([0.5], is_share=True), 0.0825, "8.2"),
        (Unit(2), None, DASH),
    ],
)
def test_numbers_have_the_digits_they_deserve(unit: Unit, value: float | None, text: str) -> None:
    assert unit.text(value) == text


def test_intervals_with_a_minus_have_no_dash() -> None:
    unit = Unit(1)
    assert unit.whole({"value": 1.0, "low": 0.5, "high": 2.0}) == f"1.0 (0.5{DASH}2.0)"
    assert unit.whole({"value": -1.0, "low": -2.0, "high": 0.5}) == f"{MINUS}1.0 ({MINUS}2.0 to 0.5)"
    assert unit.whole({"value": 1.0, "low": None, "high": 2.0}) == "1.0"
