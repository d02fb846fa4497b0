"""A run's folder: killed anywhere and resumed, it ends as the uninterrupted run does, bit for bit."""

import hashlib
import json
import random
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import arena.files
from agents import checkpoint
from arena import cli
from arena.errors import ArenaError
from arena.files import lock
from arena.verbs.train import Options, run

SETTINGS = ("hidden=[8]", "batch_size=16", "samples_per_step=0.5", "warmup=100")
SMALL = {"steps": 600, "worlds": 20, "seeds": 2, "saves": 3, "threads": 1}
WORDS = ["train", "simple_adversary", "--threads", "1"]


def options(out: Path, algo: str = "maddpg", replay: int = 1000, **changes) -> Options:
    own = ("target_every=4",) if algo == "dqn" else ()
    setting = (*SETTINGS, f"replay={replay}", *own)
    return Options("simple_adversary", algo, out=str(out), **{**SMALL, "setting": setting, **changes})


def train(options: Options) -> None:
    for _ in run(options):
        pass


def content(folder: Path) -> dict[str, str]:
    """What a run is: the hashes of its checkpoints, its metrics and the state that it would go on from."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.parent.name != "tensorboard" and p.name != ".lock")
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The content of uninterrupted runs: (algo, replay) -> content."""
    done = {}

    def make(algo: str, replay: int) -> dict[str, str]:
        if (algo, replay) not in done:
            out = tmp_path_factory.mktemp("whole") / "run"
            train(options(out, algo, replay))
            done[algo, replay] = content(out)
        return done[algo, replay]

    return make


def test_a_run_leaves_what_the_design_says(tmp_path):
    out = tmp_path / "run"
    result = list(run(options(out)))[-1]
    assert result.is_result and result.data["out"] == str(out)
    saved = [f"checkpoints/{step}/{member}" for step in (200, 400, 600) for member in (0, 1)]
    assert result.data["checkpoints"] == [str(out / path) for path in saved]
    for path in saved:
        player, _, card = checkpoint.load(out / path)
        assert (card.step, card.member) == (int(path.split("/")[1]), int(path.split("/")[2]))
        assert card.algorithm == "maddpg" and card.configuration["learner"]["hidden"] == [8]
        assert player.sides == ("adversary", "good")
    parents = [checkpoint.read_card(out / path).parent for path in saved]
    assert parents == [None, None, *(checkpoint.read_card(out / path).sha256 for path in saved[:4])]
    rows = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    assert [(row["step"], row["member"]) for row in rows] == [(s, m) for s in range(20, 601, 20) for m in (0, 1)]
    assert rows[-1]["updates"] == int((600 - 100) * 0.5 / 16)
    assert {p.name for p in out.iterdir()} == {
        ".lock", "config.toml", "metrics.jsonl", "tensorboard", "state", "checkpoints"
    }  # fmt: skip


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


def command(out: Path, *more: str) -> list[str]:
    words = ["--steps", "600", "--worlds", "20", "--seeds", "2", "--saves", "3", "--out", str(out), *more]
    return [*WORDS, *words, *(w for s in (*SETTINGS, "replay=1000") for w in ("--setting", s))]


def start(out: Path, *more: str) -> subprocess.Popen:
    words = [sys.executable, "-m", "arena", *command(out, *more)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_step(process: subprocess.Popen, out: Path, step: int) -> bool:
    """Whether the run reached `step` before it ended."""
    while process.poll() is None:
        lines = (out / "metrics.jsonl").read_text().splitlines() if (out / "metrics.jsonl").exists() else []
        if any(f'"step": {s},' in line for line in lines[-4:] for s in range(step, 601, 20)):
            return True
        time.sleep(0.001)
    return False


def test_killed_at_three_moments_and_resumed(whole, tmp_path):
    out, rng, killed = tmp_path / "run", random.Random(1), 0
    for step in (20, 260, 420):
        process = start(out, "--resume")
        wait_for_step(process, out, step)
        time.sleep(rng.random() * 0.03)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
    assert killed >= 2  # the last may have come to its end
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
    assert process.returncode == 130
    line = errors.strip().splitlines()[-1]
    assert "Traceback" not in errors and line.startswith("arena: interrupted. To go on: arena train ")
    words = shlex.split(line.removeprefix("arena: interrupted. To go on: "))
    assert words == ["arena", *command(out), "--resume"]
    assert cli.main(words[1:]) == 0
    capsys.readouterr()
    assert content(out) == whole("maddpg", 1000)


def test_a_finished_run_resumes_to_nothing(tmp_path):
    train(options(tmp_path / "run"))
    before = content(tmp_path / "run")
    train(options(tmp_path / "run", resume=True))
    assert content(tmp_path / "run") == before


def refusal(options: Options) -> str:
    with pytest.raises(ArenaError) as caught:
        train(options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture(scope="module")
def run_once(tmp_path_factory):
    """A finished run that tests copy, damage and refuse."""
    out = tmp_path_factory.mktemp("runs") / "run"
    train(options(out))
    return out


@pytest.fixture
def finished(run_once, tmp_path) -> Path:
    return Path(shutil.copytree(run_once, tmp_path / "run"))


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
        (["simple_adversary", "--option", "max_cycles=1000000"], "max_cycles is beyond 100000"),
        (["simple_adversary", "--steps", "0"], "--steps must be at least 1"),
        (["simple_adversary", "--worlds", "-3"], "--worlds must be at least 1"),
        (["simple_adversary", "--threads", "-1"], "--threads must be 0 or more"),
        (["simple_adversary", "--setting", "replay=5"], "cannot hold one step"),
        (["simple_adversary", "--worlds", "2000000000", "--setting", "replay=2000000000"], "not enough memory"),
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
    expected = "checkpoints/200/1" if saved else "no checkpoint was saved before"
    assert expected in message and "training diverged" in message and "lower learning rate" in message
    text = (tmp_path / "run" / "metrics.jsonl").read_text()
    assert "NaN" not in text and "Infinity" not in text
    for step in saved:
        assert checkpoint.load(tmp_path / "run" / "checkpoints" / str(step) / "1")
