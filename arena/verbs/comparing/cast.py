"""Who plays in a study, and which games: the last checkpoints against each other, all of them against scripts."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from agents.policies.scripted import scripted_names
from arena.errors import ArenaError
from arena.game import Game
from arena.games import End, world_seeds
from arena.player import Player
from arena.report import Report
from arena.verbs.comparing.contenders import Contender
from arena.verbs.comparing.study_folder import StudyFolder
from arena.verbs.parts.entries import Entry, find_entry
from arena.verbs.parts.rounds import play_schedule
from arena.verbs.parts.workers import choose_workers
from league.studies.cross import CrossPlay, cross_play, line_ups
from league.tournament import WITHDRAWN


@dataclass(frozen=True)
class Cast:
    """The players of a study, as indices into `names`."""

    names: tuple[str, ...]  # content hashes
    players: Sequence[tuple[Entry, Player]]  # in the order of `names`
    snapshots: Mapping[str, Mapping[int, Mapping[int, int]]]  # contender -> step -> member -> player
    anchors: Mapping[str, int]  # scripted players
    unfit: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)  # members left out, by contender

    @property
    def finals(self) -> dict[str, dict[int, int]]:
        """The players of each contender at the end of training, by member; none if all have diverged."""
        return {name: dict(steps[max(steps)]) if steps else {} for name, steps in self.snapshots.items()}

    @property
    def groups(self) -> dict[str, list[int]]:
        """The players that share a row and a column of the cross table: those of a contender, or an anchor."""
        finals = {name: [*members.values()] for name, members in self.finals.items() if members}
        return finals | {name: [player] for name, player in self.anchors.items()}

    def without(self, unfit: Mapping[int, str]) -> "Cast":
        """The same without members of whom the last checkpoint is unfit to play; says why."""
        left_out = {
            name: [
                {"member": member, "step": max(self.snapshots[name]), "why": unfit[player]}
                for member, player in members.items()
                if player in unfit
            ]
            for name, members in self.finals.items()
        }
        gone = {name: {row["member"] for row in rows} for name, rows in left_out.items()}
        kept: dict[str, Mapping[int, Mapping[int, int]]] = {name: {} for name in self.snapshots}
        kept |= {
            name: {step: {m: p for m, p in members.items() if m not in gone[name]} for step, members in steps.items()}
            for name, steps in self.snapshots.items()
            if len(gone[name]) < len(self.finals[name])
        }
        return replace(self, snapshots=kept, unfit=left_out)


def find_cast(folder: StudyFolder, contenders: Sequence[Contender], game: Game, act: str) -> Cast:
    """The checkpoints of all runs and the game's scripted players. What is the same player in two places is one."""
    numbers: dict[str, int] = {}
    players: list[tuple[Entry, Player]] = []

    def entered(entry: Entry) -> int:
        player = entry.load(game)
        if player.hash not in numbers:
            numbers[player.hash] = len(players)
            players.append((entry, player))
        return numbers[player.hash]

    snapshots = {
        contender.name: {
            step: {member: entered(find_entry(str(path), act)) for member, path in members.items()}
            for step, members in folder.members(contender).items()
        }
        for contender in contenders
    }
    anchors = {name: entered(Entry(name, script=name)) for name in scripted_names(game)}
    return Cast(tuple(numbers), players, snapshots, anchors)


def schedules(cast: Cast, game: Game, games: int, curve_games: int, seed: int) -> tuple[CrossPlay, CrossPlay]:
    """The cross-play, `games` a cell; and for the curves each snapshot against itself and all anchors.

    All snapshots of a member play in the same worlds, those of other members in others.
    """
    members = max((len(players) for players in cast.groups.values()), default=1)
    seeds = world_seeds(seed, game, max(games + members**2, curve_games * members))
    row, column, first = [], [], []
    for steps in cast.snapshots.values():
        for place, player in [placed for players in steps.values() for placed in enumerate(players.values())]:
            against = cast.anchors.values() if len(game.sides) == 2 else ()
            row += [player, *(player for _ in against), *against]
            column += [player, *against, *(player for _ in against)]
            first += [place * curve_games] * (1 + 2 * len(against))
    one, other, start = np.array([row, column, first], np.int64)
    curves = line_ups(game, cast.names, one, other, start, np.full(len(one), curve_games), seeds)
    return cross_play(game, cast.names, [*cast.groups.values()], games, seeds), curves


def fit(cast: Cast, cross: CrossPlay, folder: StudyFolder) -> Cast:
    """The cast without members that showed in the cross-play that they are unfit to play; ArenaError if all are."""
    with folder.league.read() as ledger:
        left = cast.without(unfit(cross, ledger.notes(WITHDRAWN)))
    check_left(left, folder.path)
    return left


def check_left(cast: Cast, path: Path) -> None:
    """ArenaError if no member of any contender is left."""
    if not any(cast.finals.values()):
        raise ArenaError(
            f"{path}: all seeds of all contenders diverged, and nobody is left to compare; "
            "start anew with lower learning rates and another --out"
        )


def unfit(cross: CrossPlay, withdrawn: Mapping[str, str]) -> dict[int, str]:
    """The players that are withdrawn, or at fault in all games of some line-up, and why."""
    found = {k: f"withdrawn: {withdrawn[name]}" for k, name in enumerate(cross.games.names) if name in withdrawn}
    line_up = cross.row * len(cross.games.names) + cross.column
    is_played = np.isin(line_up, line_up[cross.games.end == End.PLAYED])
    spoilt = np.flatnonzero(~is_played & (cross.games.end == End.FORFEIT))
    culprits = cross.games.player[spoilt, cross.games.fault[spoilt]]
    return dict.fromkeys(np.unique(culprits).tolist(), "plays no legal move") | found


def play(
    folder: StudyFolder, cast: Cast, schedule: CrossPlay, game: Game, options: Any, phase: str
) -> Generator[Report, None, CrossPlay]:
    """Plays what the ledger misses, yielding where it stands; returns the schedule with its results."""
    with folder.league.write(game, options.seed) as ledger:
        folder.league.check_scripts(ledger, game)
        folder.league.enter(ledger, cast.players)
        workers = choose_workers(options.workers, len(schedule.games), game)
        for report in play_schedule(ledger, schedule.games, [entry for entry, _ in cast.players], game, workers):
            yield Report(phase, report.done, report.total, report.text)
        return schedule.played(ledger.results(schedule.games))
