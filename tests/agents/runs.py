"""What tests of run folders share: small runs, in this process or in another, and what they leave behind."""

import hashlib
import subprocess
import sys
import time
from pathlib import Path

import pytest

from arena.errors import ArenaError
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
    other = (".lock", "clock.jsonl")
    files = sorted(
        p for p in folder.rglob("*") if p.is_file() and p.parent.name != "tensorboard" and p.name not in other
    )
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


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


def refusal(options: Options) -> str:
    with pytest.raises(ArenaError) as caught:
        train(options)
    assert "\n" not in str(caught.value)
    return str(caught.value)
