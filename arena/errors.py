"""Errors that a user can cause: one short message, never a traceback."""

import difflib
import re
import traceback
from collections.abc import Iterable
from pathlib import Path

# control characters, and those that hide or turn text around
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")

MOST_WORDS = 20  # of a hint


def visible(text: str) -> str:
    """`text` without what could control a terminal: names and messages are data."""
    return CONTROL.sub("", text)


class ArenaError(Exception):
    """What is wrong, where, and what to do next. The command line prints it and exits with code 2."""


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint: the known word closest to `word`, or the list of known words, if need be shortened."""
    words = sorted(known)
    close = difflib.get_close_matches(word, words, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    more = f", and {len(words) - MOST_WORDS} more" if len(words) > MOST_WORDS else ""
    return f"known: {', '.join(words[:MOST_WORDS]) or 'none'}{more}"


def blame(error: BaseException, file: str | Path | None) -> str:
    """`file.py:12: ZeroDivisionError: division by zero`: what went wrong, and the line of `file` that led to it."""
    name = Path(file or "").name
    if isinstance(error, SyntaxError) and Path(error.filename or "").name == name:
        return f"{name}:{error.lineno or 1}: {error.msg}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    said = (str(error).strip().splitlines() or [""])[-1]
    what = f"{type(error).__name__}: {said}" if said else type(error).__name__
    if isinstance(error, TypeError) and said.endswith("got None"):  # by Numba, which does not say where
        return f"{name}: a function that returns a number returns nothing on some way through it ({said})"
    return f"{name}:{lines[-1] if lines else 1}: {what}"
