"""All numbers of a study as tables for spreadsheets, one row a number and its interval."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from arena.render.page.numbers import PARTS, Estimate
from arena.sheet import sheet

Results = Mapping[str, Any]
Rows = Iterator[dict[str, Any]]


def csv_tables(results: Results) -> dict[str, str]:
    """CSV by the name of the file; parts that a study does not have are left out."""
    found = {name: list(rows(results)) for name, rows in TABLES.items()}
    return {f"{name}.csv": sheet(rows) for name, rows in found.items() if rows}


def _curves(results: Results) -> Rows:
    for curve in results.get("curves") or ():
        names = {name: curve[name] for name in ("measure", "against", "contender")}
        lines = {part: curve.get(part) or [None] * len(curve["steps"]) for part in PARTS}
        lines |= {f"seed_{place}": line for place, line in enumerate(curve.get("members") or ())}
        for at, step in enumerate(curve["steps"]):
            yield names | {"step": step} | {name: line[at] for name, line in lines.items()}


def _cross(results: Results) -> Rows:
    for table in results.get("cross") or ():
        for row, cells in zip(table["rows"], table["cells"], strict=True):
            for column, cell in zip(table["columns"], cells, strict=True):
                counts = {name: (cell or {}).get(name) for name in ("pairs", "games")}
                yield {"measure": table["measure"], "row": row, "column": column} | _numbers(cell) | counts


def _success(results: Results) -> Rows:
    for group in results.get("success") or ():
        last, first = group["last"], group["first"]
        for row in group["rows"]:
            names = {"what": group["what"], "last_side": last, "last_player": row[last]}
            names |= {"first_side": first, "first_player": row[first]}
            yield names | {
                f"{part}_{name}": number
                for part in ("last", "first", "difference")
                for name, number in _numbers(row.get(part)).items()
            }


def _aggregates(results: Results) -> Rows:
    for row in results.get("aggregates") or ():
        low, high = row.get("percentile") or (None, None)
        names = {name: row[name] for name in ("contender", "statistic")}
        yield names | _numbers(row) | {"percentile_low": low, "percentile_high": high}


def _profiles(results: Results) -> Rows:
    for profile in results.get("profiles") or ():
        lines = {part: profile.get(part) or [None] * len(profile["tau"]) for part in ("tau", "share", "low", "high")}
        for at in range(len(profile["tau"])):
            yield {"contender": profile["contender"]} | {part: line[at] for part, line in lines.items()}


def _improvement(results: Results) -> Rows:
    for row in results.get("improvement") or ():
        yield {"x": row["x"], "y": row["y"]} | _numbers(row)


def _self_play(results: Results) -> Rows:
    for row in results.get("self_play") or ():
        parts = {
            f"{part}_{name}": n for part in ("self", "cross", "gap") for name, n in _numbers(row.get(part)).items()
        }
        yield {"contender": row["contender"], "measure": row["measure"]} | parts


def _efficiency(results: Results) -> Rows:
    for row in results.get("efficiency") or ():
        names = {name: row[name] for name in ("contender", "side", "against", "threshold", "reached")}
        steps = {f"steps_{name}": number for name, number in _numbers(row.get("steps")).items()}
        yield names | steps | {name: row.get(name) for name in ("seconds", "final")}


def _seeds(results: Results) -> Rows:
    """Every score, and every seed that diverged."""
    contenders = {contender["name"]: contender for contender in results["contenders"]}
    for row in results.get("field") or ():
        members = _members(contenders[row["contender"]], row["seed_scores"])
        returns = row.get("seed_returns") or [None] * len(members)
        for member, score, earned in zip(members, row["seed_scores"], returns, strict=True):
            names = {"contender": row["contender"], "member": member, "side": row["side"]}
            yield names | {"return": earned, "score": score, "normalised": row["normalised"]}
    for name, contender in contenders.items():
        for seed in contender.get("diverged") or ():
            yield {"contender": name, "member": seed["member"], "diverged_after": seed["step"], "why": seed["why"]}


def _members(contender: Mapping[str, Any], scores: Sequence[Any]) -> Sequence[Any]:
    """Whose scores these are: of all members, or of those that did not diverge; else that is not known."""
    diverged = {seed["member"] for seed in contender.get("diverged") or ()}
    kept = [member for member in contender["members"] if member not in diverged]
    fitting = (members for members in (contender["members"], kept) if len(members) == len(scores))
    return next(fitting, [None] * len(scores))


def _numbers(estimate: Estimate | None) -> dict[str, Any]:
    return {part: (estimate or {}).get(part) for part in PARTS}


TABLES: dict[str, Callable[[Results], Rows]] = {
    "curves": _curves,
    "cross": _cross,
    "success": _success,
    "aggregates": _aggregates,
    "profiles": _profiles,
    "improvement": _improvement,
    "self_play": _self_play,
    "efficiency": _efficiency,
    "seeds": _seeds,
}
