"""Who plays in a study, and which games: the last checkpoints against each other, all of them against scripts."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.policies.scripted import scripted_names
from arena.game import Game
from arena.games import world_seeds
from arena.player import Player
from arena.report import Report
from arena.verbs.comparing.contenders import Contender
from arena.verbs.comparing.study_folder import StudyFolder
from arena.verbs.parts.entries import Entry, find_entry
from arena.verbs.parts.workers import choose_workers
from arena.verbs.tournament import play_schedule
from league.studies.cross import CrossPlay, cross_play, line_ups


@dataclass(frozen=True)
class Cast:
    """The players of a study, as indices into `names`."""

    names: tuple[str, ...]  # content hashes
    players: Sequence[tuple[Entry, Player]]  # in the order of `names`
    snapshots: Mapping[str, Mapping[int, Mapping[int, int]]]  # contender -> step -> member -> player
    anchors: Mapping[str, int]  # scripted players

    @property
    def finals(self) -> dict[str, dict[int, int]]:
        """The players of each contender at the end of training, by member; none if all have diverged."""
        return {name: dict(steps[max(steps)]) if steps else {} for name, steps in self.snapshots.items()}

    @property
    def groups(self) -> dict[str, list[int]]:
        """The players that share a row and a column of the cross table: those of a contender, or an anchor."""
        finals = {name: [*members.values()] for name, members in self.finals.items() if members}
        return finals | {name: [player] for name, player in self.anchors.items()}


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
    """The cross-play, `games` a cell; and for the curves each snapshot against itself and all anchors."""
    seeds = world_seeds(seed, game, max(games, curve_games))
    row, column = [], []
    for steps in cast.snapshots.values():
        for player in [player for members in steps.values() for player in members.values()]:
            against = cast.anchors.values() if len(game.sides) == 2 else ()
            row += [player, *(player for _ in against), *against]
            column += [player, *against, *(player for _ in against)]
    one, other = np.unique(np.array([row, column], np.int64), axis=1)
    curves = line_ups(game, cast.names, one, other, np.full(len(one), curve_games), seeds)
    return cross_play(game, cast.names, [*cast.groups.values()], games, seeds), curves


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
