"""Finding a rating model by its name, and what can be set of it."""

import importlib
import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from arena.errors import ArenaError, nearest
from league.ratings.rated import Rated
from league.ratings.results import Results

MOST = 1_000_000  # of any setting

Rate = Callable[..., Rated]  # (results, **settings)


def models() -> tuple[str, ...]:
    """The names of the models: the files of this folder with a function rate(), which are not imported for it."""
    files = sorted(Path(__file__).parent.glob("[a-z]*.py"))
    return tuple(file.stem.replace("_", "-") for file in files if "\ndef rate(" in file.read_text(encoding="utf-8"))


def find_model(name: str) -> Rate:
    """The function rate() of a model; ArenaError if there is no model of that name."""
    word = name.lower().replace("_", "-")
    if word not in models():
        raise ArenaError(f"there is no rating model {name!r}; {nearest(word, models())}")
    rate: Rate = importlib.import_module(f"league.ratings.{word.replace('-', '_')}").rate
    return rate


def rate_with(name: str, results: Results, settings: Mapping[str, Any]) -> Rated:
    """The ratings by a model with these settings; ArenaError if it has no such setting or not of that kind."""
    rate = find_model(name)
    known = {p.name: p for p in inspect.signature(rate).parameters.values() if p.kind is p.KEYWORD_ONLY}
    for setting, value in settings.items():
        if setting not in known:
            raise ArenaError(f"{name} has no setting {setting!r}; {nearest(setting, known)}")
        is_whole = isinstance(known[setting].default, int)
        if isinstance(value, bool) or not isinstance(value, int if is_whole else (int, float)):
            raise ArenaError(f"the setting {setting} of {name} is a {'whole ' * is_whole}number, not {value!r}")
        if not abs(value) <= MOST:
            raise ArenaError(f"the setting {setting} of {name} must lie within +-{MOST:,}, not {value!r}")
    return rate(results, **settings)
