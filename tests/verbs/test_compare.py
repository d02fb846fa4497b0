"""`arena compare` from end to end: what it leaves, how it goes on, what it refuses."""

import csv
import json
import re
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import arena
from arena.cli import main
from arena.errors import ArenaError
from arena.verbs.compare import Options, run
from arena.verbs.comparing.cautions import cautions
from league.records.ledger import Ledger
from league.studies import intervals

SETTINGS = ("hidden=[8]", "batch_size=16", "samples_per_step=0.5", "warmup=100", "replay=1000")
SMALL: dict[str, Any] = {
    "algos": "maddpg,dqn:n_step=1",
    "seeds": 2,
    "steps": 400,
    "worlds": 20,
    "snapshots": 2,
    "games": 40,
    "curve_games": 8,
    "setting": SETTINGS,
    "threads": 1,
}


def options(out: Path, scenario: str = "simple_adversary", **changes: Any) -> Options:
    return Options(scenario, **{**SMALL, **changes}, out=str(out))


def compare(options: Options) -> dict[str, Any]:
    return dict(list(run(options))[-1].data)


def timeless(results: dict[str, Any]) -> dict[str, Any]:
    """The results without what no clock shows twice."""
    contenders = [
        {k: v for k, v in c.items() if k not in ("seconds", "steps_per_second")} for c in results["contenders"]
    ]
    efficiency = [{k: v for k, v in row.items() if k != "seconds"} for row in results["efficiency"]]
    return {**results, "contenders": contenders, "efficiency": efficiency, "date": ""}


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> tuple[Path, dict[str, Any]]:
    out = tmp_path_factory.mktemp("studies") / "first"
    return out, compare(options(out))


def test_a_study_leaves_a_report_numbers_and_tables(study):
    out, results = study
    assert {path.name for path in out.iterdir()} >= {
        "study.toml",
        "runs",
        "games",
        "results.json",
        "report.html",
        "tables",
    }
    assert json.loads((out / "results.json").read_text()) == results
    page = (out / "report.html").read_text()
    assert "dqn:n_step=1" in page and "simple_adversary" in page and len(page) < 5_000_000
    for table in (out / "tables").iterdir():
        assert len(list(csv.reader(table.read_text().splitlines()))) > 1
    assert not list(out.glob("runs/*/state"))  # what only an unfinished run needs


def test_its_page_can_be_written_anew(study, tmp_path, capsys):
    out, _ = study
    results = json.loads((out / "results.json").read_text())
    (tmp_path / "results.json").write_text(json.dumps(results))
    assert main(["report", str(tmp_path)]) == 0
    assert (tmp_path / "report.html").read_bytes() == (out / "report.html").read_bytes()
    (tmp_path / "results.json").write_text("{}")
    assert main(["report", str(tmp_path)]) == 2
    assert f"{tmp_path / 'results.json'} is not what arena compare wrote" in capsys.readouterr().err


def test_everybody_meets_everybody_on_both_sides(study):
    _, results = study
    names = ["maddpg", "dqn:n_step=1", *results["anchors"]]
    for table in results["cross"]:
        assert table["rows"] == table["columns"] == names
        for row, cells in zip(names, table["cells"], strict=True):
            for column, cell in zip(names, cells, strict=True):
                seeds = [2 if name in names[:2] else 1 for name in (row, column)]
                assert (cell["pairs"], cell["games"]) == (seeds[0] * seeds[1], 40)
                assert cell["low"] is None or cell["low"] <= cell["value"] <= cell["high"]


def test_the_cross_table_holds_the_means_of_the_ledger(study):
    """By hand: good agents of maddpg against adversaries of dqn, over the legs that were written down."""
    out, results = study
    with Ledger.read_only(out / "games" / "ledger.sqlite") as ledger:
        legs, names = ledger.read(), {h: e.name for h, e in ledger.entrants().items()}
    run_of = np.array([names[h] for h in legs.names])[legs.player]
    is_cell = np.char.startswith(run_of[:, 1], "maddpg@400") & np.char.startswith(run_of[:, 0], "dqn-n_step-1@400")
    measure = [m["name"] for m in results["measures"]].index("return/good")
    assert is_cell.sum() == 40
    cell = results["cross"][measure]["cells"][0][1]
    assert cell["value"] == pytest.approx(legs.score[is_cell, 1].astype(float).mean())


