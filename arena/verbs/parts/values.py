"""Reading NAME=VALUE words and other small things that verbs share."""

import json
import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from arena.errors import ArenaError

ROWS_OF_ONE_THREAD = 1024


def assignments(words: Iterable[str]) -> dict[str, Any]:
    """{"N": 4, "hard": True} from ["N=4", "hard=true"], or from one such word; ArenaError if one is not NAME=VALUE."""
    values = {}
    for word in [words] if isinstance(words, str) else words:
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


def set_threads(threads: int, rows: int) -> None:
    """How many threads torch may use; 0 decides by `rows`, the rows of a batch of all members.

    At 512 rows a second thread saves a tenth of an update on an idle machine, and makes it several times slower on a
    busy one, where each operation waits for the thread that was put off.
    """
    import torch

    cores = os.cpu_count() or 1
    if not 0 <= threads <= 4 * cores:
        raise ArenaError(f"--threads must lie between 0 and {4 * cores}, four for each core, not {threads}")
    torch.set_num_threads(threads or (1 if rows <= ROWS_OF_ONE_THREAD else cores))


def check_same(path: Path, config: Mapping[str, Any], what: str) -> None:
    """ArenaError if the file config.toml of a run or search says anything else than the options that resume it."""
    try:
        saved = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ArenaError(f"{path} cannot be read: {error}") from None
    for key, value in json.loads(json.dumps(config)).items():
        then = saved.get(key)
        if then == value:
            continue
        if isinstance(value, dict) and isinstance(then, dict) and then.keys() == value.keys():
            raise ArenaError(f"{path}: {', '.join(value)} changed since the {what} began; put back what it was then")
        raise ArenaError(f"{path}: the {what} has {key} = {then!r}, not {value!r}; resume it as it was")
