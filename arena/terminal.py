"""Shows the reports of a verb on a terminal: a bar with an ETA for each phase, plain lines where nobody looks."""

import sys
import time
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from arena.errors import visible
from arena.report import Report

SECONDS_BETWEEN_LINES = 5.0


def show(reports: Iterable[Report], quiet: bool = False) -> Mapping[str, Any]:
    """Shows every report and returns the result's data; `quiet` shows nothing but errors."""
    console = Console(stderr=quiet, quiet=quiet, highlight=False, soft_wrap=True)
    is_live = console.is_terminal and not quiet
    bars = Bars(console) if is_live else Lines(console)
    result: Mapping[str, Any] = {}
    with bars:
        for report in reports:
            bars.update(report)
            if report.frame and is_live:
                bars.frame(report.frame if isinstance(report.frame, str) else report.frame())
            elif report.text:
                console.print(visible(report.text), markup=False, emoji=False)
            if report.is_result:
                result = report.data
    return result


class Bars:
    """Progress bars, one a phase, and a frame of text above them."""

    def __init__(self, console: Console) -> None:
        columns = (
            TextColumn("{task.description:<22}"),
            BarColumn(bar_width=32),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("eta"),
            TimeRemainingColumn(),
        )
        self.progress = Progress(*columns, console=console)
        self.tasks: dict[str, TaskID] = {}
        self.text = Text(no_wrap=True, overflow="ellipsis")
        self.live = Live(console=console, get_renderable=self.shown, refresh_per_second=10)

    def __enter__(self) -> "Bars":
        self.live.start(refresh=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.live.stop()

    def shown(self) -> RenderableType:
        """What stands at the bottom of the terminal."""
        parts = [self.text if self.text.plain.strip() else None, self.progress if self.tasks else None]
        return Group(*(part for part in parts if part))

    def frame(self, text: str) -> None:
        """Shows a text in place of the one before."""
        self.text.plain = visible(text)
        self.live.refresh()

    def update(self, report: Report) -> None:
        if not report.total:
            return
        if report.phase not in self.tasks:
            self.tasks[report.phase] = self.progress.add_task(report.phase, total=report.total)
        self.progress.update(self.tasks[report.phase], completed=report.done, total=report.total)


class Lines:
    """The same as plain lines: the start of a phase, a line every few seconds, its end."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.phase, self.started, self.printed = "", 0.0, 0.0

    def __enter__(self) -> "Lines":
        return self

    def __exit__(self, *_: object) -> None:
        sys.stdout.flush()

    def update(self, report: Report) -> None:
        if not report.total:
            return
        now = time.monotonic()
        is_new = report.phase != self.phase
        if is_new:
            self.phase, self.started = report.phase, now
        if not is_new and report.done < report.total and now - self.printed < SECONDS_BETWEEN_LINES:
            return
        self.printed = now
        self.console.print(self.line(report, now - self.started), markup=False)

    def frame(self, text: str) -> None:
        """There is no place for one where nobody looks."""

    def line(self, report: Report, elapsed_s: float) -> str:
        """e.g. `train maddpg: 40,000 of 100,000, 3 s, eta 5 s`."""
        eta = f", eta {elapsed_s * (report.total - report.done) / report.done:.0f} s" if report.done else ""
        return f"{report.phase}: {report.done:,} of {report.total:,}, {elapsed_s:.0f} s{eta}"
