"""`arena reproduce` from end to end with a paper that nobody wrote, and what is asked of us for a real one."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from arena.catalog import load_game
from arena.cli import main
from arena.errors import ArenaError
from arena.verbs.comparing.contenders import find_contenders
from arena.verbs.parts.holders import holders_of
from arena.verbs.parts.values import assignments
from arena.verbs.reproduce import Options, run, study_options
from arena.verbs.reproducing import publication as publications
from arena.verbs.reproducing.beside import FAILS, HOLDS, OPEN, beside, found, judged
from arena.verbs.reproducing.folder import ReproductionFolder, ours
from arena.verbs.reproducing.maddpg_2017 import PUBLICATION
from arena.verbs.reproducing.publication import READ, REMEMBERED, Cell, Claim, Experiment, Place, Publication
from league.studies.measures import measures_of

SETTINGS = ("hidden=[8]", "batch_size=16", "samples_per_step=0.5", "warmup=100", "replay=1000")
GOOD, TEAM = "good_success_0.4", "return/team"
TINY = Publication(
    title="A paper (Nobody 1999)",
    preset="fast",
    seeds=2,
    experiments=(
        Experiment(
            name="hiding",
            title="Hiding",
            scenario="simple_adversary",
            algos="ddpg,dqn:n_step=1",
            steps=2000,
            setting=SETTINGS,
            cells=(
                Cell("good success, ddpg against dqn", 0.944, READ, "a paper", Place(GOOD, "ddpg", "dqn:n_step=1")),
                Cell("steps taken", 7.25, REMEMBERED, "a paper", None),
            ),
            claims=(
                Claim(
                    "ddpg hides better",
                    Place(GOOD, "ddpg", "ddpg"),
                    Place(GOOD, "dqn:n_step=1", "ddpg"),
                    READ,
                    "a paper",
                ),
            ),
            differs="Nobody knows how.",
        ),
        Experiment(
            name="meeting",
            title="Meeting",
            scenario="simple_spread",
            algos="ddpg,dqn:n_step=1",
            steps=2000,
            setting=SETTINGS,
            cells=(Cell("return, ddpg", -20.0, READ, "a paper", Place(TEAM, "ddpg", "", 2.0)),),
        ),
    ),
    differs="It was never written.",
    left_out="The rest.",
    quick="Too little of it.",
)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publications, "find_publication", lambda _: TINY)


def options(out: Path, **changes: Any) -> Options:
    return Options(**{"quick": True, "seeds": 2, "games": 8, "out": str(out), **changes})


def reproduce(options: Options) -> dict[str, Any]:
    return dict([*run(options)][-1].data)


def timeless(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The experiments without what no clock shows twice."""
    return [{**experiment, "seconds": 0} for experiment in data["experiments"]]


