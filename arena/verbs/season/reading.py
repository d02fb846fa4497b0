"""Reading a league that trains, without disturbing it."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from arena.errors import ArenaError, nearest
from arena.game import Game
from arena.games import Games
from arena.verbs.leagues import train
from arena.verbs.parts.values import assignments
from arena.verbs.season.folder import CONFIG, SeasonFolder
from league.records.ledger import Entrant, Ledger
from league.records.legs import is_finished
from league.records.recorded import RecordedGame
from league.seasons.catalog import find_preset, rules_of
from league.seasons.evidence import Evidence, Knowledge


@dataclass(frozen=True)
class Read:
    """What is known of a league."""

    options: train.Options
    knowledge: Knowledge
    games: Games
    game: Game  # as its records tell of it
    folder: Path
    entrants: Mapping[str, Entrant]
    step: int  # world steps that each member has taken

    @property
    def rules(self) -> dict[str, Any]:
        """The rules by name."""
        return asdict(self.knowledge.rules)


def read(league: str) -> Read:
    """The league in a folder; ArenaError if none trains there."""
    options, folder = options_of(league), SeasonFolder(Path(league))
    season = folder.begun()
    with Ledger.read_only(folder.path / "ledger.sqlite") as ledger:
        games, game, entrants = ledger.read(), RecordedGame(ledger.spec), ledger.entrants()
    games = games[is_finished(games)]
    step = max((row["step"] for row in folder.metrics.rows() if row["period"] <= season.period), default=0)
    rules = rules_of(find_preset(options.preset), assignments(options.rule))
    return Read(options, Knowledge(season, Evidence.of(games, game), rules), games, game, folder.path, entrants, step)


def options_of(league: str, **changes: Any) -> train.Options:
    """The options that a league was begun with, to go on with it; ArenaError if none trains there."""
    path = Path(league) / CONFIG
    if not path.is_file():
        raise ArenaError(f"{league} holds no league that trains; begin one with: arena league train SCENARIO")
    try:
        saved = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ArenaError(f"{path} cannot be read: {error}") from None
    known = {field.name for field in fields(train.Options)} - set(train.NOT_IDENTITY)
    if unknown := sorted(set(saved) - known):
        raise ArenaError(f"{path}: there is no option {unknown[0]!r}; {nearest(unknown[0], known)}")
    try:
        own = TypeAdapter(train.Options).validate_python(saved)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ArenaError(f"{path}: {first['loc'][-1]}: {first['msg']}; put back what it was") from None
    return replace(own, out=league, resume=True, **changes)
