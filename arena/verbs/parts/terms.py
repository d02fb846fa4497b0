"""What a tournament is held by: its plan, which its ledger holds, and how far it goes, which may be said anew."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from arena.errors import ArenaError
from arena.files import read_json, write_json
from league.course import MOST_PAIRS
from league.plan import Plan, check_rules
from league.schedules.adaptive import CAP
from league.schedules.catalog import ROUND_ROBIN, find_name

FILE = "budget.json"  # in the folder of a league
PAIRS, STEP, ADAPTIVE_PAIRS = 200, 50, 10  # unless said otherwise; a step of a schedule that grows; adaptive: a player
WITHIN = 30.0  # where an adaptive tournament ends unless told


@dataclass(frozen=True)
class Asked:
    """What the command line says; nothing where it is silent."""

    format: str = ""
    pairs: int | None = None
    rules: Mapping[str, Any] = field(default_factory=dict)
    within: float | None = None
    minutes: float | None = None


@dataclass(frozen=True)
class Terms:
    """What a tournament is held by."""

    plan: Plan
    within: float = 0.0  # stop when every rating is so near; 0: play all there is

    def save(self, folder: Path) -> None:
        """Writes down how far it goes."""
        write_json(folder / FILE, {"pairs": self.plan.pairs, "within": self.within})

    @property
    def text(self) -> str:
        """How it ends, in words; nothing of what is clear."""
        if not self.within:
            return ""
        cap = self.plan.rules.get("cap", CAP)
        most = f"{cap:,} pairs a player" if self.plan.is_adaptive else f"{MOST_PAIRS:,} pairs a pairing"
        return f"it ends when every rating is within +-{self.within:g}, or with {most}"


def new_terms(asked: Asked) -> Terms:
    """The terms of a new tournament; ArenaError for what cannot be."""
    check_numbers(asked)
    name = find_name(asked.format or ROUND_ROBIN)
    check_rules(name, asked.rules)
    plan = Plan(name, 1, dict(asked.rules))
    within = asked.within or (WITHIN if plan.is_adaptive else 0.0)
    check_within(plan, within)
    pairs = asked.pairs or (ADAPTIVE_PAIRS if plan.is_adaptive else STEP if within else PAIRS)
    return Terms(replace(plan, pairs=pairs, grows=bool(within) and not plan.is_adaptive), within)


def resumed(asked: Asked, folder: Path, plan: Plan, reached: int) -> Terms:
    """The terms of a league that goes on, whose legs reach so many pairs; ArenaError for what contradicts its plan."""
    check_numbers(asked)
    if asked.format and (name := find_name(asked.format)) != plan.name:
        raise ArenaError(f"{folder} is played as {plan.name}, not {name}; leave --format out, or choose another --out")
    check_rules(plan.name, asked.rules)
    for rule, value in asked.rules.items():
        if plan.rules.get(rule) != value:
            held = f"{rule} = {plan.rules[rule]}" if rule in plan.rules else f"the default of {rule}"
            raise ArenaError(f"{folder} has {held}, not {value}; leave --rule out, or choose another --out")
    if asked.pairs and not plan.is_extendable and asked.pairs != plan.pairs:
        raise ArenaError(
            f"{folder} has {plan.pairs} pairs, on which its rounds depend, not {asked.pairs}; leave --pairs out"
        )
    check_within(plan, asked.within or 0.0)
    saved = read_saved(folder)
    says_anew = asked.pairs and plan.is_extendable
    within = asked.within or (0.0 if says_anew else saved.within) or (WITHIN if plan.is_adaptive else 0.0)
    if not plan.is_extendable:
        return Terms(plan, within)
    if not asked.pairs and within:
        pairs = saved.plan.pairs if saved.within else STEP
    else:
        pairs = asked.pairs or max(saved.plan.pairs, reached) or PAIRS
    return Terms(replace(plan, pairs=pairs, grows=bool(within)), within)


def read_saved(folder: Path) -> Terms:
    """What was written down by `save`, of 0 pairs if nothing was; ArenaError if the file is damaged."""
    if not (folder / FILE).is_file():
        return Terms(Plan(pairs=0))
    said = read_json(folder / FILE)
    if isinstance(said, dict):
        pairs, within = said.get("pairs"), said.get("within")
        if isinstance(pairs, int) and pairs > 0 and isinstance(within, int | float) and 0 <= within < math.inf:
            return Terms(Plan(pairs=pairs), float(within))
    raise ArenaError(f"{folder / FILE} is damaged; delete it, and say --pairs or --within again")


def check_numbers(asked: Asked) -> None:
    """ArenaError for a budget that is none."""
    if asked.pairs is not None and asked.pairs < 1:
        raise ArenaError(f"--pairs must be at least 1, not {asked.pairs}")
    for name in ("within", "minutes"):
        value = getattr(asked, name)
        if value is not None and not 0 < value < math.inf:
            raise ArenaError(f"--{name} must be above 0, not {value:g}")


def check_within(plan: Plan, within: float) -> None:
    """ArenaError if a precision is asked of a format that ends by itself."""
    if within and not (plan.name == ROUND_ROBIN or plan.is_adaptive):
        raise ArenaError(f"--within is for adaptive and round-robin; {plan.name} ends by its own rules: leave it out")
