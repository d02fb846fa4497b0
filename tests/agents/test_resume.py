"""A run killed anywhere and resumed ends as the uninterrupted run does, bit for bit."""

import json
import random
import resource
import shlex
import signal
import sys
import time
from pathlib import Path

import pytest
import torch
from runs import command, content, options, start, train, wait_for_step
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import arena.files
from agents.training.loop import Training
from agents.training.state import load_state, read_manifest, save_state
from agents.training.team import by_side, learners_of
from arena import cli
from arena.scenario import load
from arena.verbs.train import Options


class Killed(BaseException):
    """The process ends here."""


def train_until_write(monkeypatch, options: Options, call: int) -> bool:
    """Trains until the `call`-th file is about to be put in its place; whether it came to that."""
    count, real = iter(range(10_000)), Path.replace

    def replace(self, target):
        if sys._getframe(1).f_globals.get("__name__") == arena.files.__name__ and next(count) == call:
            raise Killed
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        try:
            train(options)
        except Killed:
            return True
    return False


@pytest.mark.parametrize(("algo", "replay"), [("maddpg", 1000), ("ddpg", 130), ("dqn", 260)])
def test_stopped_before_any_write_and_resumed(algo, replay, whole, tmp_path, monkeypatch):
    """130 and 260 are rings that wrap in the middle of a step; the second needs the end of a segment but one."""
    writes = 0
    while train_until_write(monkeypatch, options(tmp_path / f"{writes}", algo, replay), writes):
        train(options(tmp_path / f"{writes}", algo, replay, resume=True))
        assert content(tmp_path / f"{writes}") == whole(algo, replay), f"stopped before write {writes}"
        writes += 1
    assert writes == 1 + 3 * (2 * 2 + 3)  # config; each save: two files a member, a segment, the stack, the manifest


@pytest.mark.parametrize(
    ("holders", "settings"),
    [
        ("matd3", {"delay": 3}),
        ("maddpg", {"inferred": True, "shared": True}),
        ("maddpg", {"ensemble": 3}),
        ("td3", {"ensemble": 2, "n_step": 2}),
        ("adversary=dqn,good=matd3", {"good.ensemble": 2}),
    ],
)
def test_saved_in_the_middle_of_a_game_and_resumed(holders, settings, tmp_path):
    """After 33 frames: in the second game of every world, between two steps of the actors."""
    game = load("simple_adversary")
    small = {"hidden": [8], "batch_size": 16, "samples_per_step": 0.7, "warmup": 100}
    holders = learners_of(by_side(holders, game), "paper", small | settings)

    def training() -> Training:
        return Training(game, holders, steps=700, members=2, worlds=10, seed=3)

    whole, half, again = training(), training(), training()
    rows = [report.rows for report in whole.run(10)]
    for report in half.run(10):
        if report.step == 330:
            break
    save_state(tmp_path, half)
    assert load_state(tmp_path, again)
    assert [report.rows for report in again.run(10)] == rows[33:]
    for one, other in zip(whole.parts, again.parts, strict=True):
        first, second = one.stack.tensors(), other.stack.tensors()
        assert all(torch.equal(first[name], second[name]) for name in first)
        assert torch.equal(one.memory, other.memory)
    assert torch.equal(whole.replay.rows.nan_to_num(-9), again.replay.rows.nan_to_num(-9))


@pytest.mark.parametrize("moments", [(260,), pytest.param((20, 260, 420), marks=pytest.mark.slow)], ids=len)
def test_killed_at_some_moments_and_resumed(moments, whole, tmp_path):
    out, rng, killed = tmp_path / "run", random.Random(1), 0
    for step in moments:
        process = start(out, "--resume")
        wait_for_step(process, out, step)
        time.sleep(rng.random() * 0.03)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
    assert killed >= max(1, len(moments) - 1)  # the last of several may have come to its end
    train(options(out, resume=True))
    found = {k: v for k, v in content(out).items() if not k.endswith(".part")}
    assert found == whole("maddpg", 1000)
    steps, values = tensorboard_scalars(out, "value/agent_0/member_1")
    rows = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    rows = [row for row in rows if row["member"] == 1 and "value/agent_0" in row]
    assert steps == [row["step"] for row in rows]
    assert values == pytest.approx([row["value/agent_0"] for row in rows], rel=1e-6)


def tensorboard_scalars(out: Path, tag: str) -> tuple[list[int], list[float]]:
    events = EventAccumulator(str(out / "tensorboard"), size_guidance={"scalars": 0})
    events.Reload()
    scalars = events.Scalars(tag)
    return [scalar.step for scalar in scalars], [scalar.value for scalar in scalars]


def test_an_interrupt_prints_the_command_that_goes_on(whole, tmp_path, capsys):
    out = tmp_path / "a run"
    process = start(out)
    assert wait_for_step(process, out, 20)
    process.send_signal(signal.SIGINT)
    errors = process.communicate()[1]
    assert read_manifest(out / "state").step % 200  # it stopped between two saves
    assert process.returncode == 130
    line = errors.strip().splitlines()[-1]
    assert "Traceback" not in errors and line.startswith("arena: interrupted. To go on: arena train ")
    words = shlex.split(line.removeprefix("arena: interrupted. To go on: "))
    assert words == ["arena", *command(out), "--resume"]
    assert cli.main(words[1:]) == 0
    capsys.readouterr()
    assert lasting(content(out)) == lasting(whole("maddpg", 1000))


def lasting(files):
    """All but the state, whose replay is cut where the run was interrupted."""
    return {name: digest for name, digest in files.items() if not name.startswith("state/")}


def test_a_finished_run_resumes_to_nothing(tmp_path):
    train(options(tmp_path / "run"))
    before = content(tmp_path / "run")
    train(options(tmp_path / "run", resume=True))
    assert content(tmp_path / "run") == before


def fill_disk(limit_bytes: int, words: list[str]) -> int:
    """Runs a command in a process whose files cannot grow beyond a limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, hard))
    try:
        return cli.main(words)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("limit_bytes", [0, 300, 1000, 2500, 6000, 20_000, 60_000])
def test_a_full_disk_stops_with_one_line_and_can_be_resumed(limit_bytes, whole, tmp_path, capsys):
    out = tmp_path / "run"
    assert fill_disk(limit_bytes, command(out)) == 2
    errors = capsys.readouterr().err.strip().splitlines()
    assert len(errors) == 1
    assert errors[0].startswith("arena: cannot write ") and "File too large" in errors[0]
    assert cli.main(command(out, "--resume")) == 0
    capsys.readouterr()
    assert content(out) == whole("maddpg", 1000)