def test_a_reproduction_leaves_a_report_over_all_its_studies(tiny, tmp_path):
    """Interrupted once, and an experiment at a time: the numbers are those of the studies."""
    out = tmp_path / "paper"
    with closing(run(options(out, only=("hiding",)))) as going:
        for _ in range(8):
            next(going)
    assert not (out / "hiding" / "results.json").exists()
    with pytest.raises(ArenaError, match="add --resume"):
        reproduce(options(out))
    data = reproduce(options(out, only=("hiding",), resume=True))
    assert [experiment["name"] for experiment in data["experiments"]] == ["hiding"]
    data = reproduce(options(out, only=("meeting",), resume=True))
    assert [experiment["name"] for experiment in data["experiments"]] == ["hiding", "meeting"]

    hiding, meeting = data["experiments"]
    results = {name: json.loads((out / name / "results.json").read_text()) for name in ("hiding", "meeting")}
    (table,) = [table for table in results["hiding"]["cross"] if table["measure"] == GOOD]
    estimate = {end: table["cells"][0][1][end] for end in ("value", "low", "high")}
    assert hiding["cells"][0]["ours"] == estimate and hiding["cells"][1]["ours"] is None
    (own,) = [r for r in results["meeting"]["self_play"] if (r["contender"], r["measure"]) == ("ddpg", TEAM)]
    assert meeting["cells"][0]["ours"]["value"] == 2 * own["self"]["value"]

    report = json.loads((out / "report.json").read_text(), parse_constant=pytest.fail)
    assert report == data
    markdown = (out / "report.md").read_text()
    assert f"| good success, ddpg against dqn | 94.4 % | read | a paper | {ours(hiding['cells'][0])} |" in markdown
    assert "| steps taken | 7.25 | remembered | a paper | not measured the same way |" in markdown
    assert f"| ddpg hides better | a paper, read | **{hiding['claims'][0]['verdict']}** |" in markdown
    page = (out / "report.html").read_text()
    assert f"{100 * estimate['value']:.1f}" in page and "./hiding/report.html" in page
    for path in (out / "report.html", out / "report.md", *out.glob("*/report.html")):
        assert "Too little of it." in path.read_text()
    assert "quick" not in (out / "hiding" / "study.toml").read_text()  # what to beware of decides nothing

    without_a_break = reproduce(options(tmp_path / "again", only=("hiding",)))
    assert timeless(without_a_break) == timeless(data)[:1]
    with pytest.raises(ArenaError, match="the reproduction has games = 8, not 9"):
        reproduce(options(out, games=9, resume=True))


def test_results_that_cannot_be_read_are_named(tmp_path):
    folder = ReproductionFolder(tmp_path)
    assert folder.results("x") is None
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "results.json").write_text("{")
    with pytest.raises(ArenaError, match=r"cannot be read: .*--only x"):
        folder.results("x")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["maddpg-2018"], "there is no publication 'maddpg-2018'; did you mean 'maddpg-2017'"),
        (["--only", "deception-3"], "there is no experiment 'deception-3'; did you mean 'deception-"),
        (["--seeds", "-1"], "seeds must be at least 1"),
        (["--games", "0"], "--games must be at least 1"),
    ],
)
def test_bad_words_cost_one_line(words, message, tmp_path, capsys):
    assert main(["reproduce", *words, "--out", str(tmp_path / "paper")]) == 2
    errors = capsys.readouterr().err.strip().splitlines()
    assert len(errors) == 1 and message in errors[0]
    assert not (tmp_path / "paper").exists()


