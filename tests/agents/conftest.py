"""One torch thread: the networks here are tiny, and a machine's other cores are other people's."""

import pytest
import torch


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def rng() -> torch.Generator:
    """A generator of this test's own."""
    return torch.Generator().manual_seed(7)
