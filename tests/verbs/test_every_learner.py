"""Every learner on every scenario: it trains, and what it leaves is a player of that game.

By default each learner meets two scenarios or so, and each scenario one learner; with -m slow everybody meets all.
"""

import importlib
import shutil
from itertools import product
from math import isfinite
from pathlib import Path

import pytest

import arena
from agents.q_learning.learner import Dqn
from agents.training.settings import find_learner, known_learners
from arena.cli import main
from arena.errors import ArenaError
from arena.finding import built_in_scenarios
from arena.scenario import load
from arena.verbs import train
from arena.verbs.parts.entries import find_entries

SETTINGS = ("hidden=[4]", "batch_size=8", "samples_per_step=1", "warmup=20")
SMALL = {"steps": 60, "worlds": 20, "saves": 1, "threads": 1, "setting": SETTINGS}


def learn(scenario: str, algo: str, out: Path) -> list[dict[str, float]]:
    """The rows of numbers of a short run."""
    reports = arena.train(scenario, algo=algo, out=str(out), **SMALL)
    return [row for report in reports for row in report.data.get("rows", ())]


def everybody() -> list:
    """(learner, scenario) for all; slow but for as many as name every learner and every scenario."""
    learners, scenarios = known_learners(), built_in_scenarios()
    count = max(len(learners), len(scenarios))
    quick = {(learners[k % len(learners)], scenarios[k % len(scenarios)]) for k in range(count)}
    pairs = product(learners, scenarios)
    return [pytest.param(*pair, marks=() if pair in quick else pytest.mark.slow) for pair in pairs]


@pytest.mark.parametrize(("algo", "scenario"), everybody())
def test_every_learner_learns_every_scenario(algo: str, scenario: str, tmp_path: Path) -> None:
    rows = learn(scenario, algo, tmp_path / "run")
    assert rows[-1]["updates"] == 5  # of 40 transitions after the warm-up
    losses = [value for row in rows for name, value in row.items() if "_loss/" in name]
    assert len(losses) >= len(load(scenario).seats)
    assert all(map(isfinite, losses))
    found = arena.play(tmp_path / "run", "random", pairs=1)
    assert [set(player["sides"]) for player in found["players"]] == [set(load(scenario).sides)] * 2


@pytest.mark.parametrize("algo", known_learners())
def test_every_learner_decides_ranges_or_says_who_does(algo: str, tmp_path: Path) -> None:
    word, out = "gym:Pendulum-v1", tmp_path / "run"
    if isinstance(find_learner(algo), Dqn):
        with pytest.raises(ArenaError, match=r"continuous.*\bddpg\b.*maddpg"):
            learn(word, algo, out)
        return
    learn(word, algo, out)
    assert arena.play(out, "random", pairs=1, scenario=word)["legs"] > 0


def test_help_names_every_learner_and_every_preset(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    said = " ".join(capsys.readouterr().out.replace("│", " ").split())
    for name in known_learners():
        assert name in said.split("--algo STR")[1].split("; or one for each side")[0]
        for preset in importlib.import_module(f"agents.{name}").PRESETS:
            assert f"`{preset}`" in said


def test_a_player_of_one_side_plays_and_is_watched_there_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "half"
    learn("simple_adversary", "adversary=random,good=ddpg", out)
    capsys.readouterr()
    assert main(["play", str(out), "random", "--pairs", "2"]) == 0
    assert "nan" not in capsys.readouterr().out
    half, other = arena.play(out, "random", pairs=2)["players"]
    assert (set(half["sides"]), set(other["sides"])) == ({"good"}, {"adversary"})
    assert main(["watch", str(out), "random", "--out", str(tmp_path / "last.png")]) == 0
    assert main(["watch", "random", str(out), "--out", str(tmp_path / "last.png")]) == 2
    assert "half@60 holds good and not adversary; name" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("algo", "said"),
    [
        ("mdapg", "no learner 'mdapg'; did you mean 'maddpg'"),
        ("maddpg,ddpg", "no learner 'maddpg,ddpg'; for one each write adversary=...,good=..."),
        ("adversary=gredy,good=ddpg", "'gredy' for adversary is no learner and no player; did you mean 'greedy'"),
    ],
)
def test_who_cannot_learn_is_named(algo: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ArenaError) as caught:
        learn("simple_adversary", algo, tmp_path / "run")
    assert said in str(caught.value)
    assert not (tmp_path / "run").exists()


def test_a_run_too_short_to_learn_says_so(tmp_path: Path) -> None:
    short = train.Options("simple_adversary", steps=60, worlds=20, out=str(tmp_path / "run"))
    said = next(train.run(short)).text
    assert said == "60 steps are too few to learn anything with warmup=2500 batch_size=256; raise --steps"
    told = next(train.run(train.Options("simple_adversary", **{**SMALL, "out": str(tmp_path / "b")}))).text
    assert told == ""


def test_a_player_of_another_game_is_told_by_what_differs(tmp_path: Path) -> None:
    learn("simple_adversary", "ddpg", tmp_path / "run")
    (entry,) = find_entries([str(tmp_path / "run")])
    with pytest.raises(ArenaError, match="plays simple_adversary with N=2, not N=3; leave it out"):
        entry.load(load("simple_adversary", N=3))
    with pytest.raises(ArenaError, match="plays simple_adversary-v1, not simple_tag-v1; leave it out"):
        entry.load(load("simple_tag"))


def test_a_run_does_not_go_on_against_a_player_that_has_changed(tmp_path: Path) -> None:
    held, out = tmp_path / "held", tmp_path / "run"
    learn("simple_adversary", "ddpg", held)
    learn("simple_adversary", f"adversary={held},good=ddpg", out)
    shutil.rmtree(held)
    learn("simple_adversary", "maddpg", held)
    with pytest.raises(ArenaError, match="held@60 changed since the run began; put back what it was then"):
        list(arena.train("simple_adversary", algo=f"adversary={held},good=ddpg", out=str(out), resume=True, **SMALL))
