"""Errors that a user can cause: one short message, never a traceback."""

import difflib
import re
import traceback
from collections.abc import Iterable
from pathlib import Path

# control characters, and those that hide or turn text around
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """`text` without what could control a terminal: names and messages are data."""
    return CONTROL.sub("", text)


class ArenaError(Exception):
    """What is wrong, where, and what to do next. The command line prints it and exits with code 2."""


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint: the known word closest to `word`, or the list of known words."""
    words = sorted(known)
    close = difflib.get_close_matches(word, words, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(words) or 'none'}"


def blame(error: BaseException, file: str | Path | None) -> str:
    """`file.py:12: ZeroDivisionError: division by zero`: what went wrong, and the line of `file` that led to it."""
    name = Path(file or "").name
    if isinstance(error, SyntaxError) and Path(error.filename or "").name == name:
        return f"{name}:{error.lineno or 1}: {error.msg}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    said = (str(error).strip().splitlines() or [""])[-1]
    what = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return f"{name}:{lines[-1] if lines else 1}: {what}"