def test_success_is_told_in_the_form_of_the_paper(study):
    _, results = study
    assert [table["what"] for table in results["success"]] == ["success 0.1", "success 0.2", "success 0.4"]
    for row in results["success"][2]["rows"]:
        assert row["difference"]["value"] == pytest.approx(row["last"]["value"] - row["first"]["value"])
    lines = {line["name"]: line["value"] for line in results["lines"]["adversary_success_0.4"]}
    assert lines["guess"] == pytest.approx(0.552, abs=0.015) and lines["middle"] == pytest.approx(0.345, abs=0.015)
    assert not any(name.startswith("return/") for name in results["lines"])  # opponents have a part in returns


def test_curves_follow_the_checkpoints(study):
    _, results = study
    curves = [c for c in results["curves"] if c["measure"] == "return/good" and c["contender"] == "maddpg"]
    assert [c["against"] for c in curves] == ["itself", *results["anchors"]]
    for curve in curves:
        assert curve["steps"] == [200, 400]
        assert np.mean(curve["members"], axis=0) == pytest.approx(curve["value"])


def test_seeds_are_scored_against_the_field(study):
    _, results = study
    for row in results["field"]:
        assert row["return"]["value"] == pytest.approx(np.mean(row["seed_returns"]))
    assert {row["contender"] for row in results["field"]} == {"maddpg", "dqn:n_step=1"}
    assert [(row["x"], row["y"]) for row in results["improvement"]] == [("maddpg", "dqn:n_step=1")]
    tables = {
        name: np.array([row["seed_scores"] for row in results["field"] if row["contender"] == name]).T
        for name in ("maddpg", "dqn:n_step=1")
    }
    expected = intervals.improvement(*tables.values())
    assert results["improvement"][0]["value"] == pytest.approx(float(expected.value))


@pytest.mark.parametrize("reports", [1, 6, 14, 23])
def test_a_study_that_was_interrupted_ends_as_if_it_had_not_been(study, tmp_path, reports):
    with closing(run(options(tmp_path / "study"))) as going:
        for _ in range(reports):
            next(going)
    with pytest.raises(ArenaError, match="add --resume"):
        compare(options(tmp_path / "study"))
    assert timeless(compare(options(tmp_path / "study", resume=True))) == timeless(study[1])


def test_a_finished_study_is_only_read_again(study):
    out, results = study
    before = {path: path.stat().st_mtime_ns for path in out.glob("runs/**/*") if path.is_file()}
    assert timeless(compare(options(out, resume=True))) == timeless(results)
    assert before == {path: path.stat().st_mtime_ns for path in out.glob("runs/**/*") if path.is_file()}


@pytest.mark.slow
def test_any_number_of_workers_gives_the_same_numbers(study, tmp_path):
    assert timeless(compare(options(tmp_path / "study", workers=2))) == timeless(study[1])


@pytest.mark.parametrize("scenario", ["simple_spread", "simple", "simple_speaker_listener"])
def test_games_of_one_side(scenario, tmp_path):
    results = compare(options(tmp_path / "study", scenario, seeds=2))
    assert results["success"] == [] and [row["side"] for row in results["field"]][:1] == ["team"]
    assert bool(results["cross"]) == (scenario != "simple")  # who is alone meets nobody
    assert {curve["against"] for curve in results["curves"]} == {"itself"}
    if scenario == "simple_spread":
        gaps = {row["contender"]: row["gap"] for row in results["self_play"] if row["measure"] == "return/team"}
        assert gaps.keys() == {"maddpg", "dqn:n_step=1"}


def test_a_contender_of_whom_all_seeds_diverge_is_counted_and_left_out(tmp_path):
    results = compare(options(tmp_path / "study", algos="ddpg,dqn:lr=1e30,maddpg"))
    lost = results["contenders"][1]
    assert lost["members"] == [] and [row["member"] for row in lost["diverged"]] == [0, 1]
    assert "dqn:lr=1e30: 2 of 2 training seeds diverged" in results["warnings"][0]
    assert "dqn:lr=1e30" not in results["cross"][0]["rows"]
    assert timeless(compare(options(tmp_path / "study", algos="ddpg,dqn:lr=1e30,maddpg", resume=True))) == timeless(
        results
    )


def test_where_all_seeds_of_all_diverge_it_costs_one_line(tmp_path):
    with pytest.raises(ArenaError, match="nobody is left to compare; start anew with lower learning rates"):
        compare(options(tmp_path / "study", algos="dqn:lr=1e30,rainbow:lr=1e30"))


