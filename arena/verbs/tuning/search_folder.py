"""A search's folder: what it was started with, its trials, and what they say."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tomli_w

from arena.errors import ArenaError
from arena.files import lock, write_text
from arena.verbs.parts.tables import table
from arena.verbs.parts.values import check_same
from arena.verbs.tuning.search import Space, spelt, tried
from arena.verbs.tuning.study import Study, row_of

CONFIG, TRIALS, TABLE, BEST, PICTURE = "config.toml", "study.sqlite", "trials.csv", "best.toml", "importance.png"
OTHERS = ("checkpoints", "state", "ledger.sqlite")  # what the folder of a run or a league holds
SHOWN = 10  # trials in the table for people
STATES = {"complete": "complete", "pruned": "stopped early", "fail": "failed"}


class SearchFolder:
    """The files of one search."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def opened(self, config: Mapping[str, Any], space: Space, resume: bool) -> Iterator[Study]:
        """Holds the folder and its study; starts it, or with `resume` goes on with it."""
        with lock(self.path):
            self.start(config, resume)
            chosen = {name: config[name] for name in ("seed", "minimise", "prune")}
            yield Study(self.path / TRIALS, space, **chosen)

    def start(self, config: Mapping[str, Any], resume: bool) -> None:
        """Writes config.toml, or checks it against that of the search to resume."""
        path = self.path / CONFIG
        if any((self.path / name).exists() for name in OTHERS):
            raise ArenaError(f"{self.path} is the folder of a run or a league; choose another --out for the search")
        if not path.exists():
            write_text(path, tomli_w.dumps(config))
            return
        if not resume:
            raise ArenaError(
                f"{self.path} holds a search already; add --resume to go on with it, or choose another --out"
            )
        check_same(path, config, "search")

    def write(self, study: Study, result: Mapping[str, Any]) -> None:
        """Writes trials.csv, and if a trial was completed best.toml and importance.png."""
        write_text(self.path / TABLE, to_csv(result["trials"]))
        if not result["best"]:
            return
        words = {name: result[name] for name in ("objective", "direction", "command")}
        write_text(self.path / BEST, tomli_w.dumps({**words, **result["best"]}))
        draw(self.path / PICTURE, study, result)


def draw(path: Path, study: Study, result: Mapping[str, Any]) -> None:
    """Draws what mattered, and what each complete trial reached."""
    from arena.render.importance import Trials, draw_importance

    ranked = study.ranked()
    reached = [trial.values[0] for trial in ranked]
    settings = {
        name: Trials([t.params[name] for t in ranked], reached, tried(what), bool(getattr(what, "log", False)))
        for name, what in study.space.items()
    }
    draw_importance(path, result["importance"], settings, result["objective"])


def to_csv(trials: Sequence[Mapping[str, Any]]) -> str:
    """Trials as CSV, one row each, a column for every setting."""
    text = io.StringIO()
    names = list(trials[0]["settings"]) if trials else []
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["trial", "state", "value", *names, "seeds", "note"])
    for trial in trials:
        settings, seeds = (spelt(trial["settings"][name]) for name in names), " ".join(map(str, trial["seeds"]))
        writer.writerow([trial["trial"], trial["state"], trial["value"], *settings, seeds, trial["note"]])
    return text.getvalue()


def settings_text(settings: Mapping[str, Any]) -> str:
    """Settings for people: `actor_lr=0.0031 gamma=0.9`."""
    return " ".join(f"{k}={v:.3g}" if isinstance(v, float) else f"{k}={spelt(v)}" for k, v in settings.items())


def told(study: Study) -> str:
    """One line on the last trial, and which is the best so far."""
    last, ranked = row_of(study.trials()[-1]), study.ranked()
    said = {
        "complete": f"{last['value'] or 0:.4g}",
        "pruned": "stopped early",
        "fail": f"failed: {last['note']}",
    }
    best = f"   best: trial {ranked[0].number}, {ranked[0].values[0]:.4g}" if ranked else ""
    return f"trial {last['trial']}: {said[last['state']]}   {settings_text(last['settings'])}{best}"


def summary(study: Study, result: Mapping[str, Any], path: Path) -> str:
    """The best trials as a table, what mattered, and the command that trains with the best of all."""
    rows = []
    for trial in map(row_of, study.ranked()[:SHOWN]):
        seeds = " ".join(f"{value:.3g}" for value in trial["seeds"])
        rows.append([str(trial["trial"]), f"{trial['value']:.4g}", seeds, settings_text(trial["settings"])])
    parts = [table(["trial", result["objective"], "of each seed", "settings"], rows, left=(2, 3)), ""]
    if shares := result["importance"]:
        parts += [table(["what mattered", "share"], [[name, f"{share:.0%}"] for name, share in shares.items()]), ""]
    states = [trial["state"] for trial in result["trials"]]
    counts = ", ".join(f"{states.count(state)} {told}" for state, told in STATES.items())
    files = ", ".join((TABLE, BEST, PICTURE, TRIALS))
    return "\n".join([*parts, f"trials: {counts}", f"search: {path}   {files}", f"the best: {result['command']}"])
