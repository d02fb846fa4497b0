"""What the machine is, and what the arena asks of it."""

import subprocess
import sys

import pytest

from arena import environment
from arena.memory import keep_freed_memory

REUSE = """
import resource, sys
import numpy as np
from arena.memory import keep_freed_memory
if sys.argv[1] == "keep":
    keep_freed_memory()
for _ in range(200):
    parts = [np.ones(300_000) for _ in range(4)]
    del parts
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)
"""


def faults(word: str) -> int:
    done = subprocess.run([sys.executable, "-c", REUSE, word], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(not keep_freed_memory(), reason="the C library is not glibc")
def test_kept_memory_is_not_faulted_in_again() -> None:
    assert faults("keep") < 0.5 * faults("return")


def test_digest_changes_with_what_decides_bits_and_with_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    known = environment.environment()
    digest = environment.environment_digest()
    for name in known:
        changed = known | {name: "other"}
        monkeypatch.setattr(environment, "environment", lambda changed=changed: changed)
        decides = name in (*environment.DECISIVE, "machine", "system", "processor", "features")
        assert (environment.environment_digest() != digest) == decides


def test_digest_changes_with_the_packages_that_play_and_with_what_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    digest = environment.environment_digest
    assert digest(["no_such_package", "my_env"]) == digest() != digest(["gymnasium"])
    installed, before = environment.version, digest(["gymnasium"])
    for name, decides in (("gymnasium", True), ("cloudpickle", True), ("pytest", False), ("mpe2", False)):
        monkeypatch.setattr(environment, "version", lambda found, name=name: installed(found) + "x" * (found == name))
        assert (digest(["gymnasium"]) != before) == decides
