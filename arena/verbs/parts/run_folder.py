"""A run's folder: configuration, metrics, TensorBoard events, checkpoints, and the state to resume from.

A member that diverges is written down with the reason and saved no more; the others go on. When the last one has
diverged, the run stops.
"""

import json
import time
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
from arena.verbs.parts.step_log import StepLog
from arena.verbs.parts.values import check_same


class Diverged(ArenaError):
    """No member of a run is left that learns."""


class RunFolder:
    """The files of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.metrics = StepLog(path / "metrics.jsonl", "member", "updates")
        self.clock = StepLog(path / "clock.jsonl", "seconds")  # spent training up to a step, over all resumptions
        self.divergence = StepLog(path / "diverged.jsonl", "member", "why")  # members that learn no more
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
            for log in (self.metrics, self.clock, self.divergence):
                log.truncate(training.step)
            self.config, self.diverged = config, {row["member"] for row in self.divergence.rows()}
            self.began = time.monotonic() - (self.clock.rows() or [{"seconds": 0.0}])[-1]["seconds"]
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

    def log(self, report: TrainingReport) -> str:
        """Appends a report to metrics.jsonl and to TensorBoard; returns what to say of members that have diverged.

        Diverged, when all have: the weights behind such numbers are worth no more.
        """
        news = self.note_diverged(report)
        rows = [row for row in report.rows if row["member"] not in self.diverged]
        with self.writing():
            self.metrics.append(rows)
            self.clock.append([{"step": report.step, "seconds": round(time.monotonic() - self.began, 3)}])
            for row in rows:
                scalars = {f"{name}/member_{row['member']}": value for name, value in row.items() if "/" in name}
                self.events.add(scalars, report.step)
        return news

    def note_diverged(self, report: TrainingReport) -> str:
        """Writes down who has diverged since the last report, and returns it in words; Diverged if that is all."""
        found = {member: why for member, why in report.diverged().items() if member not in self.diverged}
        if not found:
            return ""
        with self.writing():
            self.divergence.append({"step": report.step, "member": m, "why": why} for m, why in found.items())
        self.diverged |= found.keys()
        told = [f"{self.path}: {self.told(report.step, member, why)}" for member, why in found.items()]
        if len(self.diverged) == len(report.rows):
            raise Diverged(f"{told[-1]}; start anew with lower learning rates and another --out")
        return "\n".join(f"{line}; the other members go on" for line in told)

    def told(self, step: int, member: int, why: str) -> str:
        """One member's end in words."""
        saved = [folder for folder in self.checkpoints() if folder.name == str(member)]
        last = (
            f"{self.path}@{saved[-1].parent.name}#{member} is the last good checkpoint"
            if saved
            else "no checkpoint was saved before"
        )
        return f"training of member {member} diverged before step {step}: {why}; {last}"

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
        """Saves a checkpoint of every member that still learns, and the state to resume from."""
        for member in [m for m in range(training.members) if m not in self.diverged]:
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