def test_folders_of_others_are_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ArenaError, match="holds no reproduction; choose another --out"):
        reproduce(options(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def estimate(low: float | None, high: float | None) -> dict[str, float | None]:
    return {"value": None if low is None or high is None else (low + high) / 2, "low": low, "high": high}


def results(cells: list[list[Any]], own: Any = None) -> dict[str, Any]:
    """Those of a study of a and b by a measure that is a share."""
    return {
        "scenario": {"identity": "game-v1()", "sides": {"bad": [], "good": []}},
        "measures": [{"name": "won", "label": "games won", "share": True}],
        "cross": [{"measure": "won", "rows": ["a", "b"], "columns": ["a", "b"], "cells": cells}],
        "self_play": [{"contender": "a", "measure": "won", "self": own}],
        "contenders": [
            {"name": "a", "seconds": 2.0, "members": [0, 1, 2], "diverged": []},
            {"name": "b", "seconds": None, "members": [0, 1, 2], "diverged": []},
        ],
        "field": [],
        "scale": "study",
        "budget": {"seeds": 3},
        "fingerprint": "f",
    }


def test_numbers_are_found_by_row_and_column():
    table = results([[estimate(0, 1), estimate(2, 4)], [None, estimate(6, 7)]], own=estimate(8, 10))
    assert found(Place("won", "a", "b"), table) == {"value": 3, "low": 2, "high": 4}
    assert found(Place("won", "a", "b", scale=10), table) == {"value": 30, "low": 20, "high": 40}
    assert found(Place("won", "a"), table) == {"value": 9, "low": 8, "high": 10}
    for nowhere in (Place("won", "b", "a"), Place("won", "b"), Place("lost", "a", "b"), Place("won", "a", "c")):
        assert found(nowhere, table) is None
    one_seed = results([[{"value": 0.5, "low": None, "high": None}] * 2] * 2)
    assert found(Place("won", "a", "b", scale=2), one_seed) == {"value": 1, "low": None, "high": None}


@pytest.mark.parametrize(
    ("higher", "lower", "verdict"),
    [
        (estimate(0.6, 0.8), estimate(0.1, 0.5), HOLDS),
        (estimate(0.1, 0.5), estimate(0.6, 0.8), FAILS),
        (estimate(0.1, 0.7), estimate(0.6, 0.8), OPEN),
        (estimate(0.6, 0.8), {"value": 0.1, "low": None, "high": None}, OPEN),
        (None, estimate(0.1, 0.5), OPEN),
    ],
)
def test_a_claim_is_judged_where_intervals_are_apart(higher, lower, verdict):
    claim = Claim("a wins more", Place("won", "a", "a"), Place("won", "b", "b"), READ, "a paper")
    told = judged(claim, results([[higher, None], [None, lower]]))
    assert (told["verdict"], told["share"], told["measure"]) == (verdict, True, "games won")
    assert (told["higher"], told["lower"], told["higher_of"]) == (higher, lower, "a against a")


def test_an_experiment_says_what_its_numbers_lack():
    cells = (Cell("won, a", 0.5, READ, "a paper", Place("won", "a", "b")), Cell("c", 1.0, READ, "a paper", None))
    experiment = Experiment("x", "X", "game", "a,b", 1, cells=cells)
    told = beside(experiment, results([[None, None], [estimate(0, 1)] * 2]))
    assert [(cell["ours"], cell["is_measured"]) for cell in told["cells"]] == [(None, True), (None, False)]
    assert told["warnings"][0] == "not all games could be played to their end: a against a, a against b"
    assert told["warnings"][1].startswith("3 training seeds") and told["seconds"] == 2.0


def test_a_quick_run_has_a_tenth_of_the_training_and_three_seeds(tmp_path):
    experiment = TINY.experiments[0]
    quick, full = (study_options(experiment, TINY, Options(quick=quick), tmp_path / "x") for quick in (True, False))
    assert (quick.steps, quick.seeds, full.steps, full.seeds) == (200, 3, 2000, 2)
    assert quick.resume is False and quick.preset == "fast" and quick.setting == SETTINGS


def test_threads_and_workers_reach_the_studies(tmp_path):
    study = study_options(TINY.experiments[0], TINY, Options(threads=1, workers=2), tmp_path / "x")
    assert (study.threads, study.workers) == (1, 2)


@pytest.mark.parametrize("experiment", PUBLICATION.experiments, ids=lambda experiment: experiment.name)
def test_experiments_of_the_paper_can_be_run_and_have_what_is_asked_of_them(experiment, tmp_path):
    """Every learner is valid, every place names a measure of the scenario and a contender."""
    whole = study_options(experiment, PUBLICATION, Options(), tmp_path / "x")
    contenders = find_contenders(whole.algos, whole.preset, whole.setting)
    game = load_game(whole.scenario, **assignments(whole.option))
    for one in contenders:
        assert holders_of(one.algo, one.preset, assignments(one.setting), game).keys() == game.sides.keys()
    learners = {contender.name for contender in contenders}
    measures = {measure.name: measure.is_share for measure in measures_of(game, game.part("SHARES") or ())}
    claims = [(claim.higher, claim.lower) for claim in experiment.claims]
    places = [place for both in claims for place in both] + [cell.ours for cell in experiment.cells if cell.ours]
    for place in places:
        assert place.measure in measures
        assert {place.row, place.column or place.row} <= learners
        assert place.scale == 1 or not measures[place.measure]
        assert bool(place.column) == (len(game.sides) == 2)
    assert all(higher.measure == lower.measure and higher != lower for higher, lower in claims)
    assert all(cell.sure in (READ, REMEMBERED) and cell.source for cell in experiment.cells)
