"""A study's folder: what decides it, a run for each contender, the games of all, and what came of them.

```
study.toml    runs/CONTENDER/    games/ (a ledger and its players)    results.json    report.html    tables/NAME.csv
```
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tomli_w

from agents.policies import checkpoint
from arena.errors import ArenaError
from arena.files import holds_anything, lock, write_json, write_text
from arena.verbs.comparing.contenders import Contender
from arena.verbs.parts.league_folder import LeagueFolder
from arena.verbs.parts.run_folder import RunFolder
from arena.verbs.parts.values import check_same

CONFIG, RESULTS, REPORT = "study.toml", "results.json", "report.html"


class StudyFolder:
    """The files of one study."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.league = LeagueFolder(path / "games")

    @contextmanager
    def opened(self, config: Mapping[str, Any], resume: bool) -> Iterator[None]:
        """Holds the folder; `config` is all that decides the study: what study.toml holds, or has held so far."""
        if not (self.path / CONFIG).exists() and holds_anything(self.path):
            raise ArenaError(f"{self.path} is not empty and holds no study; choose another --out")
        with lock(self.path):
            if not (self.path / CONFIG).exists():
                write_text(self.path / CONFIG, tomli_w.dumps(config))
            elif not resume:
                raise ArenaError(f"{self.path} holds a study; add --resume to go on with it, or choose another --out")
            check_same(self.path / CONFIG, config, "study")
            yield

    def run(self, contender: Contender) -> Path:
        """The folder of a contender's run."""
        return self.path / "runs" / contender.folder

    def is_trained(self, contender: Contender, steps: int, seeds: int) -> bool:
        """Whether a run has come to its end, be it that all of its members have diverged."""
        saved = checkpoint.folders_of(self.run(contender))
        at_end = {int(folder.name) for folder in saved if int(folder.parent.name) >= steps}
        return len(at_end.union(row["member"] for row in self.diverged(contender))) >= seeds

    def drop_state(self, contender: Contender) -> None:
        """Removes what a run that has come to its end would have needed to go on: mostly its replay."""
        shutil.rmtree(self.run(contender) / "state", ignore_errors=True)

    def members(self, contender: Contender) -> dict[int, dict[int, Path]]:
        """The checkpoints by step and member, of the members that reached the end; ArenaError if one is missing."""
        saved = checkpoint.folders_of(self.run(contender))
        last = {int(folder.name) for folder in saved if folder.parent.name == saved[-1].parent.name}
        last -= {row["member"] for row in self.diverged(contender)}
        found: dict[int, dict[int, Path]] = {int(folder.parent.name): {} for folder in saved} if last else {}
        for folder in saved:
            if int(folder.name) in last:
                found[int(folder.parent.name)][int(folder.name)] = folder
        for step, members in found.items():
            if missing := last - members.keys():
                raise ArenaError(
                    f"{self.run(contender)}/checkpoints/{step} holds nothing of member {min(missing)}; put it back, "
                    f"or remove {self.run(contender)} and go on with --resume to train it again"
                )
        return found

    def diverged(self, contender: Contender) -> list[dict[str, Any]]:
        """The members of a run that diverged, with step and reason."""
        return RunFolder(self.run(contender)).divergence.rows()

    def updates(self, contender: Contender) -> int:
        """How many updates a run has made."""
        rows = RunFolder(self.run(contender)).metrics.rows()
        return int(rows[-1]["updates"]) if rows else 0

    def clock(self, contender: Contender) -> list[dict[str, Any]]:
        """Seconds spent training up to each step of a run."""
        return RunFolder(self.run(contender)).clock.rows()

    def write(self, results: Mapping[str, Any], page: str, tables: Mapping[str, str]) -> None:
        """Writes what the study found: as data, as a page to read, as tables."""
        write_json(self.path / RESULTS, results)
        write_text(self.path / REPORT, page)
        for name, text in tables.items():
            write_text(self.path / "tables" / name, text)
