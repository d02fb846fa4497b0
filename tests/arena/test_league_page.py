"""The page of a league: names are data, numbers are there, nothing is fetched, whatever the league."""

import base64
from typing import Any

import pytest
from league_boards import HOSTILE, Board, about, estimate, one_sided, rating, two_sided
from page_tree import Node, Page

from arena.render.page.bars import axis_of
from arena.render.page.league import league_page
from arena.render.page.league_verdict import verdict
from arena.render.page.standings import MOST_LINES

DASH, MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"


def root_of(board: Board, **more: Any) -> Node:
    return Page(league_page(board, about(board) | more)).root


def by_class(root: Node, tag: str, word: str) -> list[Node]:
    return [node for node in root.all(tag) if word in node.attributes.get("class", "").split()]


@pytest.mark.parametrize("build", [two_sided, one_sided, lambda: two_sided(len(HOSTILE), HOSTILE)])
def test_a_page_runs_nothing_and_fetches_nothing(build: Any) -> None:
    html = league_page(build(), about(build()))
    assert "http://" not in html and "https://" not in html and "url(" not in html and "@import" not in html
    nodes = Page(html).root.all("*")
    assert not {"script", "iframe", "object", "embed", "form", "base"} & {node.tag for node in nodes}
    for node in nodes:
        assert not [name for name in node.attributes if name.startswith("on") or name == "action"]
        for name in ("src", "srcset"):
            assert node.attributes.get(name, "data:image/png;base64,").startswith("data:image/png;base64,")
        assert node.attributes.get("href", "#").startswith(("#", "data:,"))
    (policy,) = [n.attributes["content"] for n in nodes if "http-equiv" in n.attributes]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")


def test_names_are_shown_as_they_are_and_never_as_markup() -> None:
    board = two_sided(len(HOSTILE), HOSTILE)
    board["players"][1]["withdrawn"] = "<b>raised</b>"
    html = league_page(board, about(board) | {"title": "<i>first</i>"})
    assert "<script" not in html and "<img src=x" not in html and "<b>raised" not in html and "<i>first" not in html
    root = Page(html).root
    assert root.all("h1")[0].text == "<i>first</i>"
    (standings, *_) = by_class(root, "table", "standings")
    assert [th.text for th in standings.all("tbody")[0].all("th")] == [
        name.replace("\u202e", "") + "withdrawn" * (k == 1) for k, name in enumerate(HOSTILE)
    ]
    assert "<b>raised</b>" in root.all("aside")[0].text


def test_standings_hold_the_numbers() -> None:
    root = root_of(two_sided())
    (overall, adversary, good) = by_class(root, "table", "standings")
    first, *_, last = [tr for tr in overall.all("tr") if tr.all("svg")][:-1]
    assert [td.text for td in by_class(first, "td", "rating")] == [f"+300260{DASH}340"]
    assert [td.text for td in by_class(last, "td", "rating")] == [f"{MINUS}300{MINUS}340 to {MINUS}260"]
    cells = {td.attributes["data-what"]: td.text for td in first.all("td") if "data-what" in td.attributes}
    assert cells == {"ranks": "1", "points of 100": "62.5", "normalised": "0.50 / 0.50", "legs": "400"}
    assert first.all("svg")[0].attributes["aria-label"] == f"runs/a@0: 300 (260{DASH}340) Elo"
    results = by_class(adversary, "td", "results")[1].all("svg")[0]
    assert results.attributes["aria-label"] == "runs/a@0: 100 won, 60 drawn, 40 lost"
    widths = [float(rect.attributes["width"]) for rect in results.all("rect")]
    assert [rect.attributes["class"] for rect in results.all("rect")] == ["won", "drawn", "lost"]
    assert widths[0] / widths[2] == pytest.approx(2.5, rel=0.05)
    assert "+180140" in good.text  # half of the rating, and 30 more


def test_the_cross_table_is_shaded_by_who_won() -> None:
    (cross,) = by_class(root_of(two_sided()), "table", "cross")
    rows = [tr.all("td") for tr in cross.all("tbody")[0].all("tr")]
    assert [td.text for td in rows[0]] == ["", "90", "90", "90"] and [td.text for td in rows[2]] == [
        "10",
        "10",
        "",
        "90",
    ]
    assert rows[0][1].attributes["class"] == "up" and rows[2][0].attributes["class"] == "down"
    assert rows[0][1].attributes["style"] == "--shade: 0.8"
    told = "runs/a@0 as good against runs/a@1000 as adversary: 90.0 of 100 points; 90 won, 0 drawn, 10 lost"
    assert rows[0][1].attributes["title"] == told


@pytest.mark.parametrize("count", [1, 2, 16, 17, 60, 250])
def test_a_league_of_any_size_has_a_page(count: int) -> None:
    board = two_sided(count)
    if count > 60:  # as the verb has it
        board["cross"]["players"] = board["cross"]["players"][:60]
        board["cross"]["cells"] = [row[:60] for row in board["cross"]["cells"][:60]]
    if count > 30:
        del board["meta"]
    html = league_page(board, about(board))
    assert len(html) < 1_500_000
    root = Page(html).root
    (overall, *_) = by_class(root, "table", "standings")
    assert len(overall.all("tbody")[0].all("th")) == min(count, MOST_LINES)
    assert bool(by_class(root, "table", "dense")) == (count > 16)
    assert ("50 more" in root.text) == (count == 250) and ("The best 60" in root.text) == (count == 250)


