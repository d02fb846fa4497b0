"""Our numbers beside the published ones, and what they say of the claims."""

from collections.abc import Mapping, Sequence
from typing import Any

from arena.verbs.comparing.cautions import are_apart, of_evidence
from arena.verbs.reproducing.publication import Claim, Experiment, Place

HOLDS, FAILS, OPEN = "holds", "does not hold", "open"


def beside(experiment: Experiment, results: Mapping[str, Any]) -> dict[str, Any]:
    """The cells and the claims of an experiment with our numbers, from the results of its study."""
    cells = [
        {
            "what": cell.what,
            "published": cell.value,
            "sure": cell.sure,
            "source": cell.source,
            "is_measured": cell.ours is not None,
            "ours": None if cell.ours is None else found(cell.ours, results),
            "share": cell.ours is not None and is_share(cell.ours, results),
        }
        for cell in experiment.cells
    ]
    return {
        "name": experiment.name,
        "title": experiment.title,
        "scenario": results["scenario"]["identity"],
        "differs": experiment.differs,
        "cells": cells,
        "claims": [judged(claim, results) for claim in experiment.claims],
        "warnings": of_evidence(results),
        "budget": results["budget"],
        "fingerprint": results["fingerprint"],
        "seconds": sum(contender["seconds"] or 0 for contender in results["contenders"]),
    }


def judged(claim: Claim, results: Mapping[str, Any]) -> dict[str, Any]:
    """A claim: it holds, or does not, where the two intervals are apart; else it is open."""
    higher, lower = found(claim.higher, results), found(claim.lower, results)
    verdict = OPEN
    if higher and lower and are_apart(higher, lower):
        verdict = HOLDS if higher["value"] > lower["value"] else FAILS
    return {
        "text": claim.text,
        "sure": claim.sure,
        "source": claim.source,
        "measure": label(claim.higher, results),
        "higher": higher,
        "higher_of": who(claim.higher),
        "lower": lower,
        "lower_of": who(claim.lower),
        "share": is_share(claim.higher, results),
        "verdict": verdict,
    }


def found(place: Place, results: Mapping[str, Any]) -> dict[str, Any] | None:
    """The estimate that stands at a place of a study's results, in the published unit; None if it is not known."""
    estimate = of_itself(place, results["self_play"]) if not place.column else of_cell(place, results["cross"])
    if estimate is None:
        return None
    ends = {end: estimate[end] for end in ("value", "low", "high")}
    return {end: None if value is None else place.scale * value for end, value in ends.items()}


def of_itself(place: Place, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Of seeds with or against themselves."""
    own = [row["self"] for row in rows if (row["contender"], row["measure"]) == (place.row, place.measure)]
    return own[0] if own else None


def of_cell(place: Place, tables: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Of all pairs of seeds of a row and a column."""
    for table in tables:
        if table["measure"] == place.measure and place.row in table["rows"] and place.column in table["columns"]:
            cells = table["cells"][table["rows"].index(place.row)]
            cell: Mapping[str, Any] | None = cells[table["columns"].index(place.column)]
            return cell
    return None


def is_share(place: Place, results: Mapping[str, Any]) -> bool:
    """Whether numbers at a place are shares."""
    return any(measure["share"] for measure in results["measures"] if measure["name"] == place.measure)


def label(place: Place, results: Mapping[str, Any]) -> str:
    """What the measure at a place is called where people read."""
    labels = {measure["name"]: str(measure["label"]) for measure in results["measures"]}
    return labels.get(place.measure, place.measure)


def who(place: Place) -> str:
    """Whose number stands at a place."""
    return f"{place.row} against {place.column}" if place.column else place.row
