"""Freeze a member of a league that trains as it is now, whatever its rules say.

Example: arena league freeze leagues/tag good/main
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import tyro

from arena.errors import ArenaError
from arena.report import Report


@dataclass(frozen=True)
class Options:
    """Adds what a member is to the frozen players; nobody may be training in the league."""

    league: Annotated[str, tyro.conf.Positional]
    """the league's folder"""
    member: Annotated[str, tyro.conf.Positional]
    """a member by its name"""


def run(options: Options) -> Iterator[Report]:
    """The result names the frozen player."""
    from arena.verbs.season.editing import find_member, season_of
    from league.seasons.season import frozen

    with season_of(options.league) as edit:
        member = find_member(edit.season, options.member)
        if not member.seen or member.kept == len(member.seen):
            raise ArenaError(f"{member.name} is frozen as it is; let it train first")
        edit.write(frozen(edit.season, member, "by hand"))
    data = {"player": f"{member.name}@{edit.season.period}", "hash": member.seen[-1]}
    yield Report(text=f"{data['player']} is frozen in {options.league}", data=data, is_result=True)
