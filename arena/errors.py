"""Errors that a user can cause: one short message, never a traceback."""

import difflib
from collections.abc import Iterable


class ArenaError(Exception):
    """What is wrong, where, and what to do next. The command line prints it and exits with code 2."""


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint: the known word closest to `word`, or the list of known words."""
    words = sorted(known)
    close = difflib.get_close_matches(word, words, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(words) or 'none'}"
