"""The page of a reproduction: claims and numbers as they are, names as data, and nothing is fetched."""

import re
from typing import Any

import pytest
from page_tree import Node, Page
from reproduction_data import FEW, QUICK, hostile, reproduction
from study_results import HOSTILE

from arena.render.page.reproduction import SHARES, reproduction_page, shared_warnings, summary
from arena.render.page.strips import EDGE, WIDTH, axis_over, strip
from arena.render.page.svg import Axis
from arena.render.theme import DARK, LIGHT

DASH = "\N{EN DASH}"
ALL = {"quick": reproduction, "full": lambda: reproduction(is_quick=False), "hostile": hostile}


def page(data: dict[str, Any]) -> Node:
    return Page(reproduction_page(data)).root


def of_class(root: Node, name: str) -> list[Node]:
    return [node for node in root.all("*") if name in node.attributes.get("class", "").split()]


@pytest.mark.parametrize("build", ALL.values(), ids=ALL)
def test_a_page_runs_nothing_and_fetches_nothing(build: Any) -> None:
    html = reproduction_page(build())
    nodes = Page(html).root.all("*")
    assert len(html) < 200_000
    assert "http://" not in html and "https://" not in html and "url(" not in html and "@import" not in html
    assert not {"script", "iframe", "object", "embed", "img", "form", "base"} & {node.tag for node in nodes}
    for node in nodes:
        assert not [name for name in node.attributes if name.startswith("on") or name in ("src", "srcset", "action")]
    ids = {node.attributes["id"] for node in nodes if "id" in node.attributes}
    links = [node.attributes["href"] for node in nodes if node.tag == "a"]
    assert {link[1:] for link in links if link.startswith("#")} <= ids
    studies = [link for link in links if not link.startswith("#")]
    assert len(studies) == 3 and all(re.fullmatch(r"\./[^:\s\"'<>]+/report\.html", link) for link in studies)
    (policy,) = [n.attributes["content"] for n in nodes if "http-equiv" in n.attributes]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")


def test_names_are_shown_as_they_are_and_never_as_markup() -> None:
    data = hostile()
    html = reproduction_page(data)
    root = Page(html).root
    assert "<script" not in html and "<img" not in html
    for text in (data["title"], data["quick"], data["left_out"], data["experiments"][0]["cells"][0]["source"]):
        assert HOSTILE[0] in text and text in root.text
    assert any(HOSTILE[1] in svg.attributes.get("aria-label", "") for svg in root.all("svg"))
    turned = reproduction() | {"title": "a\u202eb\x00c"}
    assert page(turned).all("h1")[0].text == "Reproduction of abc"


def test_a_quick_run_says_so_above_all_numbers() -> None:
    html = reproduction_page(reproduction())
    (banner,) = of_class(Page(html).root, "banner")
    assert QUICK in banner.text and html.index(QUICK) < html.index("<table")
    assert not of_class(page(reproduction(is_quick=False)), "banner")


def test_claims_come_first_with_numbers_and_verdict() -> None:
    root = page(reproduction())
    assert root.all("section")[0].attributes["id"] == "claims"
    (table,) = [node for node in root.all("table") if node.attributes["class"] == "claims"]
    rows = [[cell.text for cell in row.all("td")] for row in table.all("tr") if len(row.all("td")) == 3]
    assert rows[0] == [
        f"94.4 %91.1{DASH}97.1 %maddpg against maddpg",
        f"63.9 %58.4{DASH}68.4 %ddpg against maddpg",
        "holds",
    ]
    assert [row[2] for row in rows] == ["holds", "open", "does not hold", "open", "open"]
    assert rows[3][0].startswith(DASH)  # not known
    said = [node.attributes["class"].split()[-1] for node in of_class(root, "said")]
    assert said == ["c2", "open", "c1", "open", "open"]
    assert "google/maddpg-replication, read" in table.text and "Lowe et al. 2017, remembered" in table.text
    assert of_class(root, "verdict")[0].text == "Of 5 published claims, 1 holds, 1 does not hold and 3 are open."


