"""A league as it is checked: all of its legs, and who can play them again."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from arena.errors import ArenaError
from arena.game import Game
from arena.games import Games
from arena.verbs.parts.entries import Entry, league_entry
from arena.verbs.parts.league_folder import LeagueFolder
from league.records.ledger import Entrant, spec_of
from league.records.schema import differences


@dataclass(frozen=True)
class Played:
    """What lies in a league's folder, read once."""

    path: Path
    spec: Mapping[str, Any]
    game: Game
    entrants: Mapping[str, Entrant]
    games: Games  # all finished legs
    environment: np.ndarray  # [G] which of `environments` played each
    environments: list[str]

    @classmethod
    def of(cls, folder: LeagueFolder, game: Game) -> "Played":
        """ArenaError if the ledger is damaged, or if the game is not that which was played."""
        with folder.read() as ledger:
            check_game(folder.path, ledger.spec, game)
            environments, blocks = list(ledger.environments()), ledger.blocks()
            number = [np.full(len(games), environments.index(text)) for games, text in blocks]
            environment = np.concatenate([np.zeros(0, np.int64), *number])
            return cls(folder.path, ledger.spec, game, ledger.entrants(), ledger.read(), environment, environments)

    @property
    def names(self) -> dict[str, str]:
        """What the players are called, by content hash."""
        return {entrant.hash: entrant.name for entrant in self.entrants.values()}

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """The players that are still what they were when they entered, by content hash."""
        return {player: entry for player in self.entrants if isinstance(entry := self._entry(player), Entry)}

    @cached_property
    def changed(self) -> dict[str, str]:
        """What is wrong with the others."""
        return {player: why for player in self.entrants if isinstance(why := self._entry(player), str)}

    def _entry(self, player: str) -> Entry | str:
        try:
            entry = league_entry(self.path, self.entrants[player])
            found = entry.load(self.game).hash
        except ArenaError as error:
            return str(error)
        return entry if found == player else f"{entry.folder or entry.script} is not what it was when it entered"


def check_game(path: Path, spec: Mapping[str, Any], game: Game) -> None:
    """ArenaError if the specification of a ledger is not that of this game."""
    known = spec_of(game, spec["tournament_seed"])
    if what := differences({key: spec.get(key) for key in known}, known, "in its ledger", "in the game here"):
        raise ArenaError(f"{path} was not played with the game that is here: {what}; check it where that is installed")
