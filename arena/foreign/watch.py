"""Noticing that an environment hangs."""

import signal
import threading
from types import FrameType
from typing import Any


class Hang(BaseException):
    """What was watched took too long. Not an `Exception`, which the environment might catch."""


class Watch:
    """Raises `Hang` in what takes longer than `seconds`, in the main thread of a system that has alarms.

    Elsewhere nothing is noticed, and nowhere is a loop in machine code that does not come back to Python; worker
    processes are watched from outside, too. A program's own alarm goes on when the watch is over.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._is_on = False

    def __enter__(self) -> "Watch":
        is_main = threading.current_thread() is threading.main_thread()
        self._is_on = is_main and hasattr(signal, "setitimer")
        if self._is_on:
            self._handler: Any = signal.signal(signal.SIGALRM, _ring)
            self._rest = signal.setitimer(signal.ITIMER_REAL, self.seconds)
        return self

    def again(self) -> None:
        """Counts from now."""
        if self._is_on:
            signal.setitimer(signal.ITIMER_REAL, self.seconds)

    def __exit__(self, *error: object) -> None:
        if self._is_on:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._handler)
            signal.setitimer(signal.ITIMER_REAL, *self._rest)


def _ring(number: int, frame: FrameType | None) -> None:
    raise Hang
