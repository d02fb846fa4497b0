"""What a command takes in a process of its own."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from benchmarks.peers import ROOT
from benchmarks.published_run import KIBIBYTE


class Cost(NamedTuple):
    """What a process took."""

    seconds: float
    peak_bytes: int


def cost(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """What a command took, from its start to its end; it must succeed."""
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env=environment) as process:
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(seconds, usage.ru_maxrss * KIBIBYTE)
