"""One trial of a search: settings are proposed, seeds trained in one stack, their policies judged by fresh games."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from math import isfinite
from statistics import median
from typing import Any

import numpy as np
from optuna.trial import Trial, TrialState

from agents.policies.export import player_of
from arena.draw import seeds_of
from arena.errors import ArenaError
from arena.game import Game
from arena.player import Player
from arena.verbs.parts.entries import find_entry
from arena.verbs.tuning.aim import ITSELF, Aim, find_aim, reached
from arena.verbs.tuning.search import setting_words
from arena.verbs.tuning.study import Study

REPORTS = 10  # of a trial; where pruning is on, each is a chance to stop it,
SAFE = 4  # but for those in its first quarter, when little has been learned

Make = Callable[[tuple[str, ...]], Any]  # the training that NAME=VALUE words describe


@dataclass(frozen=True)
class Judge:
    """What counts, and the games in which it does: the same for every trial."""

    game: Game
    aim: Aim
    opponent: Player | None
    seeds: np.ndarray  # [G] of the games
    algo: str

    @classmethod
    def of(cls, options: Any, training: Any) -> "Judge":
        """The judge that the options of a search describe; ArenaError if they contradict each other or the game."""
        game, against = training.game, options.against
        aim = find_aim(options.objective, game, player_of(training, 0, options.algo).sides, against)
        if against not in ("", ITSELF) and not aim.is_apart:
            raise ArenaError(f"{game.name} has one side and nobody to play against; leave out --against")
        opponent = find_entry(against or "random").load(game) if aim.is_apart else None
        return cls(game, aim, opponent, seeds_of(options.games, "tune", options.seed, game.identity), options.algo)

    def judge(self, training: Any) -> list[float]:
        """What the policies of each member reach as they stand; ArenaError if one does not act."""
        players = [player_of(training, member, self.algo) for member in range(training.members)]
        values = [reached(self.aim, player, self.opponent, self.game, self.seeds) for player in players]
        if not all(map(isfinite, values)):
            raise ArenaError("training diverged: a policy gives no legal action")
        return values


def try_settings(study: Study, judge: Judge, make: Make, steps: int, prune: bool) -> Iterator[int]:
    """Runs the next trial of a study, yielding the step at which it stands, and records what came of it.

    Settings that cannot be trained with, and training that diverges, make a failed trial with a note.
    """
    trial = study.propose()
    try:
        values, is_stopped = yield from _trained(trial, judge, make(setting_words(trial.params)), steps, prune)
    except ArenaError as error:
        study.record(trial, TrialState.FAIL, note=str(error))
        return
    study.record(trial, TrialState.PRUNED if is_stopped else TrialState.COMPLETE, median(values), seeds=values)


def _trained(
    trial: Trial, judge: Judge, training: Any, steps: int, prune: bool
) -> Generator[int, None, tuple[list[float], bool]]:
    """Trains to the end, or until the pruner stops it; returns what each member reaches, and whether it was stopped."""
    values: list[float] = []
    for report in training.run(max(training.width, steps // REPORTS)):
        for why in report.diverged().values():
            raise ArenaError(f"training diverged before step {report.step}: {why}")
        yield report.step
        is_last = report.step >= steps
        if is_last or (prune and report.step * SAFE > steps):
            values = judge.judge(training)
            trial.report(median(values), report.step)
        if not is_last and trial.should_prune():
            return values, True
    return values, False
