"""What all tests share: no display, actions drawn from a generator of their own, and kernels compiled beside them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
MANY = 1500  # tests: more than a folder has


@pytest.fixture(scope="session", autouse=True)
def kernels_beside(request: pytest.FixtureRequest) -> Iterator[None]:
    """Another process compiles what many of the tests need while the first of them run."""
    if len(request.session.items) < MANY:
        yield
        return
    here = Path(__file__).parent
    search = os.pathsep.join([str(here.parent), os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(
        [sys.executable, str(here / "compile_kernels.py")],
        env={**os.environ, "PYTHONPATH": search},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield
    process.terminate()
    process.wait()


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(20)
