"""What a verb yields while it works: where it stands, what it has to say, and at last its result."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
O = TypeVar("O")  # noqa: E741  the options of a verb


@dataclass(frozen=True)
class Report:
    """One report of a verb: a front end shows progress as a bar and prints `text`, or the result's data as JSON."""

    phase: str = ""  # what is being done
    done: int = 0
    total: int = 0  # 0: no bar
    text: str = ""  # to be printed as it is
    frame: str | Callable[[], str] = ""  # on a terminal this replaces the frame before it, instead of `text`
    data: Mapping[str, Any] = field(default_factory=dict)  # numbers for programs
    is_result: bool = False


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    state: str  # "ok", "note" or "problem"
    text: str


def function(options: Callable[P, O], run: Callable[[O], Iterator[Report]]) -> Callable[P, Iterator[Report]]:
    """The Python function of a verb: takes the fields of its options, yields its reports."""

    def verb(*args: P.args, **kwargs: P.kwargs) -> Iterator[Report]:
        return run(options(*args, **kwargs))

    verb.__doc__ = options.__doc__
    return verb


def result_of(reports: Iterator[Report]) -> Mapping[str, Any]:
    """Runs a verb to its end and returns its result's data."""
    data: Mapping[str, Any] = {}
    for report in reports:
        if report.is_result:
            data = report.data
    return data
