"""A run's folder: configuration, metrics, TensorBoard events, checkpoints, and the state to resume from."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import tomli_w

from agents.policies import checkpoint
from agents.policies.card import ScenarioCard, read_card
from agents.policies.export import policies_of, sides_of
from agents.training.loop import Report as TrainingReport
from agents.training.loop import Training
from agents.training.state import load_state, save_state
from arena.errors import ArenaError
from arena.files import lock, write_text
from arena.verbs.parts.events import Events
from arena.verbs.parts.values import check_same


class RunFolder:
    """The files of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.metrics = path / "metrics.jsonl"
        self.events: Events

    @contextmanager
    def opened(self, config: Mapping[str, Any], training: Training, resume: bool) -> Iterator[None]:
        """Holds the folder; starts it, or with `resume` puts `training` where it was saved.

        `config` is all that decides the run: what config.toml holds, `algo` and `seed` among it.
        """
        with lock(self.path):
            self.start(config, resume)
            load_state(self.path / "state", training)
            self.parents = self.last_parents(training)
            self.truncate_metrics(training.step)
            self.config = config
            with self.writing():
                self.events = Events(self.path / "tensorboard", first_step=training.step + 1)
            try:
                yield
            finally:
                self.events.close()

    def start(self, config: Mapping[str, Any], resume: bool) -> None:
        """Writes config.toml, or checks it against that of the run to resume."""
        path = self.path / "config.toml"
        if (self.path / "ledger.sqlite").exists():
            raise ArenaError(f"{self.path} is the folder of a league; choose another --out for the run")
        if not path.exists():
            write_text(path, tomli_w.dumps(config))
            return
        if not resume:
            raise ArenaError(f"{self.path} holds a run already; add --resume to go on with it, or choose another --out")
        check_same(path, config, "run")

    def truncate_metrics(self, step: int) -> None:
        """Drops the rows after `step`: they belong to work that was lost and will be done again."""
        if not self.metrics.exists():
            return
        try:
            lines = self.metrics.read_text(encoding="utf-8").splitlines()
            kept = [line for line in lines if line.endswith("}") and json.loads(line)["step"] <= step]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ArenaError(f"{self.metrics} cannot be read: {error}; move it away to resume without it") from None
        write_text(self.metrics, "".join(f"{line}\n" for line in kept))

    def log(self, report: TrainingReport) -> None:
        """Appends a report to metrics.jsonl and to TensorBoard; ArenaError if training has diverged."""
        self.check_sound(report)
        with self.writing():
            with self.metrics.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(row) + "\n" for row in report.rows)
            for row in report.rows:
                scalars = {f"{name}/member_{row['member']}": value for name, value in row.items() if "/" in name}
                self.events.add(scalars, report.step)

    def check_sound(self, report: TrainingReport) -> None:
        """ArenaError if training has diverged; the weights behind such numbers are worth no more."""
        if why := report.divergence():
            saved = self.checkpoints()
            last = (
                f"{self.path}@{saved[-1].parent.name} is the last good checkpoint"
                if saved
                else "no checkpoint was saved before"
            )
            raise ArenaError(
                f"{self.path}: training diverged before step {report.step}: {why}; {last}; "
                "start anew with lower learning rates and another --out"
            )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Turns what the disk refuses into an ArenaError."""
        try:
            yield
        except OSError as error:
            raise ArenaError(
                f"cannot write {error.filename or self.path}: {error.strerror or error}; "
                "free some space, then go on with --resume"
            ) from error

    def save(self, report: TrainingReport, training: Training) -> None:
        """Saves a checkpoint of every member and the state to resume from."""
        for member in range(training.members):
            folder = self.path / "checkpoints" / str(report.step) / str(member)
            weights, parts = policies_of(training, member, self.config["algo"])
            entries = self.card_entries(training, member)
            self.parents[member] = checkpoint.save(folder, weights, parts=parts, **entries).sha256
        self.save_state(training)

    def save_state(self, training: Training) -> None:
        """Saves what is needed to resume from here."""
        save_state(self.path / "state", training)

    def card_entries(self, training: Training, member: int) -> dict[str, Any]:
        """What a card says beside the weights."""
        game = training.game
        learners = [json.loads(json.dumps(asdict(part.learner))) for part in training.learning]
        return {
            "scenario": ScenarioCard(name=game.name, version=game.version, parameters=game.parameters),
            "seats": [seat.name for seat in game.seats],
            "sides": sides_of(training),
            "step": training.step,
            "member": member,
            "parent": self.parents.get(member),
            "configuration": {"seed": self.config["seed"], "learners": learners},
        }

    def last_parents(self, training: Training) -> dict[int, str]:
        """The weights that each member was last saved with, up to the step that training stands at."""
        parents = {}
        for folder in self.checkpoints():
            if int(folder.parent.name) <= training.step:
                parents[int(folder.name)] = read_card(folder).sha256
        return parents

    def checkpoints(self) -> list[Path]:
        """The checkpoint folders, by step and member."""
        return checkpoint.folders_of(self.path)
