"""What a terminal shows of a study."""

from collections.abc import Mapping
from typing import Any

from arena.verbs.parts.tables import table


def field_table(results: Mapping[str, Any]) -> str:
    """Each contender's mean return on each side against the field, with its interval over seeds."""
    sides = [*results["scenario"]["sides"]]
    returns = {(row["contender"], row["side"]): row["return"] for row in results["field"]}
    iqm = {row["contender"]: row for row in results["aggregates"] if row["statistic"] == "iqm"}
    rows = []
    for contender in results["contenders"]:
        name, left = contender["name"], len(contender["members"])
        cells = [*(returns.get((name, side)) for side in sides), *([iqm.get(name)] if iqm else [])]
        rows.append([name, f"{left} of {results['budget']['seeds']}" if left else "diverged", *map(told, cells)])
    columns = [f"return as {side} [95%]" for side in sides] if len(sides) > 1 else ["return [95%]"]
    return table(["contender", "seeds", *columns, *(["IQM [95%]"] if iqm else [])], rows)


def told(estimate: Mapping[str, Any] | None) -> str:
    """A number with its interval, as far as they are known."""
    if estimate is None or estimate["value"] is None:
        return "-"
    if estimate["low"] is None:
        return f"{estimate['value']:.3g}"
    return f"{estimate['value']:.3g} [{estimate['low']:.3g}, {estimate['high']:.3g}]"
