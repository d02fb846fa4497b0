"""The memory of this machine: how much is free, and that what is freed is kept for the next allocation."""

import ctypes
import os
import sys
from pathlib import Path

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD = -1, -2, -3  # glibc, malloc.h
KEPT_BYTES, PADDING_BYTES = 1 << 30, 1 << 26
GROUP = Path("/sys/fs/cgroup")


def keep_freed_memory() -> bool:
    """Makes the arrays of an update reuse their memory; False where the C library is not glibc.

    By default glibc hands arrays of some 100 KiB back to the system as soon as they are freed, and every update then
    pays for a page fault per 4 KiB of them: a quarter of the time of a batch of 1,024.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):
        return False
    settings = ((M_MMAP_THRESHOLD, KEPT_BYTES), (M_TRIM_THRESHOLD, KEPT_BYTES), (M_TOP_PAD, PADDING_BYTES))
    return bool(sum(mallopt(name, value) for name, value in settings) == len(settings))


def avoid_huge_pages() -> bool:
    """Has NumPy, which must not be loaded yet, ask for pages of the usual size; False if it is too late.

    Where memory is in pieces the system takes longer to find huge pages than they save: 6 s instead of 2 s of its time
    for the rating of ten million legs, whose arrays are many and short-lived.
    """
    if "numpy" in sys.modules:
        return False
    os.environ.setdefault("NUMPY_MADVISE_HUGEPAGE", "0")
    return True


def free_bytes() -> int:
    """The bytes that this process may still take: of the machine, and of the control group that it runs in."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    meminfo = _numbers(Path("/proc/meminfo"))
    limits += [meminfo["MemAvailable:"] * 1024] if "MemAvailable:" in meminfo else []
    allowed, used = (_numbers(GROUP / f"memory.{name}").get("") for name in ("max", "current"))
    if allowed is not None and used is not None:
        cached = _numbers(GROUP / "memory.stat").get("file", 0)  # given back when somebody needs it
        limits.append(max(0, allowed - used + cached))
    return min(limits)


def _numbers(path: Path) -> dict[str, int]:
    """The numbers in a file of the kernel by the word before them; none if there is no such file."""
    try:
        lines = [line.split() for line in path.read_text().splitlines()]
    except OSError:
        return {}
    named = {words[0] if len(words) > 1 else "": words[1] if len(words) > 1 else words[0] for words in lines if words}
    return {name: int(number) for name, number in named.items() if number.isdecimal()}
