"""A league's folder: the ledger, the players by their hash, the leaderboard."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
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
from arena.verbs.parts.terms import Asked, Terms, new_terms, resumed
from arena.verbs.parts.tryout import try_out
from league import leaderboard
from league.course import JOINED, Contest, Ending, begun, check_contest, course, follow, joined, placing
from league.lineage import parents
from league.plan import KEY, Plan
from league.records.book import Book
from league.records.ledger import Entrant, Ledger, Note, spec_of
from league.records.legs import only_finished
from league.records.recorded import RecordedGame
from league.seasons.records import in_order, is_season
from league.tournament import WITHDRAWN, voids

MOST_SEEDS = 1 << 24


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

    def write(self, game: Game, seed: int, plan: Plan | None = None) -> Ledger:
        """The ledger for writing, made if need be; ArenaError if it is in use or of another tournament."""
        if (self.path / "checkpoints").exists() or (self.path / "config.toml").exists():
            raise ArenaError(f"{self.path} is the folder of a training run; choose another --out for the league")
        return Ledger.open(self.path / LEDGER, spec_of(game, seed, **(plan or Plan()).entry))

    def reopen(self) -> Ledger:
        """The ledger for writing; ArenaError if there is none, or if it is in use."""
        with self.read() as ledger:
            return Ledger.open(ledger.path, ledger.spec)

    def terms(self, asked: Asked) -> Terms:
        """What the tournament is held by: as the league has it, or else as it is asked for."""
        if not self.exists:
            return new_terms(asked)
        with self.read() as ledger:
            if is_season(ledger.spec):
                raise ArenaError(f"{self.path} is a league that trains; go on with: arena league resume {self.path}")
            plan = Plan.of(ledger.spec)
            reached = len(seeds_of(ledger, RecordedGame(ledger.spec))) if plan.is_extendable else 0
            return resumed(asked, self.path, plan, reached)

    def seed(self, wanted: int | None) -> int:
        """The seed that the worlds follow from: what is wanted, or that of the league, or else 0."""
        if wanted is None and self.exists:
            with self.read() as ledger:
                return int(ledger.spec["tournament_seed"])
        return wanted or 0

    def enter(self, ledger: Ledger, players: Sequence[tuple[Entry, Player]]) -> list[Entrant]:
        """Copies the players into the league and writes them down, under names that nobody else has; returns the new.

        Where rounds depend on those before, who comes later is there from the next round on.
        """
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
        is_late = known and rows and not is_season(ledger.spec) and Plan.of(ledger.spec).is_adaptive
        after = str(begun(self.rounds(ledger)[1])) if is_late else "0"
        ledger.enter(rows, [Note(row.hash, JOINED, after) for row in rows if after != "0"])
        return rows

    def check_entry(self, players: Sequence[tuple[Entry, Player]], game: Game, plan: Plan) -> None:
        """ArenaError, before anything is written, if these players cannot meet by this plan, or a new one is broken."""
        entrants: dict[str, Entrant] = {}
        if self.exists:
            with self.read() as ledger:
                entrants = ledger.entrants()
        joining = [player for _, player in players if player.hash not in entrants]
        new = {p.hash: Entrant(p.hash, p.name, p.kind, p.sides, {}) for p in joining}
        if entrants and new and not plan.is_open:
            raise ArenaError(
                f"{next(iter(new.values())).name} is too late: the rounds of a {plan.name} depend on who is there from"
                " the start; hold another tournament, or a round-robin, which players can join"
            )
        check_contest(Contest(game, entrants | new, 0, plan))
        try_out(joining, game)

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
            games, more = self.legs(ledger)
            board = leaderboard.leaderboard(
                games,
                entrants,
                game,
                ledger.environments(),
                ledger.notes(WITHDRAWN),
                resamples,
                voids=voids(ledger),
                anchors=by_hash(anchors or {}, entrants),
                parents=parents(entrants) if with_parents else None,
            )
            return board | more, games, game

    def legs(self, ledger: Ledger) -> tuple[Games, dict[str, Any]]:
        """The finished legs in the order of the schedule, and what the leaderboard says of the format."""
        if is_season(ledger.spec):
            return in_order(only_finished(ledger.read())), {"format": ledger.spec[KEY], "placing": None}
        contest, held, ending = self.rounds(ledger)
        if not held:
            raise ArenaError(f"{self.path} has nobody who could meet; add players: arena tournament --resume")
        return only_finished(held[0] if len(held) == 1 else Games.joined(held)), standing(contest, ending)

    def rounds(self, ledger: Ledger) -> tuple[Contest, list[Games], Ending]:
        """The contest of a league, its rounds with their results as far as they go, and how far that is."""
        contest, noted = contest_of(ledger), ledger.notes(WITHDRAWN)
        return contest, *follow(course(contest, lambda: noted), Book(ledger.read()).results)

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


def standing(contest: Contest, ending: Ending) -> dict[str, Any]:
    """What a leaderboard says of the format: which it is, and the names in the order of its own result, if any."""
    plan, order = contest.plan, placing(contest, ending)
    return {
        "format": {"name": plan.name, "pairs": plan.pairs, "rules": dict(plan.rules)},
        "placing": order and [contest.entrants[player].name for player in order],
    }


def contest_of(ledger: Ledger) -> Contest:
    """The contest that a ledger is of; where pairs may grow, over as many as its legs reach."""
    game, plan = RecordedGame(ledger.spec), Plan.of(ledger.spec)
    if plan.is_extendable:
        plan = replace(plan, pairs=max(1, len(seeds_of(ledger, game))))
    return Contest(game, ledger.entrants(), ledger.spec["tournament_seed"], plan, joined(ledger))


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
