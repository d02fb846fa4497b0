"""What a search may try and what it is after: words, distributions, games, proposals, importance."""

import math
from pathlib import Path

import numpy as np
import pytest
from optuna.distributions import CategoricalDistribution as Choice
from optuna.distributions import FloatDistribution as Real
from optuna.distributions import IntDistribution as Whole
from optuna.trial import TrialState
from PIL import Image

from agents.policies.scripted import scripted_player
from arena.draw import seeds_of
from arena.errors import ArenaError
from arena.scenario import load
from arena.verbs.parts.values import assignments
from arena.verbs.tuning.aim import Aim, find_aim, reached
from arena.verbs.tuning.search import corners, setting_words, space_of
from arena.verbs.tuning.search_folder import draw
from arena.verbs.tuning.study import Study


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("lr=1e-4..1e-2", Real(1e-4, 1e-2, log=True)),
        ("lr=0.1..0.9", Real(0.1, 0.9)),
        ("lr=0.1..1.0", Real(0.1, 1.0, log=True)),
        ("lr=0.0..5", Real(0.0, 5.0)),
        ("n=1..5", Whole(1, 5)),
        ("n=16..1024", Whole(16, 1024, log=True)),
        ("n=-5..50", Whole(-5, 50)),
        ("gamma=0.8,0.95", Choice(("0.8", "0.95"))),
        ("hidden=[64,64], [8]", Choice(("[64,64]", "[8]"))),
        ("normed=true,false", Choice(("true", "false"))),
        ("schedule=linear,cosine", Choice(("linear", "cosine"))),
    ],
)
def test_words_say_what_to_try(word, meant):
    assert list(space_of([word]).values()) == [meant]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "nothing to search"),
        (["gamma"], "says nothing to try"),
        (["gamma="], "says nothing to try"),
        (["=1..2"], "says nothing to try"),
        (["gamma=0.9"], "leaves no choice"),
        (["gamma=0.9,0.9"], "leaves no choice"),
        (["gamma=0.9,,0.8"], "leaves no choice"),
        (["gamma=2..1"], "is no range"),
        (["gamma=a..b"], "is no range"),
        (["gamma=true..2"], "is no range"),
        (["gamma=0.5..NaN"], "is no range"),
        (["gamma=1..2", "gamma=1..3"], "names gamma twice"),
        (["tau=0.1..0.2"], "both searched and set"),
    ],
)
def test_words_that_say_nothing_are_refused(words, message):
    with pytest.raises(ArenaError, match=message):
        space_of(words, fixed=["tau=0.5"])


def test_every_end_and_every_choice_is_a_corner():
    space = space_of(["n=1..5", "hidden=[8],[16],[32]"])
    assert list(corners(space)) == [
        {"n": 1, "hidden": "[8]"},
        {"n": 5, "hidden": "[8]"},
        {"n": 1, "hidden": "[16]"},
        {"n": 1, "hidden": "[32]"},
    ]
    assert assignments(setting_words({"lr": 1.3e-05, "n": 5, "hidden": "[8]"})) == {
        "lr": 1.3e-05,
        "n": 5,
        "hidden": [8],
    }


def test_the_norm_is_reached_by_the_players_that_define_it():
    spread, adversary = load("simple_spread"), load("simple_adversary")
    seeds = seeds_of(600, "test")
    team = find_aim("", spread, ["team"], "")
    assert team == Aim("normalised", "", ("team",), False)
    assert reached(team, scripted_player(spread, "random"), None, spread, seeds) == pytest.approx(0, abs=0.1)
    random, greedy = (scripted_player(adversary, name) for name in ("random", "greedy"))
    both = find_aim("", adversary, ["adversary", "good"], "")
    assert both == Aim("normalised", "", ("adversary", "good"), True)
    assert reached(both, random, random, adversary, seeds) == pytest.approx(0, abs=0.1)
    sides = [find_aim(f"normalised/{side}", adversary, ["adversary", "good"], "") for side in adversary.sides]
    each = [reached(aim, greedy, random, adversary, seeds) for aim in sides]
    assert max(each) == pytest.approx(1, abs=0.1)  # greedy is the best script of a side at least
    assert reached(both, greedy, random, adversary, seeds) == pytest.approx(np.mean(each))


def test_a_metric_counts_the_games_of_its_side():
    game = load("simple_adversary")
    seeds, sides = seeds_of(400, "test"), list(game.sides)
    random, greedy = (scripted_player(game, name) for name in ("random", "greedy"))
    word = "metric/good_success_0.4"
    ours, theirs = (
        reached(find_aim(f"{word}/{side}", game, sides, ""), greedy, random, game, seeds)
        for side in ("good", "adversary")
    )
    together = reached(find_aim(word, game, sides, "itself"), greedy, None, game, seeds)
    assert ours == together > 0.9 > 0.5 > theirs  # what the adversary does moves no landmark


