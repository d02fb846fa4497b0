"""NAME=VALUE words, and how many threads are taken."""

import os

import pytest
import torch

from arena.errors import ArenaError
from arena.verbs.parts.values import assignments, set_threads


def test_words_become_values_of_their_kind() -> None:
    words = ["N=4", "ratio=0.5", "hard=true", "hidden=[64, 64]", "name=x=y", "empty="]
    expected = {"N": 4, "ratio": 0.5, "hard": True, "hidden": [64, 64], "name": "x=y", "empty": ""}
    assert assignments(words) == expected


@pytest.mark.parametrize("word", ["N", "=4", ""])
def test_other_words_are_refused(word: str) -> None:
    with pytest.raises(ArenaError, match="NAME=VALUE"):
        assignments([word])


def test_small_batches_take_one_thread() -> None:
    before = torch.get_num_threads()
    try:
        taken = []
        for threads, rows in ((0, 512), (0, 5120), (3, 512)):
            set_threads(threads, rows)
            taken.append(torch.get_num_threads())
        assert taken == [1, os.cpu_count(), 3]
    finally:
        torch.set_num_threads(before)
    with pytest.raises(ArenaError, match="--threads"):
        set_threads(-1, 1)
