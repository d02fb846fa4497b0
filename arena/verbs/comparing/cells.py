"""What stands in cells: the cross tables, the paper's form of them, self-play against cross-play."""

from typing import Any

import numpy as np

from arena.verbs.comparing.estimates import told
from arena.verbs.comparing.study import Study
from league.studies.cross import mean_played
from league.studies.intervals import own_cell_mean
from league.studies.measures import Measure


def cross(study: Study, measure: Measure) -> dict[str, Any]:
    """The cross table of one measure."""
    names = [group.name for group in study.groups]

    def cell(row: str, column: str) -> dict[str, Any] | None:
        cell = study.cells[row, column]
        pairs = len(cell.row.players) * len(cell.column.players)
        return told(cell.estimate(measure), pairs=pairs, games=cell.played, missing=cell.planned - cell.played)

    cells = [[cell(row, column) for column in names] for row in names]
    return {"measure": measure.name, "rows": names, "columns": names, "cells": cells}


def successes(study: Study) -> list[dict[str, Any]]:
    """Success of both sides and the difference, contender by contender, for each metric that both sides have."""
    sides = list(study.game.sides)
    if len(sides) != 2:
        return []
    first, last = sides
    measures = {m.name: m for m in study.measures if m.is_share}
    found = []
    for name, own in measures.items():
        what = name.removeprefix(f"{last}_")
        other = measures.get(f"{first}_{what}")
        if own.side != last or other is None:
            continue
        rows = []
        for row in study.trained:
            for column in study.trained:
                cell = study.cells[row, column]
                estimates = {"last": cell.estimate(own), "first": cell.estimate(other)}
                estimates["difference"] = cell.difference(own, other)
                rows.append({last: row, first: column, **{k: told(e) for k, e in estimates.items()}})
        found.append({"what": what.replace("_", " "), "first": first, "last": last, "rows": rows})
    return found


def self_play(study: Study) -> list[dict[str, Any]]:
    """What a seed reaches with or against itself, and with or against its contender's other seeds, if there are any."""
    found = []
    for name in study.trained if study.cells else ():
        games = study.cells[name, name].games
        for measure in study.measures:
            scores = mean_played(games[measure.column])
            if np.isnan(scores).any():
                continue
            gap_bounds = (-1.0, 1.0) if measure.is_share else measure.bounds
            weights = {"self": (0, 1, measure.bounds), "cross": (1, 0, measure.bounds), "gap": (-1, 1, gap_bounds)}
            estimates = {
                what: told(own_cell_mean(scores, *weight)) if len(scores) > 1 or what == "self" else None
                for what, weight in weights.items()
            }
            found.append({"contender": name, "measure": measure.name, **estimates})
    return found
