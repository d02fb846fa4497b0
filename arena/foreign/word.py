"""The words by which games of others are called: `pettingzoo:module.name?option=value&option=value`, `gym:NAME`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, TypeAlias
from urllib.parse import quote, unquote

from arena.errors import ArenaError, nearest

Plain: TypeAlias = bool | int | float | str
KINDS = ("pettingzoo", "gym")
UNQUOTED = ",;=:./+ "  # signs that a value may hold as they are


@dataclass(frozen=True)
class Word:
    """A word taken apart."""

    kind: str  # one of KINDS
    path: str  # module and function, or the id of a Gymnasium environment
    options: dict[str, Plain]

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.path}"


def read_word(word: str) -> Word:
    """The parts of a word; ArenaError if it is not one."""
    name, _, query = word.partition("?")
    kind, sign, path = name.partition(":")
    if kind not in KINDS or not sign:
        raise ArenaError(f"{word!r} is not {' or '.join(f'{kind}:NAME' for kind in KINDS)}; {nearest(kind, KINDS)}")
    if not path:
        raise ArenaError(f"{word!r} names no environment; write for example {kind}:{_example(kind)}")
    return Word(kind, path, dict(_read_option(word, part) for part in query.split("&") if part))


def spell_word(name: str, options: Mapping[str, Plain]) -> str:
    """The word of a game: what `read_word` takes apart again."""
    query = "&".join(f"{key}={_spell(value)}" for key, value in options.items())
    return f"{name}?{query}" if query else name


def checked_option(name: str, key: str, value: Any) -> Plain:
    """`value` if it can stand in a word; ArenaError if it cannot."""
    if isinstance(value, bool | int | str) or (isinstance(value, float) and isfinite(value)):
        return value
    raise ArenaError(f"{name}: option {key} must be a number, true, false or a text, not {value!r}")


def _example(kind: str) -> str:
    return "CartPole-v1" if kind == "gym" else "butterfly.knights_archers_zombies_v11"


def _read_option(word: str, part: str) -> tuple[str, Plain]:
    key, sign, value = part.partition("=")
    if not key.isidentifier() or not sign:
        raise ArenaError(f"{word!r}: {part!r} is not OPTION=VALUE; write for example ?max_cycles=200&draw_margin=0.5")
    return key, _literal(unquote(value))


def _literal(text: str) -> Plain:
    """A number, true or false if the text is one, else the text itself."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    is_plain = isinstance(value, bool | int) or (isinstance(value, float) and isfinite(value))
    return value if is_plain else text


def _spell(value: Plain) -> str:
    return quote(value, safe=UNQUOTED) if isinstance(value, str) else json.dumps(value)
