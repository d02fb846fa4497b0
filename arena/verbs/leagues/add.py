"""Add a player to those that the members of a league train against.

Example: arena league add leagues/tag runs/ddpg

Example: arena league add leagues/tag greedy --side adversary
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import tyro

from arena.report import Report


@dataclass(frozen=True)
class Options:
    """Copies a player into the league, frozen; nobody may be training in the league."""

    league: Annotated[str, tyro.conf.Positional]
    """the league's folder"""
    player: Annotated[str, tyro.conf.Positional]
    """a run, a checkpoint or a scripted player"""
    side: str = ""
    """the side that it holds; the default is every side that it can hold"""
    act: str = ""
    """sample or greedy, instead of what its card says"""


def run(options: Options) -> Iterator[Report]:
    """The result says which sides it holds now."""
    from arena.verbs.season.editing import season_of

    with season_of(options.league) as edit:
        sides = edit.add(options.player, options.side, options.act)
    told = " and ".join(sides)
    text = f"{options.player} is among the frozen players of {options.league}, as {told}"
    yield Report(text=text, data={"player": options.player, "sides": sides}, is_result=True)
