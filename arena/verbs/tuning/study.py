"""The finished trials of a search, an Optuna study in a SQLite file, and what to try next.

A trial is written down when it is finished and not before, in one transaction. What is proposed is a function of the
finished trials and the seed alone, so a search that was killed goes on as if it had not been.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import optuna
from optuna.pruners import MedianPruner, NopPruner
from optuna.samplers import TPESampler
from optuna.storages import RDBStorage
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, Trial, TrialState, create_trial
from sqlalchemy.exc import SQLAlchemyError

from arena.draw import seed_of
from arena.errors import ArenaError
from arena.verbs.parts.values import literal
from arena.verbs.tuning.search import Space

NAME = "tune"  # of the study in its file
FEWEST = 5  # trials that are complete before any is stopped early, or the importance of a setting is told


class Study:
    """The trials in a file; `propose` says what to try next, `record` writes down what came of it."""

    def __init__(self, path: Path, space: Space, *, seed: int, minimise: bool, prune: bool) -> None:
        """Opens the file, or makes it; with `prune` trials may be told to stop. ArenaError if it cannot be read."""
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self.path, self.space, self.seed = path, dict(space), seed
        self.direction = StudyDirection.MINIMIZE if minimise else StudyDirection.MAXIMIZE
        self.pruner = MedianPruner(FEWEST) if prune else NopPruner()
        with self.reading():
            # the path is no part of a URL, in which some characters would mean something
            storage = RDBStorage("sqlite://", engine_kwargs={"creator": lambda: sqlite3.connect(path)})
            self.saved = optuna.create_study(
                storage=storage, study_name=NAME, direction=self.direction, load_if_exists=True
            )

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Turns what is wrong with the file into an ArenaError."""
        try:
            yield
        except (SQLAlchemyError, optuna.exceptions.OptunaError, ValueError, RuntimeError) as error:
            said = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise ArenaError(f"{self.path}: {said}; free some space, or move the file away to begin anew") from None

    @property
    def count(self) -> int:
        """How many trials are finished."""
        return len(self.trials())

    def trials(self) -> list[FrozenTrial]:
        """The finished trials, in order."""
        with self.reading():
            return self.saved.get_trials(deepcopy=False)

    def propose(self) -> Trial:
        """The next trial: values for every setting, kept in memory until it is recorded."""
        finished = self.trials()
        sampler = TPESampler(seed=seed_of("tune", self.seed, len(finished)) % 2**32)
        study = optuna.create_study(sampler=sampler, pruner=self.pruner, direction=self.direction)
        study.add_trials(finished)
        return study.ask(self.space)

    def record(self, trial: Trial, state: TrialState, value: float | None = None, **notes: Any) -> None:
        """Writes a trial down, with what was reported on the way and notes by name."""
        reports = trial.study.get_trials(deepcopy=False)[-1].intermediate_values
        with self.reading():
            self.saved.add_trial(
                create_trial(
                    state=state,
                    value=value,
                    params=trial.params,
                    distributions=self.space,
                    intermediate_values=dict(reports),
                    user_attrs=notes,
                )
            )

    def ranked(self) -> list[FrozenTrial]:
        """The complete trials, best first."""
        complete = [trial for trial in self.trials() if trial.state == TrialState.COMPLETE]
        sign = 1 if self.direction == StudyDirection.MINIMIZE else -1
        return sorted(complete, key=lambda trial: (sign * trial.values[0], trial.number))

    def importance(self) -> dict[str, float]:
        """How much each setting decided whether a trial was among the better ones, adding up to 1, largest first.

        Empty where trials are too few, or too much alike, to say. Source: PED-ANOVA, Watanabe, Bansal, Hutter (2023).
        """
        if len(self.ranked()) < FEWEST:
            return {}
        evaluator = optuna.importance.PedAnovaImportanceEvaluator()
        found = optuna.importance.get_param_importances(self.saved, evaluator=evaluator)
        return found if sum(found.values()) > 0 else {}


def row_of(trial: FrozenTrial) -> dict[str, Any]:
    """A trial for programs; `state` is complete, pruned or fail."""
    return {
        "trial": trial.number,
        "state": trial.state.name.lower(),
        "value": trial.values[0] if trial.state == TrialState.COMPLETE else None,
        "seeds": list(trial.user_attrs.get("seeds", ())),
        "settings": {name: literal(value) if isinstance(value, str) else value for name, value in trial.params.items()},
        "note": str(trial.user_attrs.get("note", "")),
    }