def test_a_game_of_one_side_shows_partners() -> None:
    root = root_of(one_sided())
    ids = [node.attributes["id"] for node in root.all("section")]
    assert ids == ["standings", "cross", "partners", "ends", "words", "provenance"]
    (cross,) = by_class(root, "table", "cross")
    assert [td.text for td in cross.all("tbody")[0].all("tr")[0].all("td")] == [f"{MINUS}{x}.0" for x in (10, 11, 12)]
    assert "BR-Prox" in root.text and "Elo" not in root.text
    board = one_sided()
    board["partners"]["gap"] = estimate(None)
    assert "partners" not in [node.attributes["id"] for node in root_of(board).all("section")]


def test_the_response_graph_is_there_in_both_themes() -> None:
    (picture,) = root_of(two_sided()).all("picture")
    sources = [picture.all("source")[0].attributes["srcset"], picture.all("img")[0].attributes["src"]]
    pictures = [base64.b64decode(source.removeprefix("data:image/png;base64,")) for source in sources]
    assert all(data.startswith(b"\x89PNG") for data in pictures) and pictures[0] != pictures[1]
    board = two_sided()
    board["meta"]["response_graph"]["layers"] = [[k] for k in range(4)]
    root = root_of(board)
    assert not root.all("picture") and "Everybody beats everybody below" in root.text
    del board["meta"]
    assert not root_of(board).all("picture")


def test_players_of_one_side_are_compared_on_that_side_only() -> None:
    board = two_sided()
    for k, player in enumerate(board["players"]):
        side = "good" if k < 2 else "adversary"
        player["sides"] = {side: rating(player["rating"])}
        for other in board["sides"]:
            if other != side:
                board["sides"][other] = [r for r in board["sides"][other] if r["hash"] != player["hash"]]
        for j, cell in enumerate(board["cross"]["cells"][k]):
            board["cross"]["cells"][k][j] = cell if k < 2 <= j else None
        board["meta"]["players"][k] |= {"nash": None, "sides": {side: board["meta"]["players"][k]["sides"][side]}}
    board["meta"]["response_graph"] |= {"players": [], "groups": [], "layers": [], "arrows": [], "top_cycle": []}
    assert verdict(board)[0] == "Best as good is runs/a@0 and as adversary is runs/a@2000."
    root = root_of(board)
    (cross,) = by_class(root, "table", "cross")
    assert [th.text for th in cross.all("thead")[0].all("th")][1:] == ["3", "4"]
    assert [th.text for th in cross.all("tbody")[0].all("th")] == ["1runs/a@0", "2runs/a@1000"]
    assert "Nash average" not in root.all("section")[3].text and "Everybody beats" not in root.text


def test_nothing_needs_a_number() -> None:
    board = two_sided()
    for player in board["players"]:
        player |= {**rating(None), "sides": {side: rating(None) for side in player["sides"]}, "metrics": {}}
        player["normalised"] = dict.fromkeys(player["normalised"])
    board["side_advantage"] = None
    for records in board["sides"].values():
        for record in records:
            record |= {"score": None}
    board["meta"]["value"] |= estimate(None)
    board["meta"]["response_graph"] |= {"intransitivity": None, "top_cycle": []}
    for player in board["meta"]["players"]:
        player |= {"nash": None, "sides": {}}
    root = root_of(board)
    assert "None" not in root.text and "nan" not in root.text
    empty = two_sided() | {"players": [], "legs": 0}
    for part in ("cross", "sides", "meta"):
        del empty[part]
    assert "Nothing has been played yet." in root_of(empty).text


def test_who_leads_is_said_only_where_intervals_are_apart() -> None:
    board = two_sided()
    assert verdict(board)[0] == f"runs/a@0 leads with +300 Elo (260{DASH}340), apart from everybody else."
    assert verdict(board)[1] == "runs/a@0 is the best on either side."
    assert verdict(board)[2] == f"Between equals good has the advantage, by 85 (70{DASH}100) Elo."
    board["players"][1] |= rating(250.0)
    board["players"][1]["sides"]["good"] = rating(999.0)
    board["side_advantage"] |= rating(5.0)
    said = verdict(board)
    assert said[0].endswith("its interval overlaps with that of runs/a@1000.")
    assert said[1] == "Best as adversary is runs/a@0 and as good is runs/a@1000."
    assert said[2].startswith("Between equals no side is shown to be ahead")
    for player in board["players"]:
        player |= rating(player["rating"], None)
    assert "nobody is shown to lead" in verdict(board)[0]


def test_what_to_beware_of_stands_at_the_top() -> None:
    board = two_sided()
    assert not root_of(board).all("aside")
    board["players"][0]["provisional"] = True
    board["players"][1] |= {"withdrawn": "raised", "ends": {"played": 390, "forfeited": 10, "won_by_forfeit": 0}}
    board["apart"]["good"] = [board["players"][3]["hash"]]
    root = root_of(board, environments={"a": 600, "b": 600})
    (warnings,) = root.all("aside")
    assert [li.text for li in warnings.all("li")] == [
        "runs/a@1000 is withdrawn: raised",
        "Too little, or too one-sided, to be rated without a prior, and so provisional: runs/a@0",
        "As good, no chain of opponents compares with the others: runs/a@3000",
        "Legs come from 2 kinds of machine or versions, between which equal bits are not promised; arena league check "
        "leagues/first compares them",
    ]
    assert "Not every leg was played to its end" in root.text


def test_a_format_with_a_result_of_its_own_has_its_placing_told() -> None:
    board = two_sided() | {"placing": ["runs/a@1000", "<b>"]}
    assert "Placing by the rules of the swiss: 1 runs/a@1000, 2 <b>." in root_of(board, format="swiss").text
    assert "Placing" not in root_of(two_sided() | {"placing": None}).text


def test_wide_intervals_do_not_flatten_the_axis() -> None:
    axis = axis_of([estimate(0.0, 1.0), estimate(10.0, 1000.0)])
    assert -12 < axis.low < -9 and 19 < axis.high < 22
    assert axis_of([]).low < axis_of([]).high
