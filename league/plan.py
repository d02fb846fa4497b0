"""The plan of a tournament: its format, the pairs of a pairing, and the format's rules, as a ledger holds them."""

import inspect
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from arena.errors import ArenaError, nearest
from league.schedules.catalog import ADAPTIVE, ROUND_ROBIN, SCHEDULES, find_format, find_name

KEY = "format"  # of a ledger's specification
GAUNTLET = "gauntlet"
EXTENDABLE = (*SCHEDULES, GAUNTLET)  # more pairs, and more players, add legs and change none
KINDS = {int: "a whole number above 0", float: "a number above 0", bool: "true or false"}

Rule = bool | int | float


@dataclass(frozen=True)
class Plan:
    """What decides, with the results, who meets whom."""

    name: str = ROUND_ROBIN
    pairs: int = 1  # worlds that a pairing of a round plays; adaptive: pairs a player and round
    rules: Mapping[str, Rule] = field(default_factory=dict)  # of the format, where they are not its defaults
    grows: bool = False  # in rounds of `pairs` that go on until somebody stops them, if all legs are known at once

    @property
    def is_extendable(self) -> bool:
        """Whether more pairs can be added later."""
        return self.name in EXTENDABLE

    @property
    def is_adaptive(self) -> bool:
        """Whether it ends only by precision or by its cap."""
        return self.name == ADAPTIVE

    @property
    def is_open(self) -> bool:
        """Whether players can join later: they add legs and change none, or are there from the next round on."""
        return self.is_extendable or self.is_adaptive

    @property
    def entry(self) -> dict[str, Any]:
        """What a ledger's specification says of it: nothing of a round-robin, and no pairs where they may grow."""
        if self.name == ROUND_ROBIN:
            return {}
        pairs = {} if self.is_extendable else {"pairs": self.pairs}
        return {KEY: {"name": self.name, **pairs, **({"rules": dict(self.rules)} if self.rules else {})}}

    @classmethod
    def of(cls, spec: Mapping[str, Any]) -> Self:
        """The plan in a ledger's specification; pairs that may grow are not in it, and 1. ArenaError if it is none."""
        said = spec.get(KEY, {"name": ROUND_ROBIN})
        try:
            plan = cls(find_name(said["name"]), said.get("pairs", 1), dict(said.get("rules", {})))
            if type(plan.pairs) is int and plan.pairs > 0:
                check_rules(plan.name, plan.rules)
                return plan
        except (TypeError, KeyError, AttributeError, ValueError):
            pass
        raise ArenaError(f"the ledger's specification has a damaged format, {said!r}; put back a copy of the file")


def rules_of(name: str) -> dict[str, inspect.Parameter]:
    """The rules of a format: what its next_round() can be told besides the pairs."""
    if name in SCHEDULES:
        return {}
    known = inspect.signature(find_format(name)).parameters.values()
    return {p.name: p for p in known if p.kind is p.KEYWORD_ONLY and p.name != "pairs"}


def check_rules(name: str, rules: Mapping[str, Any]) -> None:
    """ArenaError for a rule that the format does not have, that is of the wrong kind, or that changes nothing."""
    known = rules_of(name)
    for rule, value in rules.items():
        if rule not in known:
            hint = nearest(rule, known) if known else "leave it out"
            raise ArenaError(f"{name} has no rule {rule!r}; {hint}")
        kind = known[rule].annotation
        if not _is_of(value, kind):
            raise ArenaError(f"the rule {rule} of {name} is {KINDS[kind]}, not {value!r}")
        if value == known[rule].default:
            raise ArenaError(f"{rule} = {value!r} is the rule of {name} anyway; leave it out")


def _is_of(value: Any, kind: type) -> bool:
    if kind is bool:
        return isinstance(value, bool)
    allowed = (int,) if kind is int else (int, float)
    return isinstance(value, allowed) and not isinstance(value, bool) and 0 < value < math.inf