def test_one_seed_has_no_interval_and_says_so(tmp_path):
    results = compare(options(tmp_path / "study", "simple_spread", seeds=1))
    assert results["warnings"][0].startswith("one training seed")
    assert all(row["return"]["low"] is None for row in results["field"])
    assert all(row["self"]["low"] is None and row["cross"] is row["gap"] is None for row in results["self_play"])
    assert {row["contender"] for row in results["self_play"]} == {"maddpg", "dqn:n_step=1"}
    assert (tmp_path / "study" / "report.html").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--algos", "maddpg"], "at least two contenders"),
        (["--algos", "maddpg,maddpg"], "maddpg comes twice"),
        (["--algos", "maddpg,maddpg:preset=fast"], "maddpg and maddpg:preset=fast have the same settings"),
        (["--algos", "maddpg,ddgp"], "did you mean 'ddpg'"),
        (["--algos", "maddpg,adversary=ddpg"], "trains every side itself"),
        (["--algos", "maddpg,ddpg:gamma"], "'gamma' is no setting"),
        (["--algos", "maddpg,ddpg:gama=0.9"], "ddpg:gama=0.9: "),
        (["--games", "0"], "--games must be at least 1"),
        (["--seeds", "0"], "--seeds must be at least 1"),
        (["--snapshots", "0"], "--snapshots must be at least 1"),
        (["--curve-games", "0"], "--curve-games must be at least 1"),
        (["--act", "boldly"], "--act must be sample or greedy"),
        (["--option", "N=0"], "N must be at least 1"),
        (["--workers", "-1"], "--workers must be 0 or more"),
    ],
)
def test_bad_words_cost_one_line_and_make_no_folder(words, message, tmp_path, capsys):
    assert main(["compare", "simple_adversary", *words, "--out", str(tmp_path / "study")]) == 2
    errors = capsys.readouterr().err.strip().splitlines()
    assert len(errors) == 1 and message in errors[0]
    assert not (tmp_path / "study").exists()


def test_algorithms_that_do_not_fit_are_refused_by_name(tmp_path):
    with pytest.raises(ArenaError, match="dqn: Q-learning chooses among discrete actions"):
        compare(options(tmp_path / "study", "gym:Pendulum-v1", algos="ddpg,dqn"))


def test_folders_of_others_are_refused(study, tmp_path):
    out, _ = study
    for other in (out / "runs" / "maddpg", out / "games"):
        with pytest.raises(ArenaError, match="holds no study"):
            compare(options(other))
    with pytest.raises(ArenaError, match="the study has steps = 400, not 800"):
        compare(options(out, steps=800, resume=True))
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ArenaError, match="is a file, not a folder"):
        compare(options(tmp_path / "file"))


def test_a_study_that_was_stopped_before_it_began_can_begin(tmp_path):
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / ".lock").touch()  # all that is there if the disk was full
    going = run(options(tmp_path / "study"))
    assert next(going).phase == "train maddpg"
    going.close()


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("study.toml", 'simple_adversary = "0"', "simple_adversary changed since the study began"),
        ("runs/maddpg/clock.jsonl", '{"step": 3}', "clock.jsonl cannot be read: a line has no seconds"),
        ("runs/maddpg/checkpoints/400/1/card.json", "{", "card.json cannot be read"),
        ("runs/maddpg/checkpoints/200/1/card.json", "", "checkpoints/200 holds nothing of member 1; put it back, or"),
    ],
)
def test_what_was_changed_behind_its_back_is_told(study, tmp_path, file, text, message):
    copy = shutil.copytree(study[0], tmp_path / "study")
    changed = copy / file
    if file == "study.toml":
        text = re.sub('simple_adversary = ".*"', text, changed.read_text())
    changed.write_text(text) if text else changed.unlink()
    with pytest.raises(ArenaError, match=message):
        compare(options(copy, resume=True))


def test_a_run_that_was_removed_is_trained_again(study, tmp_path):
    copy = shutil.copytree(study[0], tmp_path / "study")
    shutil.rmtree(copy / "runs" / "maddpg" / "checkpoints" / "400")
    assert timeless(compare(options(copy, resume=True))) == timeless(study[1])


def test_cautions_name_what_is_missing(study):
    results = json.loads(json.dumps(study[1]))
    results["cross"][0]["cells"][0][1] = None
    assert "maddpg against dqn:n_step=1" in cautions(results)[0]


def test_python_takes_the_same_options(tmp_path):
    reports = list(arena.compare("simple", **{**SMALL, "algos": "maddpg,ddpg"}, out=str(tmp_path / "study")))
    assert reports[-1].is_result and reports[-1].data["title"] == "maddpg and ddpg on simple"
    with pytest.raises(ArenaError, match="algos must be text with commas"):
        list(arena.compare("simple", algos=["maddpg", "ddpg"]))
