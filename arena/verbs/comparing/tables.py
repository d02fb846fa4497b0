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
        name = contender["name"]
        if name not in iqm:
            rows.append([name, "diverged", *("-" for _ in range(len(sides) + 1))])
            continue
        cells = [told(returns[name, side]) for side in sides]
        rows.append([name, f"{len(contender['members'])} of {results['budget']['seeds']}", *cells, told(iqm[name])])
    columns = [f"return as {side} [95%]" for side in sides] if len(sides) > 1 else ["return [95%]"]
    return table(["contender", "seeds", *columns, "IQM [95%]"], rows)


def told(estimate: Mapping[str, Any]) -> str:
    """A number with its interval."""
    if estimate["low"] is None:
        return f"{estimate['value']:.3g}"
    return f"{estimate['value']:.3g} [{estimate['low']:.3g}, {estimate['high']:.3g}]"
