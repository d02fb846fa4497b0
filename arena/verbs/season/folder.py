"""The folder of a league that trains, beside what every league has: see arena/verbs/parts/league_folder.py.

league.toml       all that the league was started with
season.json       the members, the frozen players and what happened, after the last period that is whole
state/0, state/1  the networks, after it and after the one before: who is killed while writing goes on from the other
metrics.jsonl     what was measured in each period, by member;  tensorboard/
"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import TypeAdapter, ValidationError

from agents.training.loop import Report
from arena.errors import ArenaError
from arena.files import read_json, write_json, write_text
from arena.verbs.parts.events import Events
from arena.verbs.parts.step_log import StepLog
from arena.verbs.parts.values import check_same
from arena.verbs.season.coach import Coach
from league.seasons.roster import Season

CONFIG, SEASON = "league.toml", "season.json"
LIMIT = 64 << 20  # bytes


class SeasonFolder:
    """The files of one league that trains."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.metrics = StepLog(path / "metrics.jsonl", "member", "period")

    @property
    def exists(self) -> bool:
        return (self.path / CONFIG).is_file()

    def start(self, config: Mapping[str, Any], resume: bool) -> None:
        """Writes league.toml, or checks it against that of the league to resume."""
        path = self.path / CONFIG
        if not path.exists():
            write_text(path, tomli_w.dumps(config))
        elif not resume:
            raise ArenaError(f"{self.path} trains a league already; go on with: arena league resume {self.path}")
        else:
            check_same(path, config, "league")

    def season(self) -> Season | None:
        """The season as it was last written down, or None; ArenaError if that cannot be read."""
        path = self.path / SEASON
        if not path.exists():
            return None
        try:
            return TypeAdapter(Season).validate_python(read_json(path, limit_bytes=LIMIT))
        except ValidationError as error:
            raise ArenaError(f"{path}: damaged: {error.errors()[0]['msg']}; put back a copy of it") from None

    def begun(self) -> Season:
        """The season as it was last written down; ArenaError if there is none yet."""
        if (season := self.season()) is None:
            raise ArenaError(f"{self.path} has not begun; go on with: arena league resume {self.path}")
        return season

    def commit(self, season: Season, coach: Coach) -> None:
        """Writes down that a period is whole: first the networks, last the season."""
        coach.save(self.state(season))
        self.write(season)

    def write(self, season: Season) -> None:
        """Writes the season down."""
        write_json(self.path / SEASON, asdict(season))

    def state(self, season: Season) -> Path:
        """Where the networks are after a period."""
        return self.path / "state" / str(season.period % 2)

    def log(self, season: Season, reports: Mapping[str, Report]) -> None:
        """Appends what a period has measured to metrics.jsonl and to TensorBoard."""
        for side, report in reports.items():
            for member, row in zip(season.of_side(side), report.rows, strict=True):
                self.metrics.append([{**row, "period": season.period, "member": member.name}])
                events = Events(self.path / "tensorboard" / member.name.replace("/", "-"), first_step=report.step)
                events.add({name: value for name, value in row.items() if "/" in name}, report.step)
                events.close()
