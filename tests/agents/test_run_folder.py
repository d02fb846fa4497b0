"""A run's folder: what it holds, and what is refused in one line."""

import json
import math
from pathlib import Path

import pytest
from runs import SETTINGS, SMALL, content, options, refusal, train

from agents.policies import checkpoint
from agents.policies.card import read_card
from agents.training.loop import Report as TrainingReport
from arena import cli
from arena.files import lock
from arena.verbs.train import make_training, run


def test_a_run_leaves_what_the_design_says(tmp_path):
    out = tmp_path / "run"
    result = list(run(options(out)))[-1]
    assert result.is_result and result.data["out"] == str(out)
    saved = [f"checkpoints/{step}/{member}" for step in (200, 400, 600) for member in (0, 1)]
    assert result.data["checkpoints"] == [str(out / path) for path in saved]
    for path in saved:
        player, _, card = checkpoint.load(out / path)
        assert (card.step, card.member) == (int(path.split("/")[1]), int(path.split("/")[2]))
        assert card.parts[0].algorithm == "maddpg" and card.configuration["learners"][0]["hidden"] == [8]
        assert player.sides == ("adversary", "good")
    parents = [read_card(out / path).parent for path in saved]
    assert parents == [None, None, *(read_card(out / path).sha256 for path in saved[:4])]
    rows = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    assert [(row["step"], row["member"]) for row in rows] == [(s, m) for s in range(20, 601, 20) for m in (0, 1)]
    assert rows[-1]["updates"] == int((600 - 100) * 0.5 / 16)
    assert {p.name for p in out.iterdir()} == {
        ".lock", "config.toml", "clock.jsonl", "metrics.jsonl", "tensorboard", "state", "checkpoints"
    }  # fmt: skip


def test_a_run_is_not_overwritten(finished):
    before = content(finished)
    assert "add --resume to go on with it" in refusal(options(finished))
    assert content(finished) == before


@pytest.mark.parametrize(
    "change", [{"steps": 800}, {"seed": 1}, {"algo": "ddpg"}, {"seeds": 1}, {"option": ("N=3",)}, {"replay": 999}]
)
def test_a_run_resumes_with_its_own_options_only(finished, change):
    before = content(finished)
    name = "setting" if "replay" in change else next(iter(change))
    assert f"the run has {name} = " in refusal(options(finished, resume=True, **change))
    assert content(finished) == before


def test_threads_may_differ_when_a_run_is_resumed(finished):
    train(options(finished, resume=True, **{**SMALL, "threads": 2}))


def test_a_folder_in_use_is_refused(finished):
    with lock(finished):
        assert "is in use by another process" in refusal(options(finished, resume=True))


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "file").write_text("mine")
    assert "cannot write" in refusal(options(tmp_path / "file"))
    assert (tmp_path / "file").read_text() == "mine"


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("what", ["replay-*", "stack-*"])
@pytest.mark.parametrize("damage", [flip, Path.unlink, lambda path: path.write_bytes(b"")])
def test_a_damaged_state_is_refused_by_name(finished, what, damage):
    path = sorted((finished / "state").glob(what))[0]
    damage(path)
    message = refusal(options(finished, resume=True))
    assert path.name in message and "cannot be resumed" in message


MANIFESTS = {
    "cut": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
    "text for a number": lambda text: text.replace('"step": 600', '"step": "600"'),
    "more": lambda text: text.replace('"step"', '"surprise": 1, "step"'),
    "shifted segment": lambda text: text.replace('"stop": 600', '"stop": 599'),
    "path outside": lambda text: text.replace('"file": "stack-', '"file": "../../stack-'),
}


@pytest.mark.parametrize("how", MANIFESTS)
def test_a_damaged_manifest_is_refused_or_harmless(finished, how):
    path = finished / "state" / "manifest.json"
    text = path.read_text()
    path.write_text(MANIFESTS[how](text))
    assert path.read_text() != text
    if how == "path outside":  # only the name counts: what it points to lies in the state folder
        train(options(finished, resume=True))
    else:
        assert "state" in refusal(options(finished, resume=True))


def test_a_damaged_config_is_refused_by_name(finished):
    (finished / "config.toml").write_text("= nothing")
    assert "config.toml cannot be read" in refusal(options(finished, resume=True))


def test_a_half_written_row_is_dropped_and_a_broken_one_refused(finished):
    path = finished / "metrics.jsonl"
    text = path.read_text()
    path.write_text(text + '{"step": 620, "memb')
    train(options(finished, resume=True))
    assert path.read_text() == text
    path.write_text("rubbish}\n" + text)
    assert "metrics.jsonl cannot be read" in refusal(options(finished, resume=True))


