"""The published scores of scripted players: in step with their pages, and what these players still score."""

from dataclasses import replace
from math import sqrt

import pytest

from arena.norm import normalised, norms
from arena.scenario import known_scenarios, load
from benchmarks import scores
from benchmarks.tables import ROOT, START, STOP, holding, load_result, scores_table

NAMES = known_scenarios()
SAVED = load_result("scores")["scenarios"]
FEW = 400  # legs


def test_the_page_and_the_table_of_the_package_are_the_saved_scores():
    page = (ROOT / "docs/scores.md").read_text(encoding="utf-8")
    assert page.split(START)[1].split(STOP)[0].strip() == scores_table()
    assert norms() == scores.norms(SAVED)


def test_every_scenario_is_in_it_as_it_is_today():
    assert set(norms()) == {load(name).identity for name in NAMES}
    for name in NAMES:
        assert set(norms()[load(name).identity]) == set(load(name).sides)


@pytest.mark.parametrize("name", NAMES)
def test_the_best_script_is_clearly_better_than_random(name):
    """Four of their standard errors apart at least."""
    for side, script in SAVED[name]["best"].items():
        random, best = (holding(SAVED[name], side, player)["returns"][side] for player in ("random", script))
        assert random["low"] < random["mean"] < random["high"] and best["low"] < best["mean"] < best["high"]
        assert best["mean"] - random["mean"] > best["high"] - best["low"] + random["high"] - random["low"]


@pytest.mark.parametrize("name", NAMES)
def test_the_players_still_score_so(name):
    """The first of the saved legs score as all of them did, up to five standard errors."""
    scenario, saved = load(name), SAVED[name]
    for side, script in saved["best"].items():
        for player in ("random", script):
            old = holding(saved, side, player)
            new = scores.result(scenario, tuple(old["players"].values()), FEW)
            was = old["returns"][side]
            error = (was["high"] - was["mean"]) / 1.96 * sqrt(saved["legs"] / FEW)
            assert abs(new["returns"][side]["mean"] - was["mean"]) < 5 * error + 1e-6
            assert new["metrics"].keys() == old["metrics"].keys()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_same_games_score_the_same(name):
    """The very same legs: what differs is the rounding of another machine, which contacts magnify."""
    again = scores.scores(load(name))
    assert again["best"] == SAVED[name]["best"]
    for new, old in zip(again["line_ups"], SAVED[name]["line_ups"], strict=True):
        for side, was in old["returns"].items():
            assert abs(new["returns"][side]["mean"] - was["mean"]) <= 0.1 * (was["high"] - was["low"])


def test_random_is_0_and_the_best_script_1():
    scenario = load("simple_push")
    for side, norm in norms()[scenario.identity].items():
        assert normalised(scenario, side, norm["zero"]) == 0
        assert normalised(scenario, side, norm["one"]) == pytest.approx(1)
        assert normalised(scenario, side, 2 * norm["one"] - norm["zero"]) == pytest.approx(2)
        assert normalised(scenario, side, 1.25 * norm["zero"] - 0.25 * norm["one"]) == pytest.approx(-0.25)


def test_a_game_of_which_nothing_is_known_has_no_normalised_score():
    scenario = load("simple_spread")
    assert normalised(scenario, "team", -20.0) is not None
    assert normalised(load("simple_spread", N=4), "team", -20.0) is None
    assert normalised(load("simple_spread", max_cycles=24), "team", -20.0) is None
    assert normalised(replace(scenario, version=scenario.version + 1), "team", -20.0) is None
    assert normalised(scenario, "adversary", -20.0) is None


def test_an_interval_covers_the_mean_95_times_in_100(generator):
    """Of 4,000 samples of 100 normal numbers with mean 3."""
    found = [scores.interval(sample) for sample in generator.normal(3, 2, (4000, 100))]
    share = sum(each["low"] < 3 < each["high"] for each in found) / len(found)
    assert abs(share - 0.95) < 0.015  # four standard errors; Student's t would give 0.947
