"""What every worker process needs: to end with its parent, to leave Ctrl-C to it, and not to run its script again."""

import contextlib
import ctypes
import os
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any


def end_with_parent(parent: int) -> None:
    """On Linux, lets the kernel end this process when the one that started it dies, however that happens."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL("libc.so.6").prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:  # it died before it could be asked for
        os._exit(1)


@contextlib.contextmanager
def interrupts_ignored() -> Iterator[None]:
    """Ignores Ctrl-C here and in the processes that are started meanwhile."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


@contextlib.contextmanager
def script_hidden() -> Iterator[None]:
    """Lets processes that are spawned meanwhile start without importing the script that runs here.

    For workers that need nothing of it: they start sooner, and a script without the line `if __name__ == "__main__":`
    is not run once more in each of them.
    """
    script: dict[str, Any] = vars(sys.modules["__main__"])  # type: ignore[assignment]
    hidden: dict[str, Any] = {name: script[name] for name in ("__file__", "__spec__") if name in script}
    script.pop("__file__", None)
    script["__spec__"] = None
    try:
        yield
    finally:
        script.update(hidden)
