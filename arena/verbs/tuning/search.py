"""What a search may try: from words on the command line to ranges and choices.

actor_lr=1e-4..1e-2    a number between the ends; evenly over its logarithm if one end is ten times the other
n_step=1..5            a whole number, since the ends are
gamma=0.8,0.9,0.95     one of these; also of words, or of lists such as hidden=[64,64],[128,128]
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from arena.errors import ArenaError
from arena.verbs.parts.values import assignments, literal

FORMS = "write NAME=LOW..HIGH or NAME=A,B,C"
LOG_RATIO = 10  # ends at least so many times apart are searched evenly over the logarithm

Space = Mapping[str, BaseDistribution]


def space_of(words: Iterable[str], fixed: Iterable[str] = ()) -> dict[str, BaseDistribution]:
    """What to try for each setting, by name; ArenaError if a word is none of the forms, or is also among `fixed`."""
    space: dict[str, BaseDistribution] = {}
    for word in words:
        name, sign, text = word.partition("=")
        if not name or not sign or not text:
            raise ArenaError(f"--search {word!r} says nothing to try; {FORMS}")
        if name in space:
            raise ArenaError(f"--search names {name} twice; {FORMS} once")
        if name in assignments(fixed):
            raise ArenaError(f"{name} is both searched and set; leave out --search {name} or --setting {name}")
        space[name] = _range(word, text) if ".." in text else _choices(word, text)
    if not space:
        raise ArenaError("nothing to search; name a setting, e.g. --search actor_lr=1e-4..1e-2")
    return space


def _range(word: str, text: str) -> BaseDistribution:
    low, _, high = text.partition("..")
    least, most = literal(low), literal(high)
    if type(least) not in (int, float) or type(most) not in (int, float) or not least < most:
        raise ArenaError(f"--search {word!r} is no range; {FORMS}, LOW below HIGH")
    is_log = 0 < least * LOG_RATIO <= most
    if isinstance(least, int) and isinstance(most, int):
        return IntDistribution(least, most, log=is_log)
    return FloatDistribution(least, most, log=is_log)


def _choices(word: str, text: str) -> BaseDistribution:
    """Choices are kept as words, so that numbers, lists and names are alike."""
    try:
        choices = [spelt(value) for value in json.loads(f"[{text}]")]
    except ValueError:
        choices = text.split(",")
    if len(set(choices)) < 2 or len(set(choices)) < len(choices) or "" in choices:
        raise ArenaError(f"--search {word!r} leaves no choice; {FORMS}, or give one value with --setting")
    return CategoricalDistribution(tuple(choices))


def spelt(value: Any) -> str:
    """A value as a word of the command line."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def setting_words(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The values that a trial takes as words for --setting."""
    return tuple(f"{name}={spelt(value)}" for name, value in values.items())


def tried(what: BaseDistribution) -> tuple[Any, ...]:
    """Both ends of a range, or all choices."""
    return tuple(what.choices if isinstance(what, CategoricalDistribution) else (what.low, what.high))  # type: ignore[attr-defined]


def corners(space: Space) -> Iterator[dict[str, Any]]:
    """Values to look at before a search begins: each end and each choice, with the first of every other setting."""
    extremes = {name: tried(what) for name, what in space.items()}
    first = {name: values[0] for name, values in extremes.items()}
    yield first
    yield from ({**first, name: value} for name, values in extremes.items() for value in values[1:])
