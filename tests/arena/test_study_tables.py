"""The numbers of a study as CSV: bit for bit, and no cell is a formula."""

import csv
import io

from study_results import hostile, two_sided

from arena.render.page.tables import csv_tables


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_tables_hold_all_numbers_bit_for_bit() -> None:
    results = two_sided()
    tables = {name: read(text) for name, text in csv_tables(results).items()}
    names = ["curves", "cross", "success", "aggregates", "profiles", "improvement", "self_play", "efficiency", "seeds"]
    assert [*tables] == [f"{name}.csv" for name in names]
    assert len(tables["curves.csv"]) == sum(len(curve["steps"]) for curve in results["curves"])
    curve = results["curves"][7]
    rows = tables["curves.csv"][77:88]
    assert [float(row["high"]) for row in rows] == curve["high"]
    assert [float(row["seed_4"]) for row in rows] == curve["members"][4]
    cells = [cell for table in results["cross"] for row in table["cells"] for cell in row]
    assert [row["value"] for row in tables["cross.csv"]] == [repr(cell["value"]) if cell else "" for cell in cells]
    success = [row for group in results["success"] for row in group["rows"]]
    assert [float(r["difference_low"]) for r in tables["success.csv"]] == [r["difference"]["low"] for r in success]
    assert [float(r["percentile_high"]) for r in tables["aggregates.csv"]] == [
        a["percentile"][1] for a in results["aggregates"]
    ]
    assert sum(len(p["tau"]) for p in results["profiles"]) == len(tables["profiles.csv"])
    assert [row["steps_value"] for row in tables["efficiency.csv"]][-1] == ""  # never reached
    assert [float(row["gap_value"]) for row in tables["self_play.csv"]] == [
        r["gap"]["value"] for r in results["self_play"]
    ]
    scores = [score for row in results["field"] for score in row["seed_scores"]]
    assert [float(row["score"]) for row in tables["seeds.csv"][:-1]] == scores
    returns = [score for row in results["field"] for score in row["seed_returns"]]
    assert [float(row["return"]) for row in tables["seeds.csv"][:-1]] == returns
    assert tables["seeds.csv"][-1]["why"] == "loss is nan" and tables["seeds.csv"][-1]["member"] == "4"


def test_scores_of_the_seeds_that_are_left_keep_their_numbers() -> None:
    results = two_sided()
    results["contenders"][2]["members"] = [0, 1, 2, 3, 4]
    results["contenders"][2]["diverged"][0]["member"] = 1
    members = [
        row["member"] for row in read(csv_tables(results)["seeds.csv"]) if row["contender"] == "dqn" and row["score"]
    ]
    assert members == ["0", "2", "3", "4"] * 2


def test_no_cell_of_a_table_is_a_formula() -> None:
    for text in csv_tables(hostile()).values():
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
        assert all(float(cell) < 0 for cell in cells if cell.startswith("-"))
