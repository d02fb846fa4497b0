"""A league's folder: the ledger, the players by their hash, the leaderboard."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from agents.policies import checkpoint
from agents.policies.card import CARD, read_card
from arena.errors import ArenaError, nearest
from arena.files import write_bytes, write_json, write_text
from arena.game import Game
from arena.games import Games, world_seeds
from arena.player import Player
from arena.verbs.parts.entries import LEDGER, PLAYERS, Entry, league_entry
from league import leaderboard
from league.lineage import parents
from league.records.ledger import Entrant, Ledger, spec_of
from league.records.legs import only_finished
from league.records.recorded import RecordedGame
from league.schedules.catalog import ROUND_ROBIN, find_schedule
from league.tournament import WITHDRAWN

MOST_SEEDS = 1 << 24
FORMAT = "format"  # the key of a ledger's specification that holds what the format is called


class LeagueFolder:
    """The files of one league."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def exists(self) -> bool:
        return (self.path / LEDGER).is_file()

    def read(self) -> Ledger:
        """The ledger for reading; ArenaError if there is none."""
        if not self.exists:
            raise ArenaError(
                f"{self.path} holds no league; make one with: arena tournament PLAYERS... --out {self.path}"
            )
        return Ledger.read_only(self.path / LEDGER)

    def write(self, game: Game, seed: int, form: str = ROUND_ROBIN) -> Ledger:
        """The ledger for writing, made if need be; ArenaError if it is in use or of another tournament."""
        if (self.path / "checkpoints").exists() or (self.path / "config.toml").exists():
            raise ArenaError(f"{self.path} is the folder of a training run; choose another --out for the league")
        more = {} if form == ROUND_ROBIN else {FORMAT: {"name": form}}
        return Ledger.open(self.path / LEDGER, spec_of(game, seed, **more))

    def reopen(self) -> Ledger:
        """The ledger for writing; ArenaError if there is none, or if it is in use."""
        with self.read() as ledger:
            return Ledger.open(ledger.path, ledger.spec)

    def format(self, wanted: str = "") -> str:
        """The format that is wanted, or that of the league, or else a round-robin; ArenaError for none of these."""
        if not wanted and self.exists:
            with self.read() as ledger:
                return format_of(ledger.spec)
        return find_schedule(wanted or ROUND_ROBIN)[0]

    def enter(self, ledger: Ledger, players: Sequence[tuple[Entry, Player]]) -> None:
        """Copies the players into the league and writes them down, under names that nobody else has."""
        known = ledger.entrants()
        taken = {entrant.name for entrant in known.values()}
        rows = []
        for entry, player in players:
            if player.hash in known:
                continue
            name = unique(player.name, taken)
            taken.add(name)
            kept = self.copy(Path(entry.folder), player.hash, entry.act) if entry.folder else {"script": entry.script}
            rows.append(Entrant(player.hash, name, player.kind, player.sides, kept))
        ledger.enter(rows)

    def check_scripts(self, ledger: Ledger, game: Game) -> None:
        """ArenaError if a scripted player of the league is not what it was when it entered."""
        for player, entrant in ledger.entrants().items():
            if entrant.kind == "scripted" and league_entry(self.path, entrant).load(game).hash != player:
                raise ArenaError(
                    f"{entrant.name} has changed since it entered {self.path}: the file of {game.name} was edited; "
                    "put it back, or start a new league"
                )

    def copy(self, source: Path, player: str, act: str) -> dict[str, Any]:
        """Keeps a checkpoint under its hash, with the rule it acts by on its card; returns the card."""
        card = read_card(source).acting(act)
        target = self.path / PLAYERS / player
        if source.resolve() != target.resolve():
            write_bytes(target / checkpoint.WEIGHTS, (source / checkpoint.WEIGHTS).read_bytes())
            write_json(target / CARD, card.model_dump())
        return card.model_dump()

    def standings(self, resamples: int = 1000) -> dict[str, Any]:
        """The leaderboard of the legs played so far."""
        return self.played(resamples)[0]

    def played(
        self, resamples: int = 1000, anchors: Mapping[str, float] | None = None, with_parents: bool = False
    ) -> tuple[dict[str, Any], Games, RecordedGame]:
        """The leaderboard of the legs played so far, these legs, and their game.

        `anchors` are the Elo of players by name; with parents, see `league.lineage`, a player's rating leans on that of
        the one it was trained from.
        """
        with self.read() as ledger:
            entrants = ledger.entrants()
            game = RecordedGame(ledger.spec)
            games = only_finished(ledger.results(schedule_of(ledger, game)))
            board = leaderboard.leaderboard(
                games,
                entrants,
                game,
                ledger.environments(),
                ledger.notes(WITHDRAWN),
                resamples,
                anchors=by_hash(anchors or {}, entrants),
                parents=parents(entrants) if with_parents else None,
            )
            return board, games, game

    def save_standings(self, board: Mapping[str, Any]) -> None:
        """Writes leaderboard.json and leaderboard.csv."""
        write_json(self.path / "leaderboard.json", board)
        write_text(self.path / "leaderboard.csv", leaderboard.to_csv(board))


def by_hash(named: Mapping[str, Any], entrants: Mapping[str, Entrant]) -> dict[str, Any]:
    """What is said of players by name, by their content hash; ArenaError for a name that nobody in the league has."""
    hash_of = {entrant.name: player for player, entrant in entrants.items()}
    for name in named:
        if name not in hash_of:
            raise ArenaError(f"nobody in this league is called {name!r}; {nearest(name, hash_of)}")
    return {hash_of[name]: value for name, value in named.items()}


def format_of(spec: Mapping[str, Any]) -> str:
    """The name of the format that a ledger's specification tells of."""
    return str(spec.get(FORMAT, {"name": ROUND_ROBIN})["name"])


def schedule_of(ledger: Ledger, game: Game, pairs: int = 0) -> Games:
    """All legs of the ledger's players over `pairs` seeds, or over as many as its legs reach."""
    entrants = ledger.entrants()
    seeds = world_seeds(ledger.spec["tournament_seed"], game, pairs) if pairs else seeds_of(ledger, game)
    _, draw = find_schedule(format_of(ledger.spec))
    return draw(game, list(entrants), seeds, {h: e.sides for h, e in entrants.items()})


def seeds_of(ledger: Ledger, game: Game) -> np.ndarray:
    """The shortest run of the tournament's seeds that holds those of all legs, for legs may be played in any order."""
    played = np.unique(ledger.read().seed)
    count = max(1, len(played))
    while True:
        seeds = world_seeds(ledger.spec["tournament_seed"], game, count)
        place = np.flatnonzero(np.isin(seeds, played))
        if len(place) == len(played):
            return seeds[: place[-1] + 1] if len(place) else seeds[:0]
        if count > (MOST_SEEDS if len(place) else MOST_SEEDS >> 8):
            raise ArenaError(f"{ledger.path} holds legs of other seeds than its tournament's; put back a copy of it")
        count *= 2


def find_entrant(ledger: Ledger, word: str) -> Entrant:
    """The player of a league that has this name or this content hash; ArenaError names the nearest."""
    found = {entrant.name: entrant for entrant in ledger.entrants().values()}
    named = found | {entrant.hash: entrant for entrant in found.values()}
    if word not in named:
        raise ArenaError(f"{ledger.path.parent} has no player {word!r}; {nearest(word, found)}")
    return named[word]


def unique(name: str, taken: set[str]) -> str:
    """`name`, with a number behind it if somebody has that name already."""
    choices = (name if k == 1 else f"{name} ({k})" for k in range(1, len(taken) + 2))
    return next(choice for choice in choices if choice not in taken)
