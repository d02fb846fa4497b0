"""Finding roles by their names, and leagues by those of their presets."""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from arena.errors import ArenaError, nearest
from arena.game import Game
from league.seasons.roster import Member
from league.seasons.rules import Rules
from league.seasons.view import View


class Role(Protocol):
    """A file of league/seasons/roles."""

    def chances(self, view: View, rules: Rules) -> np.ndarray:
        """Against whom it trains, [K]; sums to one."""
        ...

    def due(self, view: View, rules: Rules) -> str:
        """Why it is to be frozen now, or an empty text."""
        ...

    def earliest(self, rules: Rules) -> int:
        """The periods before which it is never frozen."""
        ...

    def restarts(self, view: View, rules: Rules) -> float:
        """The chance that it starts anew once it was frozen."""
        ...


@dataclass(frozen=True)
class Preset:
    """The roles of each side, and the rules that differ from the defaults."""

    roles: tuple[str, ...]
    rules: Mapping[str, Any] = field(default_factory=dict)


PRESETS = {
    "naive": Preset(("naive",)),
    "fictitious": Preset(("fictitious",)),
    "pfsp": Preset(("pfsp",), {"fade": 0.5}),
    "alphastar": Preset(("main", "main_exploiter", "league_exploiter"), {"fade": 0.5}),
    "psro": Preset(("oracle",), {"newcomer": 40, "every": 1}),
    "fcp": Preset(("soloist", "soloist", "soloist", "partner")),
}
COOPERATIVE = ("soloist", "partner")  # the roles of games of one side, where nobody is beaten


def roles() -> tuple[str, ...]:
    """The names of the roles: the files of the folder."""
    return tuple(sorted(file.stem for file in (Path(__file__).parent / "roles").glob("[a-z]*.py")))


def find_role(name: str) -> Role:
    """The rules of a role; ArenaError if there is none of that name."""
    word = name.replace("-", "_")
    if word not in roles():
        raise ArenaError(f"there is no role {name!r}; {nearest(word, roles())}")
    found: Role = importlib.import_module(f"league.seasons.roles.{word}")  # type: ignore[assignment]
    return found


def find_preset(name: str) -> Preset:
    """A preset by its name; ArenaError if there is none."""
    if name not in PRESETS:
        raise ArenaError(f"there is no league preset {name!r}; {nearest(name, PRESETS)}")
    return PRESETS[name]


def check_roles(names: Sequence[str], game: Game) -> None:
    """ArenaError for roles that a game has no use for."""
    takes_partners = len(game.sides) == 1
    for name in names:
        find_role(name)
        if (name in COOPERATIVE) != takes_partners:
            fitting = COOPERATIVE if takes_partners else sorted(set(roles()) - set(COOPERATIVE))
            count, hint = ("one side", "; the preset is fcp") if takes_partners else (f"{len(game.sides)} sides", "")
            raise ArenaError(
                f"{game.name} has {count}, and {name} is no role for that: there are {', '.join(fitting)}{hint}"
            )


def members_of(sides: Sequence[str], roles_of: Mapping[str, Sequence[str]]) -> tuple[Member, ...]:
    """The members of each side by the roles given to it, named SIDE/ROLE, and from the second of a role SIDE/ROLE-2."""
    members = []
    for side in sides:
        had: dict[str, int] = {}
        for role in roles_of[side]:
            had[role] = had.get(role, 0) + 1
            number = f"-{had[role]}" if had[role] > 1 else ""
            members.append(Member(f"{side}/{role}{number}", side, role))
    return tuple(members)


def rules_of(preset: Preset, chosen: Mapping[str, Any]) -> Rules:
    """The rules of a preset with those that are chosen; ArenaError for one that there is not, or of another kind."""
    known = {field.name: field.type for field in fields(Rules)}
    for name, value in chosen.items():
        if name not in known:
            raise ArenaError(f"a league has no rule {name!r}; {nearest(name, known)}")
        default = getattr(Rules, name)
        kinds = (int, float) if isinstance(default, float) else (type(default),)
        if isinstance(value, bool) or not isinstance(value, kinds):
            raise ArenaError(f"--rule {name}={value}: it takes {type(default).__name__}, as in {name}={default}")
    return replace(Rules(), **{**preset.rules, **chosen})
