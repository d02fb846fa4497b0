"""Reading NAME=VALUE words and other small things that verbs share."""

import json
import os
from collections.abc import Iterable
from typing import Any

from arena.errors import ArenaError


def assignments(words: Iterable[str]) -> dict[str, Any]:
    """{"N": 4, "hard": True} from ["N=4", "hard=true"]; ArenaError if a word is not NAME=VALUE."""
    values = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not name or not sign:
            raise ArenaError(f"{word!r} is not NAME=VALUE; write for example N=4")
        values[name] = literal(value)
    return values


def literal(text: str) -> Any:
    """A number, true, false or a list if the text is one, else the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def set_threads(threads: int) -> None:
    """How many threads torch may use; 0: one a core."""
    import torch

    if threads < 0:
        raise ArenaError(f"--threads must be 0 or more, not {threads}")
    torch.set_num_threads(threads or os.cpu_count() or 1)
