"""What is said of contenders as samples of their seeds: scores, aggregates, profiles, who beats whom."""

from typing import Any

import numpy as np

from arena.verbs.comparing.estimates import number, told
from arena.verbs.comparing.study import Study
from league.studies import bootstrap, intervals
from league.studies.aggregate import STATISTICS

TAUS = 101  # thresholds of a performance profile
RESAMPLES = 10_000


def seeds(study: Study) -> dict[str, Any]:
    """Scores, aggregates, profiles and who beats whom.

    The returns of two sides are of two kinds: where there is no scale to bring them to, they are not added up.
    """
    tables, sides = study.tables, list(study.game.sides)
    is_scaled = study.field.scaled is not None
    scores = np.concatenate([*tables.values()])
    tau = np.linspace(min(0.0, scores.min()), max(1.0, scores.max()), TAUS)
    return {
        "scale": study.field.scale,
        "field": [
            {
                "contender": name,
                "side": side,
                "seed_scores": [number(score) for score in tables[name][:, k]],
                "seed_returns": [number(score) for score in study.field.raw[name][:, k]],
                "return": told(intervals.aggregate("mean", study.field.raw[name][:, k : k + 1])),
                "normalised": is_scaled,
            }
            for name in tables
            for k, side in enumerate(sides)
        ],
        "aggregates": [
            {"contender": name, "statistic": statistic, **aggregate(statistic, table)}
            for name, table in tables.items()
            for statistic in STATISTICS
            if is_scaled or (len(sides) == 1 and statistic != "optimality_gap")
        ],
        "profiles": [{"contender": name, **profile(table, tau)} for name, table in tables.items() if is_scaled],
        "improvement": [
            {"x": x, "y": y, **(told(intervals.improvement(tables[x], tables[y])) or {})}
            for k, x in enumerate(tables)
            for y in [*tables][k + 1 :]
        ],
    }


def aggregate(statistic: str, table: np.ndarray) -> dict[str, Any]:
    """A statistic with its own interval, and the percentile interval that rliable would give."""
    percentile = bootstrap.percentile(STATISTICS[statistic], [table], RESAMPLES, 0) if len(table) > 1 else None
    estimate = told(intervals.aggregate(statistic, table)) or {}
    return {**estimate, "percentile": [number(percentile.low), number(percentile.high)] if percentile else None}


def profile(table: np.ndarray, tau: np.ndarray) -> dict[str, Any]:
    """The share of scores above each threshold."""
    estimate = intervals.profile(table, tau)
    ends = {"share": estimate.value, "low": estimate.low, "high": estimate.high}
    return {"tau": tau.tolist(), **{name: [number(x) for x in end] for name, end in ends.items()}}
