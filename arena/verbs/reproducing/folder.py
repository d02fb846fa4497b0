"""The folder of a reproduction: a study for each experiment, and one report over all.

```
reproduction.toml    EXPERIMENT/ (a study)    report.html    report.md    report.json
```

The report is over all experiments that have come to their end, be it in another run.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tomli_w

from arena.errors import ArenaError
from arena.files import holds_anything, lock, write_json, write_text
from arena.verbs.comparing.study_folder import RESULTS
from arena.verbs.parts.tables import table
from arena.verbs.parts.values import check_same

CONFIG = "reproduction.toml"
ENDS = ("value", "low", "high")


class ReproductionFolder:
    """The files of one reproduction."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def opened(self, config: Mapping[str, Any], resume: bool) -> Iterator[None]:
        """Holds the folder; `config` is what decides it, and what it must have been started with to resume."""
        path = self.path / CONFIG
        if not path.exists() and holds_anything(self.path):
            raise ArenaError(f"{self.path} is not empty and holds no reproduction; choose another --out")
        with lock(self.path):
            if not path.exists():
                write_text(path, tomli_w.dumps(config))
            elif not resume:
                raise ArenaError(f"{self.path} holds a reproduction; add --resume to go on with it")
            check_same(path, config, "reproduction")
            yield

    def results(self, name: str) -> dict[str, Any] | None:
        """What the study of an experiment found; None if it has not come to its end."""
        path = self.path / name / RESULTS
        try:
            return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None
        except (OSError, ValueError, TypeError) as error:
            raise ArenaError(
                f"{path} cannot be read: {error}; remove it and go on with --resume --only {name}"
            ) from None

    def write(self, data: Mapping[str, Any]) -> None:
        """Writes the report in all its forms."""
        from arena.render.page.reproduction import reproduction_page

        write_json(self.path / "report.json", data)
        write_text(self.path / "report.md", markdown(data))
        write_text(self.path / "report.html", reproduction_page(data))


def told(experiment: Mapping[str, Any]) -> str:
    """An experiment for the terminal: published numbers beside ours, then the claims."""
    rows = [
        [cell["what"], shown(cell["published"], cell["share"]), cell["sure"], ours(cell)]
        for cell in experiment["cells"]
    ]
    lines = [f"{experiment['title']} ({experiment['scenario']})"]
    if rows:
        lines.append(table(["what", "published", "", "ours [95%]"], rows, left=(0, 2)))
    return "\n".join([*lines, *(f"  {claim['verdict']}: {claim['text']}" for claim in experiment["claims"]), ""])


def markdown(data: Mapping[str, Any]) -> str:
    """The report as Markdown."""
    lines = [f"## {data['title']}, preset `{data['preset']}`, {data['date']}", ""]
    lines += [f"**{data['quick']}**", ""] if data["is_quick"] else []
    for experiment in data["experiments"]:
        lines += [f"### {experiment['title']}", "", f"`{experiment['scenario']}`, {experiment['seconds']:.0f} s", ""]
        if experiment["cells"]:
            lines += ["| what | published | | source | ours [95 %] |", "| --- | ---: | --- | --- | ---: |"]
        for cell in experiment["cells"]:
            share = cell["share"]
            numbers = shown(cell["published"], share), cell["sure"], cell["source"], ours(cell)
            lines.append(f"| {cell['what']} | {' | '.join(numbers)} |")
        if experiment["claims"]:
            lines += ["", "| claim | source | verdict | |", "| --- | --- | --- | --- |"]
        for claim in experiment["claims"]:
            both = " against ".join(interval(claim[end], claim["share"]) for end in ("higher", "lower"))
            lines.append(f"| {claim['text']} | {claim['source']}, {claim['sure']} | **{claim['verdict']}** | {both} |")
        lines += ["", *(f"{text}\n" for text in (experiment["differs"], *experiment["warnings"]) if text)]
    return "\n".join([*lines, data["differs"], "", f"Left out: {data['left_out']}", ""])


def shown(value: float, is_share: bool) -> str:
    """A number as people read it."""
    return f"{100 * value:.1f} %" if is_share else f"{value:.3g}"


def ours(cell: Mapping[str, Any]) -> str:
    """Our number beside a published one."""
    return interval(cell["ours"], cell["share"]) if cell["is_measured"] else "not measured the same way"


def interval(estimate: Mapping[str, Any] | None, is_share: bool) -> str:
    """An estimate as people read it."""
    if estimate is None or estimate["value"] is None:
        return "not measured"
    value, low, high = (None if estimate[end] is None else shown(estimate[end], is_share) for end in ENDS)
    return f"{value} [{low}, {high}]" if low and high else str(value)
