"""Games of others as `Game`s: what learners, playing, films and leagues need to know of them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any, NamedTuple

import numpy as np

from arena.errors import ArenaError
from arena.foreign.cast import ForeignSeat
from arena.foreign.maker import Maker, home_of
from arena.foreign.one_seat import SIDE
from arena.foreign.probe import Findings, probe
from arena.foreign.sides import sides_of
from arena.foreign.source import short_path
from arena.foreign.word import Plain, Word, checked_option, read_word, spell_word
from arena.foreign.worlds import ForeignWorlds
from arena.game import DRAW, Game

TIMEOUT_S = 60.0
WORLDS = 8


class Rules(NamedTuple):
    """What the arena adds to an environment."""

    max_cycles: int = 0  # steps after which a game is cut; 0: the environment's own limit, or 10,000
    sides: str = ""  # who shares a score, see `sides_of`
    draw_margin: float = 0.0  # two sides draw if their mean returns differ by no more
    frame_stack: int = 1  # how many observations a seat sees at once

    def check(self, name: str) -> "Rules":
        """These rules, each of its type; ArenaError names one that cannot be."""
        return self._replace(
            max_cycles=_checked(name, "max_cycles", self.max_cycles, int, 0),
            sides=str(self.sides),
            draw_margin=float(_checked(name, "draw_margin", self.draw_margin, float, 0)),
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class ForeignGame(Game):
    """An environment with its options filled in."""

    name: str
    version: int
    story: str
    cycles: int
    batch_legs: int
    train_worlds: int
    legs_per_worker: int = 64
    maker: Maker = field(repr=False)
    found: Findings = field(repr=False)
    side_of: tuple[str, ...]  # [A]
    options: dict[str, Plain]  # the environment's
    rules: Rules
    timeout_s: float  # how long making, resetting or stepping a copy may take

    @property
    def seats(self) -> tuple[ForeignSeat, ...]:
        return self.found.cast.seats(self.side_of)

    @property
    def metric_names(self) -> tuple[str, ...]:
        return self.found.metrics

    @property
    def parameters(self) -> dict[str, Any]:
        """The environment's options, and the rules."""
        return {**self.options, **self.rules._asdict()}

    @property
    def word(self) -> str:
        """What calls this game, without what is as it is by default; "" if only this process can make it."""
        if not self.maker.is_portable:
            return ""
        usual = {**Rules._field_defaults, "timeout_s": TIMEOUT_S}
        said = {**self.rules._asdict(), "timeout_s": self.timeout_s}
        changed = {key: value for key, value in said.items() if value != usual[key]}
        return spell_word(self.name, {**self.options, **changed})

    @property
    def packages(self) -> tuple[str, ...]:
        """That of the environment, and those that it is played through."""
        home = self.maker.path or getattr(self.maker.function, "__module__", "__main__")
        return ("pettingzoo", "gymnasium", "supersuit", re.split("[.:]", home)[0])

    @property
    def has_outcome(self) -> bool:
        """Whether two sides play: the one with the greater return wins."""
        return len(self.sides) == 2

    def open(self, count: int, *, threads: int | None = None, restarts: bool = True) -> ForeignWorlds:
        """`count` copies: in this process if `threads` is 1, in so many others, or in those that make it fastest."""
        return ForeignWorlds(self, count, threads=threads, restarts=restarts)

    def winner(self, returns: np.ndarray) -> np.ndarray:
        """The side that won games of `returns` [G, A], or DRAW, int64 [G]: two sides, by more than the margin."""
        if not self.has_outcome:
            return np.full(len(returns), DRAW)
        first, second = (returns[:, list(seats)].mean(1) for seats in self.sides.values())
        lead = first - second
        return np.where(np.abs(lead) <= self.rules.draw_margin, DRAW, np.where(lead > 0, 0, 1))

    def rest_action(self) -> np.ndarray:
        """What a seat does that has acted illegally, [A, U]."""
        rest = np.zeros((len(self.seats), self.action_width), np.float32)
        for row, hand in zip(rest, self.found.cast.hands, strict=True):
            hand.rest(row)
        return rest


