"""What all tests share: no display, and actions drawn from a generator of their own."""

import os

import numpy as np
import pytest

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(20)
