"""A small trained run that the verbs can use."""

from pathlib import Path

import pytest

from arena.cli import main


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of two members with checkpoints at 500 and 1,000 steps."""
    path = tmp_path_factory.mktemp("runs") / "small"
    words = "train simple_adversary --steps 1000 --seeds 2 --saves 2 --worlds 20 --setting warmup=100"
    assert main([*words.split(), "--out", str(path), "--json"]) == 0
    return path
