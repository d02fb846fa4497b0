"""The parts of a study, each by itself: contenders, their cast, how soon they learned, what is told of them."""

from dataclasses import replace

import numpy as np
import pytest

from agents.training.settings import find_learner
from arena.errors import ArenaError
from arena.games import End, world_seeds
from arena.scenario import load
from arena.verbs.comparing.cast import Cast, check_left, unfit
from arena.verbs.comparing.cautions import are_apart
from arena.verbs.comparing.contenders import LONGEST, find_contenders
from arena.verbs.comparing.efficiency import first_reached, seconds_at
from arena.verbs.comparing.results import settings
from arena.verbs.comparing.study_folder import StudyFolder
from arena.verbs.comparing.tables import field_table
from arena.verbs.parts.holders import is_player
from league.studies.cross import cross_play

GAME = load("simple_adversary")


def test_contenders_have_settings_of_their_own():
    one, other = find_contenders("maddpg,ddpg:hidden=[64, 64]:gamma=0.9:preset=paper", "long", ("gamma=0.8", "tau=0.1"))
    assert (one.name, one.preset, one.setting) == ("maddpg", "long", ("gamma=0.8", "tau=0.1"))
    assert (other.algo, other.preset, set(other.setting)) == (
        "ddpg",
        "paper",
        {"gamma=0.9", "tau=0.1", "hidden=[64, 64]"},
    )
    assert other.folder == "ddpg-hidden-64-64-gamma-0.9-preset-paper"


def test_intervals_are_apart_or_they_are_not():
    low, high, wide = ({"low": a, "high": b} for a, b in ((0, 1), (2, 3), (0.5, 2.5)))
    assert are_apart(low, high) and are_apart(high, low)
    assert not are_apart(low, wide) and not are_apart(low, {"low": None, "high": None}) and not are_apart(low, None)


def test_folders_are_named_by_a_hash_where_names_are_long():
    layers = [", ".join(["64"] * count) for count in (30, 31)]
    found = find_contenders(",".join(f"ddpg:hidden=[{each}]" for each in layers), setting="gamma=0.8")
    assert len({contender.folder for contender in found}) == 2
    assert all(c.folder.startswith("ddpg-") and len(c.folder) <= LONGEST for c in found)
    assert found[0].setting[0] == "gamma=0.8"  # one word from Python


def test_settings_are_told_by_side_where_they_differ():
    one, other = find_learner("ddpg", "", {}), find_learner("ddpg", "", {"gamma": 0.5})
    assert settings({"adversary": one, "good": one})["hidden"] == list(one.hidden)
    told = settings({"adversary": one, "good": other})
    assert (told["adversary"]["gamma"], told["good"]["gamma"]) == (one.gamma, 0.5)


def test_a_learners_name_is_a_learner_though_there_is_such_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("maddpg", "mine"):
        (tmp_path / name).mkdir()
    assert not is_player("maddpg", GAME) and is_player("mine", GAME) and is_player("greedy", GAME)


def test_a_run_is_trained_when_every_member_is_at_its_end(tmp_path):
    """A member may have both: saved at the end before a crash, and diverged when it was trained again."""
    folder, (contender, _) = StudyFolder(tmp_path), find_contenders("ddpg,dqn")
    card = folder.run(contender) / "checkpoints" / "400" / "0" / "card.json"
    card.parent.mkdir(parents=True)
    card.write_text("{}")
    diverged = folder.run(contender) / "diverged.jsonl"
    for members, is_trained in (((), False), ((0,), False), ((1,), True)):
        diverged.write_text("".join(f'{{"step": 300, "member": {member}, "why": "nan"}}\n' for member in members))
        assert folder.is_trained(contender, 400, 2) is is_trained


def cast() -> Cast:
    """Two contenders of two seeds with a checkpoint at step 9, and two scripted players."""
    snapshots = {"a": {9: {0: 0, 1: 1}}, "b": {9: {0: 2, 1: 3}}}
    return Cast(("a0", "a1", "b0", "b1", "random", "odd"), (), snapshots, {"random": 4, "odd": 5})


def test_who_forfeits_or_is_withdrawn_is_left_out_and_nobody_else():
    plan = cross_play(GAME, cast().names, [*cast().groups.values()], 8, world_seeds(0, GAME, 20))
    end, fault = np.full(len(plan.games), End.PLAYED, np.int8), np.full(len(plan.games), -1, np.int16)
    seat = plan.games.player == 1
    end[seat.any(1)], fault[seat.any(1)] = End.FORFEIT, seat[seat.any(1)].argmax(1)
    end[plan.legs(2, 4)[0]], fault[plan.legs(2, 4)[0]] = End.FORFEIT, 1  # one of several
    found = unfit(plan.played(replace(plan.games, end=end, fault=fault)), {"b1": "it raised"})
    assert found == {1: "plays no legal move", 3: "withdrawn: it raised"}
    left = cast().without(found)
    assert left.finals == {"a": {0: 0}, "b": {0: 2}} and left.anchors == cast().anchors
    assert left.unfit == {
        "a": [{"member": 1, "step": 9, "why": "plays no legal move"}],
        "b": [{"member": 1, "step": 9, "why": "withdrawn: it raised"}],
    }
    nobody = left.without({0: "x"})
    assert [*nobody.groups] == ["b", "random", "odd"]
    with pytest.raises(ArenaError, match="nobody is left"):
        check_left(nobody.without({2: "x"}), "study")


def test_a_terminal_shows_what_is_known():
    results = {
        "scenario": {"sides": {"bad": [], "good": []}},
        "field": [{"contender": "a", "side": "bad", "return": {"value": None, "low": None, "high": None}}],
        "aggregates": [],
        "contenders": [{"name": "a", "members": [0]}, {"name": "b", "members": []}],
        "budget": {"seeds": 2},
    }
    table = field_table(results)
    assert "IQM" not in table and "1 of 2" in table and "diverged" in table


def test_how_soon_a_curve_came_close_to_the_best():
    steps = np.array([100, 200, 300])
    assert first_reached(steps, np.array([0.0, 0.8, 1.0])) == pytest.approx(250)
    assert first_reached(steps, np.array([0.95, 0.2, 1.0])) == 100
    assert np.isnan(first_reached(steps, np.array([0.0, 0.1, 0.89])))
    assert seconds_at([{"step": 100, "seconds": 2.0}, {"step": 300, "seconds": 6.0}], 250.0) == pytest.approx(5.0)
    assert seconds_at([], 250.0) is None