def test_folders_of_others_among_the_checkpoints_are_let_be(finished):
    card = finished / "checkpoints" / "best" / "mine" / "card.json"
    card.parent.mkdir(parents=True)
    card.write_text("{}")
    train(options(finished, resume=True))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["simple_adversry"], "did you mean 'simple_adversary'"),
        (["simple_adversary", "--algo", "madpg"], "did you mean 'maddpg'"),
        (["simple_adversary", "--preset", "papr"], "did you mean 'paper'"),
        (["simple_adversary", "--setting", "gama=1"], "did you mean 'gamma'"),
        (["simple_adversary", "--setting", "gamma"], "is not NAME=VALUE"),
        (["simple_adversary", "--setting", "gamma=NaN"], "gamma cannot be nan"),
        (["simple_adversary", "--option", "num_landmark_neighbours=1"], "did you mean 'num_landmark_neighbors'"),
        (["simple_adversary", "--option", "N=0"], "N must be at least 1"),
        (["simple_adversary", "--option", "max_cycles=1000000"], "max_cycles=1000000 is beyond 100000"),
        (["simple_adversary", "--option", "N=1000000000"], "N=1000000000 is beyond 100000"),
        (["simple_adversary", "--steps", "0"], "--steps must be at least 1"),
        (["simple_adversary", "--worlds", "-3"], "--worlds must be at least 0"),
        (["simple_adversary", "--threads", "-1"], "--threads must lie between"),
        (["simple_adversary", "--setting", "replay=5"], "cannot hold one step"),
        (["simple_adversary", "--worlds", "2000000000", "--setting", "replay=2000000000"], "GiB are free"),
        (["simple_adversary", "--algo", "good=maddpg"], "who is to learn adversary"),
        (["simple_adversary", "--algo", "adversary=ddpg,god=maddpg"], "did you mean 'good'"),
        (["simple_adversary", "--algo", "adversary=dppg,good=maddpg"], "did you mean 'ddpg'"),
        (["simple_adversary", "--algo", "adversary=random,good=random"], "nobody learns"),
        (["simple_adversary", "--algo", "random"], "nobody learns"),
        (["simple_adversary", "--setting", "god.gamma=0.5"], "did you mean 'good'"),
        (["simple_adversary", "--algo", "adversary=dqn,good=ddpg", "--setting", "tua=0.5"], "did you mean"),
    ],
)
def test_bad_words_cost_one_line_and_make_no_folder(words, message, tmp_path, capsys):
    assert cli.main(["train", *words, "--out", str(tmp_path / "run")]) == 2
    errors = capsys.readouterr().err.strip().splitlines()
    assert len(errors) == 1 and message in errors[0]
    assert not (tmp_path / "run").exists()


def test_an_unknown_option_is_refused_with_the_nearest(capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["train", "simple_adversary", "--stepz", "5"])
    assert caught.value.code == 2
    assert "--steps" in capsys.readouterr().err


@pytest.mark.parametrize("algo", ["maddpg", "dqn"])
@pytest.mark.parametrize("warmup", [100, 250])
def test_a_diverging_run_stops_and_names_the_last_good_checkpoint(algo, warmup, tmp_path):
    rates = ("lr=1e30",) if algo == "dqn" else ("actor_lr=1e30", "critic_lr=1e30")
    setting = (*SETTINGS[:-1], f"warmup={warmup}", *rates)
    message = refusal(options(tmp_path / "run", algo, setting=setting))
    saved = sorted(int(path.name) for path in (tmp_path / "run").glob("checkpoints/*"))
    assert saved == ([200] if warmup == 250 else [])
    expected = "run@200#1 is the last good checkpoint" if saved else "no checkpoint was saved before"
    assert expected in message and "training of member 1 diverged" in message and "lower learning rate" in message
    text = (tmp_path / "run" / "metrics.jsonl").read_text()
    assert "NaN" not in text and "Infinity" not in text
    for step in saved:
        assert checkpoint.load(tmp_path / "run" / "checkpoints" / str(step) / "1")


def test_a_member_that_diverges_is_left_behind_and_harms_no_other(finished, tmp_path, monkeypatch):
    def poisoned(options):
        training = make_training(options)
        for tensor in training.parts[0].stack.tensors().values():
            if tensor.is_floating_point() and tensor.ndim > 1:
                tensor[len(tensor) // 2 :] = math.nan  # what is of the second member
        return training

    monkeypatch.setattr("arena.verbs.train.make_training", poisoned)
    out = tmp_path / "poisoned"
    said = [report.text for report in run(options(out))]
    assert [text for text in said if "training of member 1 diverged" in text and "the other members go on" in text]
    rows = [json.loads(line) for line in (out / "diverged.jsonl").read_text().splitlines()]
    assert [row["member"] for row in rows] == [1] and "not finite" in rows[0]["why"]
    kept = {path: digest for path, digest in content(finished).items() if path.startswith("checkpoints")}
    sound = {path: digest for path, digest in kept.items() if path.split("/")[2] == "0"}
    left = {path: digest for path, digest in content(out).items() if path.startswith("checkpoints")}
    assert {path for path in left if path.split("/")[2] == "1"} == set()
    assert left == sound


@pytest.mark.parametrize(("value", "shown"), [(1e13, "1e+13"), (-1e13, "-1e+13"), (math.nan, "not finite"), (1e11, "")])
def test_values_beyond_all_sense_count_as_diverged(value, shown):
    report = TrainingReport(100, 5, ({"step": 100, "value/agent_0": value},))
    assert report.diverged() == ({0: f"value/agent_0 is {shown}"} if shown else {})