def from_pettingzoo(
    make_env: Callable[..., Any],
    worlds: int = WORLDS,
    sides: str | None = None,
    *,
    draw_margin: float = 0.0,
    max_cycles: int = 0,
    frame_stack: int = 1,
    timeout_s: float = TIMEOUT_S,
    **options: Any,
) -> ForeignGame:
    """The game of the `ParallelEnv` that `make_env(**options)` makes, for everything that takes a scenario.

    worlds: how many copies run at once unless someone asks for another number.
    sides: who shares a score, "chasers=agent_0,agent_1;runner=agent_2"; else the names of agents without their number.
    draw_margin: two sides draw if their mean returns differ by no more.
    max_cycles: steps after which a game is cut; by default the environment's own limit, or 10,000.
    frame_stack: how many observations a seat sees at once.
    timeout_s: how long the environment may take to be made, to reset or to step.

    A seat's score is its return. Numbers in `infos` are metrics, as reported last in a game. Copies run in worker
    processes where that is faster and `make_env` can be imported there: a lambda's copies stay in this process.
    """
    if not callable(make_env):
        raise ArenaError(
            f"from_pettingzoo takes the function that makes an environment, not a {type(make_env).__name__}; "
            "give for example lambda: knights_archers_zombies_v11.parallel_env()"
        )
    home = home_of(make_env)
    path = short_path(home) if home else getattr(make_env, "__name__", type(make_env).__name__)
    rules = Rules(max_cycles, sides or "", draw_margin, frame_stack)
    # a function that other processes can find is found by them and here; else only this process has it
    maker = Maker(f"pettingzoo:{path}", "pettingzoo", path if home else "", function=None if home else make_env)
    return _assemble(maker, options, rules, worlds, timeout_s)


def load(
    word: str,
    max_cycles: int = 0,
    sides: str = "",
    draw_margin: float = 0.0,
    frame_stack: int = 1,
    timeout_s: float = TIMEOUT_S,
    **options: Any,
) -> ForeignGame:
    """The game that `word` calls: `pettingzoo:module.name?option=value` or `gym:NAME?option=value`.

    What can be given here, see `from_pettingzoo`, can stand in the word, too; where both say something, this holds.
    """
    parts = _parts(word)
    written = {**parts.options, **options}
    timeout_s = written.pop("timeout_s", timeout_s)
    given = Rules(max_cycles, sides, draw_margin, frame_stack)._asdict()
    rules = Rules(**{key: written.pop(key, default) for key, default in Rules._field_defaults.items()})
    rules = rules._replace(**{key: value for key, value in given.items() if value != Rules._field_defaults[key]})
    return _assemble(Maker(parts.name, parts.kind, parts.path), written, rules, WORLDS, timeout_s)


def taken_apart(word: str) -> tuple[str, dict[str, Plain]]:
    """What the game that `word` calls is named in cards and ledgers, and the options in it; imports nothing of it."""
    parts = _parts(word)
    return parts.name, {key: value for key, value in parts.options.items() if key != "timeout_s"}


def _parts(word: str) -> Word:
    parts = read_word(word)
    return replace(parts, path=short_path(parts.path)) if parts.kind == "pettingzoo" else parts


def _assemble(maker: Maker, options: Mapping[str, Any], rules: Rules, worlds: int, timeout_s: float) -> ForeignGame:
    """The game of a maker that gets its options here, after a look at a copy of it."""
    name = maker.name
    plain = {key: checked_option(name, key, value) for key, value in options.items()}
    timeout_s = float(_checked(name, "timeout_s", timeout_s, float, 0.01))
    rules = rules.check(name)
    maker = replace(maker, options=plain, max_cycles=rules.max_cycles, frame_stack=rules.frame_stack)
    found = probe(maker, timeout_s)
    maker = replace(maker, is_single_use=found.leaves_traces)
    is_team = maker.kind == "gym" and not rules.sides
    version = re.search(r"[_-]v(\d+)$", name)
    return ForeignGame(
        name=name,
        version=int(version[1]) if version else 1,
        story=f"The environment {found.title}, played through an adapter.",
        cycles=rules.max_cycles or found.cycles,
        batch_legs=(copies := _checked(name, "worlds", worlds, int, 1)),
        train_worlds=copies,
        maker=maker,
        found=found,
        side_of=(SIDE,) if is_team else sides_of(name, found.cast.names, rules.sides),
        options=plain,
        rules=rules,
        timeout_s=timeout_s,
    )


def _checked(name: str, option: str, value: Any, kind: type, lowest: float) -> Any:
    """A number from `lowest` up; ArenaError if it is none."""
    fits = isinstance(value, int if kind is int else int | float) and not isinstance(value, bool)
    if fits and lowest <= value < inf:
        return value
    word = "a whole number" if kind is int else "a number"
    raise ArenaError(f"{name}: {option} must be {word} from {lowest:g} up, not {value!r}")