def test_verdicts_are_counted_in_words() -> None:
    claims = [{"verdict": verdict} for verdict in ("holds", "holds", "open")]
    assert summary([{"claims": claims}]) == "Of 3 published claims, 2 hold, 0 do not hold and 1 is open."
    assert summary([{"claims": []}]) == "No claim was put to the test."


def test_published_numbers_stand_beside_ours() -> None:
    root = page(reproduction())
    deception, navigation = (node for node in root.all("table") if node.attributes["class"] == "beside")
    rows = {row.all("th")[0].text: row for row in deception.all("tbody")[0].all("tr") if row.all("th")}
    assert len(deception.all("tbody")) == 2 and len(rows) == 1 + 4  # two sources in one line
    published, ours, drawn = rows["maddpg against ddpg"].all("td")
    assert [node.text for node in of_class(published, "number")] == [
        "92.2Lowe et al. 2017, remembered",
        "94.8google/maddpg-replication, read",
    ]
    assert ours.text == f"87.281.7{DASH}91.7"
    assert [node.attributes["class"] for node in of_class(drawn, "published")] == [
        "published remembered",
        "published read",
    ]
    texts = [td.text.strip() for td in navigation.all("td") if td.attributes.get("data-what") == "ours"]
    assert texts == [f"0.6100.588{DASH}0.628", "0.660", DASH, "not measured the same way", "not measured the same way"]
    assert (
        "No published number" in root.all("section")[3].text
        and "No public number was found." in root.all("section")[3].text
    )


def test_marks_stand_where_their_numbers_are() -> None:
    ours = {"value": 0.5, "low": 0.25, "high": 1.0}
    drawing = Page(strip("x", Axis(0, 1, EDGE, WIDTH - EDGE), [(0.75, "read")], ours, SHARES)).root
    (dot,) = drawing.all("circle")
    assert float(dot.attributes["cx"]) == WIDTH / 2
    (interval,) = of_class(drawing, "interval")
    ends = [float(x) for x in re.findall(r"[ML]([\d.]+)", interval.attributes["d"])]
    assert ends == [EDGE + 0.25 * (WIDTH - 2 * EDGE), WIDTH - EDGE]
    (mark,) = of_class(drawing, "published")
    corners = [float(x) for x in re.findall(r"[ML]([\d.]+)", mark.attributes["d"])]
    assert sum(corners) / 4 == pytest.approx(EDGE + 0.75 * (WIDTH - 2 * EDGE), abs=0.1)
    assert f"published 75.0 %, read; ours 50.0 (25.0{DASH}100.0) %" in drawing.all("svg")[0].attributes["aria-label"]


def test_an_axis_has_room_for_all_numbers() -> None:
    axis = axis_over([-2.0, 3.0, 1.0])
    assert axis.low < -2 and axis.high > 3
    assert (axis_over([0.0, 1.0]).low, axis_over([0.0, 1.0]).high) == (0, 1)
    assert axis_over([5.0]).low < 5 < axis_over([5.0]).high and axis_over([0.0]).low < 0


def test_what_is_said_of_all_experiments_is_said_once() -> None:
    data = reproduction()
    assert page(data).text.count(FEW) == 1 and page(data).text.count("1 of 3 training seeds diverged") == 1
    assert shared_warnings(data["experiments"]) == [FEW]
    assert shared_warnings(data["experiments"][:1]) == shared_warnings([]) == []
    assert page(data | {"experiments": data["experiments"][:1]}).text.count(FEW) == 1


def test_nothing_needs_a_number() -> None:
    data = reproduction()
    for experiment in data["experiments"]:
        for cell in experiment["cells"]:
            cell["ours"] = None
        for claim in experiment["claims"]:
            claim |= {"higher": None, "lower": {"value": None, "low": None, "high": None}, "verdict": "open"}
        experiment |= {"warnings": [], "seconds": 0}
    text = page(data).text
    assert "None" not in text and "nan" not in text
    assert not page(data | {"experiments": []}).all("svg")


def test_both_themes_are_on_the_page() -> None:
    html = reproduction_page(reproduction())
    colors = ["--page: rgb({} {} {})".format(*theme.page) for theme in (LIGHT, DARK)]
    assert html.index(colors[0]) < html.index("prefers-color-scheme: dark") < html.index(colors[1])
