"""How things are measured here: in turn, in one run, by the median."""

import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

import numpy as np
from scipy import stats

CALIBRATION_LOOPS = 2_000_000


def seconds(run: Callable[[], Any], repeats: int) -> float:
    """The mean time of one call over `repeats` calls."""
    started = time.perf_counter()
    for _ in range(repeats):
        run()
    return (time.perf_counter() - started) / repeats


def paired(
    ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int = 7, repeats: int = 1, their_repeats: int = 0
) -> tuple[float, float]:
    """The median seconds of a call of each, timed in turn so that a slow moment of the machine meets both."""
    their_repeats = their_repeats or repeats
    seconds(ours, max(1, repeats // 4)), seconds(theirs, max(1, their_repeats // 4))  # warm-up
    both = [(seconds(ours, repeats), seconds(theirs, their_repeats)) for _ in range(rounds)]
    mine, other = zip(*both, strict=True)
    return median(mine), median(other)


def row(
    name: str,
    value: float | None,
    unit: str,
    better: str,
    against: float | None,
    bar: float | None,
    is_ratio_bar: bool = False,
) -> dict[str, Any]:
    """One row of a benchmark; the bar is about the ratio value / against, or about the value itself.

    A row without a value could not be measured; its name says why.
    """
    ratio = value / against if value is not None and against else None
    judged = ratio if is_ratio_bar else value
    met = None if bar is None or judged is None else judged >= bar if better == "higher" else judged <= bar
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "better": better,
        "against": against,
        "ratio": ratio,
        "bar": bar,
        "met": met,
    }


def row_of_seeds(name: str, values: Sequence[float], unit: str, better: str, bar: float | None) -> dict[str, Any]:
    """The mean over seeds, with its 95 % interval by Student's t as `low` and `high`, and every seed's value."""
    mean = float(np.mean(values))
    margin = 0.0
    if len(values) > 1:
        margin = float(stats.t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / len(values) ** 0.5)
    found = {"low": mean - margin, "high": mean + margin, "seeds": sorted(values)} if len(values) > 1 else {}
    return {**row(name, mean, unit, better, None, bar), **found}


def calibration() -> dict[str, Any]:
    """A fixed piece of work, so that seconds can be compared between machines."""
    x = np.linspace(0.1, 1.0, CALIBRATION_LOOPS)

    def work() -> None:
        np.sqrt(x * x + 1.0).sum()

    return row("calibration: root and sum of 2,000,000 doubles", seconds(work, 20) * 1e3, "ms", "lower", None, None)
