"""Changing a league that trains, between two of its periods."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from arena.catalog import load_game
from arena.errors import ArenaError, nearest
from arena.verbs.parts.entries import find_entry
from arena.verbs.parts.league_folder import LeagueFolder
from arena.verbs.parts.tryout import try_out
from arena.verbs.parts.values import assignments
from arena.verbs.season.folder import SeasonFolder
from arena.verbs.season.reading import options_of, read
from league.records.ledger import Ledger
from league.seasons.evidence import Knowledge
from league.seasons.roster import Event, Frozen, Member, Season


@dataclass
class Edit:
    """A league that is held for a change."""

    folder: SeasonFolder
    season: Season
    ledger: Ledger

    def write(self, season: Season) -> None:
        """Writes the season down; the networks are those of its period, as before."""
        self.folder.write(season)
        self.season = season

    def knowledge(self) -> Knowledge:
        """The season with what the ledger says of it."""
        return read(str(self.folder.path)).knowledge

    def add(self, word: str, side: str, act: str) -> list[str]:
        """Adds a player to the frozen ones, on a side or on all that it can hold; returns them."""
        options = options_of(str(self.folder.path))
        game = load_game(options.scenario, **assignments(options.option))
        entry = find_entry(word, act)
        player = entry.load(game)
        sides = [side] if side else list(player.sides)
        if wrong := [name for name in sides if name not in player.sides]:
            raise ArenaError(f"{word} cannot hold the side {wrong[0]!r}; {nearest(wrong[0], player.sides)}")
        there = {(frozen.hash, frozen.side) for frozen in self.season.frozen}
        if all((player.hash, name) in there for name in sides):
            raise ArenaError(f"{word} is among the frozen players of {self.folder.path} already")
        try_out([player], game)
        LeagueFolder(self.folder.path).enter(self.ledger, [(entry, player)])
        name, period = f"guest/{player.name}", self.season.period
        new = [Frozen(player.hash, name, own, "guest", period, "", "added") for own in sides]
        frozen = (*self.season.frozen, *(one for one in new if (one.hash, one.side) not in there))
        events = (*self.season.events, Event(period, name, "added", " and ".join(sides)))
        self.write(replace(self.season, frozen=frozen, events=events))
        return sides


@contextmanager
def season_of(league: str) -> Iterator[Edit]:
    """Holds a league that trains; ArenaError if another process does, or if there is none."""
    options_of(league)
    folder = SeasonFolder(Path(league))
    with LeagueFolder(folder.path).reopen() as ledger:
        yield Edit(folder, folder.begun(), ledger)


def find_member(season: Season, name: str) -> Member:
    """A member by its name; ArenaError for one that is not there."""
    known = {member.name: member for member in season.members}
    if name not in known:
        raise ArenaError(f"there is no member {name!r}; {nearest(name, known)}")
    return known[name]
