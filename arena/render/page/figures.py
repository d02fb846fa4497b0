"""The charts of a study, by section: from its results to figures."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from arena.render.page.curves import Curve, curve_chart, profile_chart
from arena.render.page.dots import Dot, Row, dot_chart, extent
from arena.render.page.numbers import PARTS, UNKNOWN, Unit, unit_of
from arena.render.page.verdict import unordered
from arena.render.theme import LIGHT

Results = Mapping[str, Any]
STATISTICS = {
    "iqm": "interquartile mean",
    "mean": "mean",
    "median": "median",
    "optimality_gap": "optimality gap (less is better)",
}


def colors(results: Results) -> dict[str, int]:
    """The place in the theme's series of each contender; scripted players have none."""
    return {contender["name"]: k % len(LIGHT.series) for k, contender in enumerate(results["contenders"])}


def curve_figures(results: Results) -> dict[str, list[Markup]]:
    """By opponent: a figure for each measure, as far as there are curves."""
    groups: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
    for curve in results.get("curves") or ():
        groups.setdefault(curve["against"], {}).setdefault(curve["measure"], []).append(curve)
    return {
        against: [
            _curves(by[measure["name"]], measure, results) for measure in results["measures"] if measure["name"] in by
        ]
        for against, by in groups.items()
    }


def aggregate_figures(results: Results) -> list[Markup]:
    """A figure a statistic: the claimed interval above, that of the percentile bootstrap below; all on one axis."""
    color, rows = colors(results), results.get("aggregates") or ()
    percentile = [row.get("percentile") for row in rows]
    domain = extent(rows, *(end for ends in percentile for end in ends or ()))

    def row(part: Mapping[str, Any]) -> Row:
        low, high = part.get("percentile") or (None, None)
        lanes = [[Dot(part)], [Dot({"low": low, "high": high}, "percentile")]]
        return Row(part["contender"], color.get(part["contender"]), Unit(2).whole(part), lanes[: 1 + (low is not None)])

    charts = {name: [row(part) for part in rows if part["statistic"] == name] for name in STATISTICS}
    return [dot_chart(STATISTICS[name], parts, domain) for name, parts in charts.items() if parts]


def profile_figures(results: Results) -> list[Markup]:
    """One figure: the share of runs above each score."""
    color, profiles = colors(results), results.get("profiles") or ()
    curves = [Curve(p["contender"], color.get(p["contender"]), p["tau"], _estimates(p, "share")) for p in profiles]
    return [profile_chart("performance profile: share of runs above a score", curves)] if curves else []


def improvement_figures(results: Results) -> list[Markup]:
    """One figure: the probability that a seed of the one beats a seed of the other, around a half."""
    color = colors(results)
    rows = [
        Row(f"{pair['x']} over {pair['y']}", color.get(pair["x"]), Unit(2).whole(pair), [[Dot(pair)]])
        for pair in unordered(results.get("improvement") or ())
    ]
    return [dot_chart("probability of improvement", rows, (0.0, 1.0), middle=0.5)] if rows else []


def seed_figures(results: Results) -> list[Markup]:
    """A figure a side: every seed as a dot."""
    color, field = colors(results), results.get("field") or ()
    figures = []
    for side in dict.fromkeys(row["side"] for row in field):
        rows = [row for row in field if row["side"] == side]
        scores = [score for row in rows for score in row["seed_scores"] if score is not None]
        is_normalised = all(row["normalised"] for row in rows)
        unit = Unit(2) if is_normalised else unit_of(scores)
        title = f"as {side}" + (", normalised score" if is_normalised else ", score")
        told = [_seeds(row, color.get(row["contender"]), unit) for row in rows]
        figures.append(dot_chart(title, told, extent([{"value": score} for score in scores])))
    return figures


def self_play_figures(results: Results) -> list[Markup]:
    """A figure a measure: filled with its own seed, hollow with the other seeds of the same contender."""
    color, found = colors(results), results.get("self_play") or ()
    figures = []
    for measure in results["measures"]:
        rows = [row for row in found if row["measure"] == measure["name"]]
        estimates = [row[part] for row in rows for part in ("self", "cross") if row.get(part)]
        unit = unit_of([estimate["value"] for estimate in estimates], measure["share"])
        told = [_partners(row, color.get(row["contender"]), unit) for row in rows]
        if rows:
            title = measure["label"] + (", %" if measure["share"] else "")
            figures.append(dot_chart(title, told, extent(estimates), is_share=measure["share"]))
    return figures


def efficiency_figures(results: Results) -> list[Markup]:
    """A figure a side: the steps of training until the threshold is reached."""
    color, found = colors(results), results.get("efficiency") or ()
    seeds = {contender["name"]: len(contender["members"]) for contender in results["contenders"]}
    figures = []
    for side in dict.fromkeys(row["side"] for row in found):
        rows = [row for row in found if row["side"] == side]
        unit = unit_of([row.get("final") for row in rows])
        told = [_reached(row, color.get(row["contender"]), unit, seeds[row["contender"]]) for row in rows]
        title = f"as {side}, against {rows[0]['against']}: steps to {rows[0]['threshold']:.0%} of the way"
        _, most = extent([row["steps"] for row in rows if row.get("steps")], float(results["budget"]["steps"]))
        figures.append(dot_chart(title, told, (0.0, most)))
    return figures


def _curves(curves: Sequence[Mapping[str, Any]], measure: Mapping[str, Any], results: Results) -> Markup:
    color = colors(results)
    drawn = [Curve(c["contender"], color.get(c["contender"]), c["steps"], _estimates(c, "value")) for c in curves]
    lines = {line["name"]: line["value"] for line in (results.get("lines") or {}).get(measure["name"]) or ()}
    return curve_chart(measure["label"], drawn, lines, measure["share"])


def _estimates(curve: Mapping[str, Any], value: str) -> list[dict[str, Any]]:
    """An estimate at each point of a curve whose values are called `value`."""
    unknown = [None] * len(curve[value])
    parts = zip(curve[value], curve.get("low") or unknown, curve.get("high") or unknown, strict=True)
    return [dict(zip(PARTS, part, strict=True)) for part in parts]


def _seeds(row: Mapping[str, Any], color: int | None, unit: Unit) -> Row:
    known = [score for score in row["seed_scores"] if score is not None]
    mean = unit.text(sum(known) / len(known)) if known else UNKNOWN
    return Row(row["contender"], color, f"mean {mean}", [[Dot({"value": score}, "seed") for score in known]])


def _partners(row: Mapping[str, Any], color: int | None, unit: Unit) -> Row:
    lanes = [[Dot(row[part], look)] for part, look in (("self", "claimed"), ("cross", "hollow")) if row.get(part)]
    return Row(row["contender"], color, f"gap {unit.whole(row.get('gap'))}", lanes)


def _reached(row: Mapping[str, Any], color: int | None, unit: Unit, seeds: int) -> Row:
    final = f"ends at {unit.text(row.get('final'))}"
    steps = row.get("steps")
    if steps is None:
        return Row(row["contender"], color, f"reached by {row['reached']} of {seeds}; {final}", [])
    seconds = "" if row.get("seconds") is None else f", {row['seconds']:,.0f} s"
    return Row(row["contender"], color, f"{Unit(0).text(steps['value'])} steps{seconds}; {final}", [[Dot(steps)]])
