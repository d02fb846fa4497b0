"""One torch thread, since the networks here are tiny; and the checkpoints and runs that several files look at."""

import shutil
from pathlib import Path

import pytest
import torch
from checkpoints import entries, weights
from runs import content, options, train

from agents.policies import checkpoint


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def rng() -> torch.Generator:
    """A generator of this test's own."""
    return torch.Generator().manual_seed(7)


@pytest.fixture
def folder(tmp_path) -> Path:
    """A good checkpoint."""
    checkpoint.save(tmp_path / "good", [weights()], **entries())
    return tmp_path / "good"


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
def run_once(tmp_path_factory):
    """A finished run that tests copy, damage and refuse."""
    out = tmp_path_factory.mktemp("runs") / "run"
    train(options(out))
    return out


@pytest.fixture
def finished(run_once, tmp_path) -> Path:
    return Path(shutil.copytree(run_once, tmp_path / "run"))
