"""`arena tune` from end to end: what it leaves, how it goes on, what it refuses."""

import json
import shlex
import shutil
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from statistics import median
from typing import Any

import optuna
import pytest
import torch

import arena
from arena.cli import main
from arena.draw import seeds_of
from arena.errors import ArenaError
from arena.scenario import load
from arena.verbs import tune
from arena.verbs.parts.entries import find_entries
from arena.verbs.tune import Options
from arena.verbs.tuning.aim import find_aim, reached
from arena.verbs.tuning.trial import Judge

SETTINGS = ("hidden=[8]", "batch_size=16", "samples_per_step=0.5", "warmup=100", "replay=1000")
SEARCH = ("actor_lr=1e-4..1e-1", "gamma=0.8,0.9")
SMALL = {"steps": 400, "worlds": 20, "games": 20, "trials": 3, "threads": 1}


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


def options(out: Path, scenario: str = "simple_spread", **changes) -> Options:
    return Options(scenario, out=str(out), **{**SMALL, "search": SEARCH, "setting": SETTINGS, **changes})


def search(options: Options) -> dict:
    return dict(list(tune.run(options))[-1].data)


def refusal(options: Options) -> str:
    with pytest.raises(ArenaError) as caught:
        search(options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict:
    """What an uninterrupted search of three trials finds."""
    torch.set_num_threads(1)
    return search(options(tmp_path_factory.mktemp("tunes") / "whole"))


def test_a_search_leaves_its_trials_and_the_best_of_them(found):
    out = Path(found["out"])
    trials = found["trials"]
    assert [(t["trial"], t["state"], len(t["seeds"])) for t in trials] == [(k, "complete", 3) for k in range(3)]
    assert all(sorted(t["seeds"])[1] == t["value"] for t in trials)
    best = max(trials, key=lambda trial: trial["value"])
    assert found["best"] == best and found["objective"] == "normalised/team"
    assert all(1e-4 <= t["settings"]["actor_lr"] <= 0.1 and t["settings"]["gamma"] in (0.8, 0.9) for t in trials)
    assert {p.name for p in out.iterdir()} == {
        ".lock", "config.toml", "study.sqlite", "trials.csv", "best.toml", "importance.png"
    }  # fmt: skip
    saved = tomllib.loads((out / "best.toml").read_text())
    assert (saved["value"], saved["settings"], saved["command"]) == (best["value"], best["settings"], found["command"])
    header, *rows = (out / "trials.csv").read_text().splitlines()
    assert header == "trial,state,value,actor_lr,gamma,seeds,note"
    assert [float(row.split(",")[2]) for row in rows] == [trial["value"] for trial in trials]


def test_the_command_trains_what_the_best_trial_trained(found, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = shlex.split(found["command"])
    assert words[:3] == ["arena", "train", "simple_spread"]
    assert main([*words[1:], "--json"]) == 0
    game = load("simple_spread")
    aim, seeds = find_aim("", game, ["team"], ""), seeds_of(SMALL["games"], "tune", 0, game.identity)
    entries = find_entries([words[words.index("--out") + 1]])
    assert [reached(aim, entry.load(game), None, game, seeds) for entry in entries] == found["best"]["seeds"]


@pytest.mark.parametrize("reports", [1, 4, 9, 14])
def test_stopped_anywhere_and_resumed_it_finds_the_same(found, tmp_path, reports):
    going = tune.run(options(tmp_path / "search"))
    for _ in range(reports):
        next(going)
    going.close()
    again = search(options(tmp_path / "search", resume=True))
    assert again["trials"] == found["trials"] and again["importance"] == found["importance"]


def test_more_trials_go_on_with_a_search(found, tmp_path):
    first = search(options(tmp_path / "search", trials=2))
    assert first["trials"] == found["trials"][:2]
    assert search(options(tmp_path / "search", trials=3, resume=True))["trials"] == found["trials"]


def command(out: Path) -> list[str]:
    words = [f"--{name}={value}" for name, value in SMALL.items() if name != "trials"]
    words += [
        word
        for name, values in (("search", SEARCH), ("setting", SETTINGS))
        for v in values
        for word in (f"--{name}", v)
    ]
    return ["tune", "simple_spread", *words, "--out", str(out)]


def test_an_interrupt_says_how_to_go_on_and_a_kill_loses_no_finished_trial(found, tmp_path, capsys):
    out = tmp_path / "a search"
    for how in (signal.SIGINT, signal.SIGKILL):
        words = [sys.executable, "-m", "arena", *command(out), "--trials", "1000", "--resume"]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert any(line.startswith("trial ") for line in process.stdout)
        process.send_signal(how)
        _, errors = process.communicate(timeout=60)
        if how == signal.SIGINT:
            assert process.returncode == 130 and "Traceback" not in errors
            line = errors.strip().splitlines()[-1].removeprefix("arena: interrupted. To go on: ")
            assert shlex.split(line) == ["arena", *command(out), "--trials", "1000", "--resume"]
    study = optuna.load_study(study_name="tune", storage=f"sqlite:///{out}/study.sqlite")
    finished = len(study.trials)
    assert finished >= 2
    assert main([*command(out), "--trials", str(max(finished, 3)), "--resume", "--json"]) == 0
    trials = json.loads(capsys.readouterr().out)["trials"]
    assert [t["trial"] for t in trials] == list(range(max(finished, 3)))
    assert trials[:3] == found["trials"]


@pytest.mark.parametrize(
    "change",
    [
        {"steps": 420}, {"seed": 1}, {"algo": "ddpg"}, {"seeds": 4}, {"search": SEARCH[:1]}, {"games": 21},
        {"minimise": True}, {"prune": True}, {"objective": "return/team"}, {"setting": (*SETTINGS, "tau=0.5")},
    ],
)  # fmt: skip
def test_a_search_resumes_with_its_own_options_only(found, change):
    assert f"the search has {next(iter(change))} = " in refusal(options(Path(found["out"]), resume=True, **change))


def test_a_search_is_not_overwritten_nor_are_the_folders_of_others(found, trained):
    assert "add --resume to go on with it" in refusal(options(Path(found["out"])))
    assert "is the folder of a run or a league" in refusal(options(trained, resume=True))


def test_what_diverges_fails_with_a_note_and_the_search_goes_on(tmp_path):
    result = search(options(tmp_path / "search", search=("critic_lr=0.001,1e30",), trials=4))
    failed = [trial["settings"]["critic_lr"] == 1e30 for trial in result["trials"]]
    assert len(failed) == 4 and any(failed) and result["best"]["settings"] == {"critic_lr": 0.001}
    assert [trial["state"] == "fail" for trial in result["trials"]] == failed
    assert ["diverged before step" in trial["note"] for trial in result["trials"]] == failed
    assert not any("before step 400" in trial["note"] for trial in result["trials"])  # it did not wait for the end


def test_a_search_in_which_nothing_can_be_trained_says_so(tmp_path):
    hopeless = options(tmp_path / "search", search=("actor_lr=1e29,1e30",), trials=2)
    assert "no trial came to its end" in (said := refusal(hopeless)) and "diverged" in said


def test_pruning_stops_what_is_below_the_median_and_only_where_it_is_asked_for(tmp_path, monkeypatch):
    """What a member reaches is its learning rate here, from the first report on."""
    judged: list[int] = []

    def judge(self: Judge, training: Any) -> list[float]:
        judged.append(training.step)
        return [training.parts[0].learner.actor_lr] * 3

    monkeypatch.setattr(Judge, "judge", judge)
    kept, pruned = (
        search(options(tmp_path / name, trials=9, prune=name == "pruned"))["trials"] for name in ("kept", "pruned")
    )
    assert {trial["state"] for trial in kept} == {"complete"}
    complete: list[float] = []
    for trial in pruned:
        rate = trial["settings"]["actor_lr"]
        is_low = len(complete) >= 5 and rate < median(complete)
        assert trial["state"] == ("pruned" if is_low else "complete") and trial["seeds"] == [rate] * 3
        complete += [] if is_low else [rate]
    assert len(complete) < len(pruned)
    assert judged[:9] == [400] * 9 and judged[9:17] == list(range(120, 401, 40))  # not in the first quarter


def test_a_metric_can_be_made_small_and_sides_play_against_a_player(tmp_path):
    low = search(options(tmp_path / "low", objective="metric/hits", minimise=True, trials=2))
    assert low["best"]["value"] == min(t["value"] for t in low["trials"]) and low["direction"] == "minimise"
    words = {"scenario": "simple_adversary", "objective": "return/good", "trials": 1}
    random = search(options(tmp_path / "random", **words))
    greedy = search(options(tmp_path / "greedy", against="greedy", **words))
    assert random["objective"] == greedy["objective"] == "return/good"
    assert greedy["best"]["value"] < random["best"]["value"]  # a better adversary


def test_an_opponent_stays_who_it_is(trained, tmp_path):
    opponent = shutil.copytree(trained / "checkpoints/1000/0", tmp_path / "opponent")
    words = {"scenario": "simple_adversary", "against": str(opponent), "trials": 1}
    search(options(tmp_path / "search", **words))
    shutil.copytree(trained / "checkpoints/1000/1", opponent, dirs_exist_ok=True)
    assert "the search has opponent = " in refusal(options(tmp_path / "search", resume=True, **words))


def test_a_mixed_team_is_searched_by_side(tmp_path):
    search_good = ("good.actor_lr=1e-3,1e-2",)
    setting = tuple(f"{side}.{word}" for side in ("adversary", "good") for word in SETTINGS)
    own = options(
        tmp_path / "search", "simple_adversary", algo="adversary=ddpg,good=maddpg", search=search_good,
        setting=setting, trials=1, objective="normalised/good",
    )  # fmt: skip
    result = search(own)
    assert (
        list(result["best"]["settings"]) == ["good.actor_lr"]
        and "--algo adversary=ddpg,good=maddpg" in result["command"]
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seeds": 2}, "--seeds must be at least 3, not 2: the median over fewer says little"),
        ({"trials": 0}, "--trials must be at least 1"),
        ({"games": 0}, "--games must be at least 1"),
        ({"steps": 0}, "--steps must be at least 1"),
        ({"search": ("gama=0.8,0.9",)}, "did you mean 'gamma'"),
        ({"search": ("gamma=0.8,1.5",)}, "gamma cannot be 1.5"),
        ({"search": ("n_step=1.5..3",)}, "n_step cannot be 1.5"),
        ({"search": ("clip=0.5,large",)}, "clip cannot be 'large'"),
        ({"search": ("replay=10,20",), "setting": SETTINGS[:-1]}, "cannot hold one step"),
        ({"against": "greedy"}, "leave out --against"),
        ({"scenario": "simple_adversary", "against": "gredy"}, "gredy"),
        ({"algo": "madpg"}, "did you mean 'maddpg'"),
    ],
)
def test_what_cannot_be_is_refused_before_there_is_a_folder(change, message, tmp_path):
    assert message in refusal(options(tmp_path / "search", **change))
    assert not (tmp_path / "search").exists()


def test_without_optuna_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    assert 'pip install "marl-arena[tune]"' in refusal(options(tmp_path / "search"))


def test_from_python_it_is_arena_tune(tmp_path):
    reports = list(arena.tune("simple_spread", search=SEARCH, setting=SETTINGS, out=str(tmp_path / "s"), **SMALL))
    assert reports[-1].is_result and "what mattered" not in reports[-1].text  # three trials say nothing of that
    assert reports[-1].data["best"]["trial"] in range(3) and "arena train simple_spread" in reports[-1].text