@pytest.mark.parametrize(
    ("word", "against", "message"),
    [
        ("retrun/good", "", "return/SIDE"),
        ("return", "", "says nothing to aim at"),
        ("return/god", "", "did you mean 'good'"),
        ("metric/good_succes_0.4", "", "did you mean 'good_success_0.4'"),
        ("metric/good_success_0.4", "", "metric/good_success_0.4/adversary, or --against itself"),
        ("", "itself", "what one side gains"),
    ],
)
def test_aims_that_a_game_does_not_have_are_refused(word, against, message):
    with pytest.raises(ArenaError, match=message):
        find_aim(word, load("simple_adversary"), ["adversary", "good"], against)


def test_a_side_that_does_not_learn_is_no_aim():
    game = load("simple_adversary")
    assert find_aim("", game, ["good"], "").sides == ("good",)
    with pytest.raises(ArenaError, match="no side of simple_adversary that learns"):
        find_aim("return/adversary", game, ["good"], "")
    with pytest.raises(ArenaError, match="only good learns"):
        find_aim("return/good", game, ["good"], "itself")


def test_without_a_norm_the_return_counts():
    game = load("simple_spread", N=4)
    assert find_aim("", game, ["team"], "").kind == "return"
    with pytest.raises(ArenaError, match="aim at return/team"):
        find_aim("normalised/team", game, ["team"], "")


SPACE = space_of(["lr=1e-4..1e-1", "gamma=0.8,0.9", "n=1..9"])


def study_at(path: Path, **changes) -> Study:
    return Study(path, SPACE, **{"seed": 3, "minimise": False, "prune": False, **changes})


def fill(study: Study, count: int) -> None:
    """Trials whose value follows from lr alone, the best at 1e-2."""
    for _ in range(count):
        trial = study.propose()
        value = -abs(math.log10(trial.params["lr"]) + 2)
        study.record(trial, TrialState.COMPLETE, value, seeds=[value] * 3)


def test_a_study_that_is_opened_again_proposes_what_it_would_have(tmp_path):
    whole, parts = study_at(tmp_path / "whole"), tmp_path / "parts with ?, % and {}"
    fill(whole, 12)  # the first ten are random
    for _ in range(4):
        fill(study_at(parts), 3)
        study_at(parts).propose()  # and is killed
    again = study_at(parts)
    assert [(t.number, t.params, t.values) for t in again.trials()] == [
        (t.number, t.params, t.values) for t in whole.trials()
    ]
    assert again.propose().params == whole.propose().params
    other = study_at(tmp_path / "other", seed=4)
    assert other.propose().params != study_at(tmp_path / "third").propose().params


def test_the_best_trial_and_what_mattered_are_found(tmp_path):
    study = study_at(tmp_path / "study")
    assert study.ranked() == [] and study.importance() == {}
    fill(study, 20)
    trial = study.propose()
    study.record(trial, TrialState.FAIL, note="diverged")
    values = [trial.values[0] for trial in study.ranked()]
    assert len(values) == 20 and values == sorted(values, reverse=True) and values[0] > -0.1
    importance = study.importance()
    assert next(iter(importance)) == "lr" and importance["lr"] > 0.8
    assert sum(importance.values()) == pytest.approx(1) and set(importance) == {"lr", "gamma", "n"}
    lowest = study_at(tmp_path / "lowest", minimise=True)
    fill(lowest, 4)
    values = [trial.values[0] for trial in lowest.ranked()]
    assert values == sorted(values)


def test_a_trial_below_the_median_is_stopped(tmp_path):
    def is_stopped(step: int, value: float, prune: bool = True) -> bool:
        trial = study_at(tmp_path / "study", prune=prune).propose()
        trial.report(value, step)
        return trial.should_prune()

    for index in range(5):
        assert not is_stopped(50, -100)  # too few are finished
        study = study_at(tmp_path / "study", prune=True)
        trial = study.propose()
        trial.report(float(index), 50)
        study.record(trial, TrialState.COMPLETE, float(index))
    assert is_stopped(50, 1.9) and not is_stopped(50, 2.1)  # the median of 0, 1, 2, 3, 4 is 2
    assert not is_stopped(40, -100)  # nothing is known of that step
    assert not is_stopped(50, 1.9, prune=False)


def test_what_is_no_study_is_refused(tmp_path):
    (tmp_path / "study").write_text("not a database, but long enough to be taken for a page of one" * 99)
    with pytest.raises(ArenaError, match="study: file is not a database; "):
        study_at(tmp_path / "study")


@pytest.mark.parametrize("trials", [1, 8])
def test_the_picture_has_a_bar_and_a_panel_for_each_setting(tmp_path, trials):
    study = study_at(tmp_path / "study")
    fill(study, trials)
    draw(tmp_path / "importance.png", study, {"importance": study.importance(), "objective": "return/team"})
    with Image.open(tmp_path / "importance.png") as picture:
        pixels = np.asarray(picture.convert("RGB"))
    assert pixels.shape[1] == 1440
    assert pixels.shape[0] == pytest.approx(150 * (0.7 + 0.34 * (3 if trials > 1 else 1) + 2.6), abs=2)
    blue = (pixels == (0, 114, 178)).all(2)
    assert (blue.sum(1).max() > 800) == (trials > 1)  # the longest bar
