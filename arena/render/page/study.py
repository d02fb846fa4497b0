"""The report of a study: from its results (the dict in results.json) to one HTML file that needs no network."""

from collections.abc import Mapping
from typing import Any

from arena.render.page import figures, grids
from arena.render.page.layout import page, shown
from arena.render.page.verdict import verdict


def study_page(results: Mapping[str, Any]) -> str:
    """The page as HTML. Estimates that are null and lists that are missing are shown as not known, or left out."""
    results = shown(results)
    differing, partial, same = grids.settings_rows(results["contenders"])
    return page(
        "study.html.j2",
        results=results,
        verdict=verdict(results),
        colors=figures.colors(results),
        papers=grids.paper_tables(results),
        heats=grids.heat_tables(results),
        curves=figures.curve_figures(results),
        aggregates=figures.aggregate_figures(results),
        profiles=figures.profile_figures(results),
        improvement=figures.improvement_figures(results),
        seeds=figures.seed_figures(results),
        self_play=figures.self_play_figures(results),
        efficiency=figures.efficiency_figures(results),
        normalised=all(row["normalised"] for row in results.get("field") or ()),
        differing=differing,
        partial=partial,
        same=same,
        diverged=[(c["name"], seed) for c in results["contenders"] for seed in c.get("diverged") or ()],
    )
