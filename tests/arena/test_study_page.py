"""The page of a study: names are data, numbers are there, and nothing is fetched, whatever is missing."""

from typing import Any

import pytest
from page_tree import Node, Page
from study_results import HOSTILE, hostile, one_sided, two_sided

from arena.render.page.numbers import unit_of
from arena.render.page.study import study_page
from arena.render.page.tables import csv_tables
from arena.render.theme import DARK, LIGHT

DASH = "\N{EN DASH}"
STUDIES = {"two_sided": two_sided, "one_sided": one_sided, "hostile": hostile}
OPTIONAL = ["anchors", "lines", "curves", "cross", "success", "field", "aggregates", "profiles", "improvement"]
OPTIONAL += ["self_play", "efficiency", "warnings"]


@pytest.fixture(scope="module", params=STUDIES)
def shown(request: pytest.FixtureRequest) -> tuple[dict[str, Any], str, Node]:
    """Results, their page, and its tree."""
    results = STUDIES[request.param]()
    html = study_page(results)
    return results, html, Page(html).root


def test_a_page_runs_nothing_and_fetches_nothing(shown: tuple[dict[str, Any], str, Node]) -> None:
    _, html, root = shown
    assert len(html) < 1_000_000
    assert "http://" not in html and "https://" not in html and "url(" not in html and "@import" not in html
    nodes = root.all("*")
    assert not {"script", "iframe", "object", "embed", "img", "form", "base"} & {node.tag for node in nodes}
    for node in nodes:
        assert not [name for name in node.attributes if name.startswith("on") or name in ("src", "srcset", "action")]
        assert node.attributes.get("href", "#").startswith(("#", "data:,"))
    (policy,) = [n.attributes["content"] for n in nodes if "http-equiv" in n.attributes]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    ids = {node.attributes["id"] for node in nodes if "id" in node.attributes}
    assert {n.attributes["href"][1:] for n in root.all("a")} <= ids


def test_a_page_has_its_parts(shown: tuple[dict[str, Any], str, Node]) -> None:
    results, _, root = shown
    sides, measures = results["scenario"]["sides"], results["measures"]
    against = 1 + len(results["anchors"])
    assert [n.attributes["id"] for n in root.all("section")] == [
        "cross", "curves", "aggregates", "seeds", "self-play", "efficiency", "settings", "words", "provenance",
    ]  # fmt: skip
    tables = [node.attributes.get("class") for node in root.all("table")]
    assert tables == ["paper"] * (len(sides) == 2) + ["heat"] * len(measures) + [None, "settings"]
    charts = len(measures) * against + 4 + 1 + 1 + len(sides) + 1 + len(sides)
    assert len(root.all("svg")) == charts
    for svg in root.all("svg"):
        assert svg.attributes["role"] == "img" and len(svg.attributes["aria-label"]) > 20
    assert results["fingerprint"] in root.text
    for warning in results["warnings"]:
        assert warning in root.all("aside")[0].text


def test_names_are_shown_as_they_are_and_never_as_markup() -> None:
    results = hostile()
    html = study_page(results)
    root = Page(html).root
    assert "<script" not in html and "<img" not in html
    drawn = "".join(svg.text for svg in root.all("svg"))
    for name in HOSTILE:
        assert name in root.text and name in drawn
    assert all(any(name in svg.attributes["aria-label"] for name in HOSTILE) for svg in root.all("svg"))
    assert root.all("h1")[0].text == root.all("title")[0].text == results["title"]
    turned = two_sided() | {"title": "a\u202eb\x00c"}
    assert Page(study_page(turned)).root.all("h1")[0].text == "abc"


def test_cells_hold_the_numbers() -> None:
    results = two_sided()
    root = Page(study_page(results)).root
    tables = [node for node in root.all("table") if node.attributes.get("class") == "heat"]
    for table, cross, measure in zip(tables, results["cross"], results["measures"], strict=True):
        unit = unit_of([cell["value"] for row in cross["cells"] for cell in row if cell], measure["share"])
        rows = table.all("tbody")[0].all("tr")
        for row, cells in zip(rows, cross["cells"], strict=True):
            texts = [td.text for td in row.all("td")]
            assert texts == [unit.text(c["value"]) + unit.interval(c) if c else DASH for c in cells]
    assert tables[2].all("tbody")[0].all("td")[0].attributes["title"] == "25 pairs of seeds, 1,000 games"


@pytest.mark.parametrize("part", [*OPTIONAL, "all"])
def test_a_study_may_lack_any_part(part: str) -> None:
    results = two_sided()
    for name in OPTIONAL if part == "all" else [part]:
        del results[name]
    root = Page(study_page(results)).root
    assert len(root.all("section")) == (5 if part == "all" else 9 - (part in ("curves", "self_play")))
    assert "seeds.csv" in csv_tables(results)  # one seed diverged
    assert part not in [name.removesuffix(".csv") for name in csv_tables(results)]


def without_numbers(value: Any) -> Any:
    """The same with null for every estimate."""
    if isinstance(value, dict):
        hidden = {"value", "low", "high", "self", "cross", "gap", "difference", "percentile", "steps", "seconds"}
        return {k: None if k in hidden and not isinstance(v, list) else without_numbers(v) for k, v in value.items()}
    if isinstance(value, list):
        return [without_numbers(part) for part in value]
    return value


@pytest.mark.parametrize("build", STUDIES.values(), ids=STUDIES)
def test_nothing_needs_a_number(build: Any) -> None:
    results = build()
    parts = ("cross", "success", "aggregates", "improvement", "self_play", "efficiency")
    results |= {name: without_numbers(results[name]) for name in parts}
    for curve in results["curves"]:
        curve |= {"value": [None] * len(curve["steps"]), "low": None, "high": None}
    results["field"][0] |= {"seed_scores": [], "seed_returns": []}
    for row in results["field"]:
        row["return"] = None
    results["contenders"][0] |= {"seconds": None, "steps_per_second": None, "updates": None}
    root = Page(study_page(results)).root
    assert "None" not in root.text and "nan" not in root.text.replace("loss is nan", "")
    assert "No difference is shown" in root.text
    assert csv_tables(results)["cross.csv"].count("\n") > 3


def test_diverged_seeds_are_counted_where_everybody_looks() -> None:
    root = Page(study_page(two_sided())).root
    assert "1 of 15 seeds diverged" in root.all("header")[0].text
    assert "dqn, seed 4, after 120,000 steps: loss is nan" in root.text


def test_both_themes_are_on_the_page() -> None:
    html = study_page(two_sided())
    light, dark = (
        html.index("--page: rgb({} {} {})".format(*LIGHT.page)),
        html.index("prefers-color-scheme: dark"),
    )
    assert light < dark < html.index("--c5: rgb({} {} {})".format(*DARK.series[5]))
