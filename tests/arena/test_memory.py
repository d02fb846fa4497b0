"""What is known of this machine's memory."""

import os
import subprocess
import sys

import pytest

from arena import memory


def test_free_memory_is_some_of_what_there_is():
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert 1 << 26 < memory.free_bytes() <= total


def test_a_control_group_may_leave_less(tmp_path, monkeypatch):
    for name, text in {"max": "3000000", "current": "2500000", "stat": "anon 900\nfile 200000\n"}.items():
        (tmp_path / f"memory.{name}").write_text(text)
    monkeypatch.setattr(memory, "GROUP", tmp_path)
    assert memory.free_bytes() == 3_000_000 - 2_500_000 + 200_000
    (tmp_path / "memory.max").write_text("max\n")  # no limit
    assert memory.free_bytes() > 1 << 26


PROGRAM = """
from arena.memory import avoid_huge_pages
assert avoid_huge_pages()
import numpy
print(numpy._core.multiarray._set_madvise_hugepage(True))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a setting of Linux")
def test_small_pages_are_asked_for_in_time() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]
    assert not memory.avoid_huge_pages()  # NumPy is here
