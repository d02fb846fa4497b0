"""Who is ahead, and the tables of a page: nothing is claimed that the numbers do not say."""

from typing import Any

from study_results import one_sided, study, two_sided

from arena.render.page.grids import heat_tables, paper_tables, settings_rows
from arena.render.page.verdict import verdict

DASH = "\N{EN DASH}"


def between(x: str, y: str, low: float | None, high: float | None) -> dict[str, Any]:
    value = None if low is None or high is None else (low + high) / 2
    return {"x": x, "y": y, "value": value, "low": low, "high": high}


def test_nobody_is_ahead_where_intervals_overlap() -> None:
    results = study(("a", "b", "c"), (0.8, 0.5, 0.5))
    results["field"] = []
    results["improvement"] = [between("a", "b", 0.6, 1.0), between("b", "a", 0.0, 0.4), between("a", "c", 0.1, 0.6)]
    results["improvement"] += [between("b", "c", 0.1, 0.3)]
    assert verdict(results) == [
        f"All in all, a seed of a scores more than one of b with probability 0.80 (0.60{DASH}1.00); "
        f"a seed of c scores more than one of b with probability 0.80 (0.70{DASH}0.90).",
        "All in all, no difference is shown between a and c.",
    ]
    results["improvement"] = [between("a", "b", None, None)]
    assert verdict(results) == ["No difference is shown: the numbers come without intervals, as of a single seed."]
    assert verdict(study(("a",), (0.8,))) == ["Only a was trained: there is nobody to compare it with."]
    results["contenders"][1]["members"] = results["contenders"][2]["members"] = []
    assert verdict(results) == ["Only a was trained: there is nobody to compare it with."]


def test_sides_are_compared_by_their_returns() -> None:
    results = study(("a", "b", "c"), (0.8, 0.5, 0.5)) | {"improvement": []}
    reached = {"adversary": {"a": (0, 1), "b": (1, 2), "c": (1.5, 3)}, "good": {"a": (5, 9), "b": (1, 2), "c": (3, 4)}}
    for row in results["field"]:
        low, high = reached[row["side"]][row["contender"]]
        row["return"] = {"value": (low + high) / 2, "low": low, "high": high}
    assert verdict(results) == [
        "As adversary, c is ahead of a; no difference is shown between a and b or b and c.",
        "As good, a is ahead of b and c; c is ahead of b.",
    ]
    for row in results["field"]:
        row["return"] = {"value": 1.0, "low": 0.0, "high": 2.0}
    assert verdict(results)[1] == "As good, no difference is shown between any two."
    results["field"][0]["return"] = None
    assert verdict(results)[0] == "As adversary, no difference is shown between b and c."


def test_partners_of_other_seeds_are_told_where_the_gap_is_apart() -> None:
    results = one_sided() | {"improvement": [], "field": []}
    for row, low in zip(results["self_play"], (0.5, -0.5), strict=True):
        row["gap"] = {"value": 1.0, "low": low, "high": 1.5}
    assert verdict(results) == [
        f"With partners from other seeds, maddpg reaches 1.00 (0.50{DASH}1.50) less than with its own."
    ]


def test_the_table_of_the_paper_has_its_form() -> None:
    (paper,) = paper_tables(two_sided())
    assert (paper.last, paper.first, [*paper.whats]) == ("good", "adversary", [f"success {r}" for r in (0.1, 0.2, 0.4)])
    assert len(paper.rows) == 9 and all(len(cells) == 9 for *_, cells in paper.rows)
    group = two_sided()["success"][2]["rows"][0]
    texts = [cell.text for cell in paper.rows[0][2][6:]]
    assert texts == [f"{100 * group[part]['value']:.1f}" for part in ("last", "first", "difference")]
    for *_, cells in paper.rows:
        assert not any(cell.is_apart for at, cell in enumerate(cells) if at % 3 != 2)
    apart = [cells[2].is_apart for *_, cells in paper.rows]
    wanted = [
        row["difference"]["low"] > 0 or row["difference"]["high"] < 0 for row in two_sided()["success"][0]["rows"]
    ]
    assert apart == wanted and {*apart} == {True, False}
    assert [(name, [cell.text for cell in cells]) for name, cells in paper.lines] == [
        ("guess", ["", "50.4", "", "", "51.4", "", "", "55.2", ""]),
        ("midpoint", ["", "2.9", "", "", "10.5", "", "", "34.5", ""]),
    ]


def test_shades_follow_the_numbers() -> None:
    results = two_sided()
    numbers = [[0.0, 0.5], [1.0, 0.25]]
    results["cross"][3] |= {"rows": ["maddpg", "ddpg"], "columns": ["maddpg", "ddpg"]}
    results["cross"][3]["cells"] = [[{"value": value, "low": None, "high": None} for value in row] for row in numbers]
    heat = heat_tables(results)[3]
    assert [[cell and cell.shade for cell in cells] for _, cells in heat.rows] == numbers
    assert heat.corner == ("good", "adversary")
    assert heat_tables(one_sided())[0].corner == ("host", "guest")


def test_settings_that_differ_come_first() -> None:
    settings = [{"lr": 0.1, "net": [64, 64], "own": {"tau": True}}, {"lr": 0.2, "net": [64, 64]}]
    differing, partial, same = settings_rows([{"settings": taken} for taken in settings])
    assert differing == [("lr", ["0.1", "0.2"])]
    assert partial == [("own.tau", ["true", DASH])]
    assert same == [("net", ["[64, 64]"] * 2)]
