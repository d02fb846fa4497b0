"""What a reader of a study should beware of, in sentences."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

FEW_SEEDS = 5
MOST_NAMED = 10  # cells in one sentence


def cautions(results: Mapping[str, Any]) -> list[str]:
    """The sentences, the gravest first."""
    return [*of_evidence(results), *of_overlaps(results)]


def of_evidence(results: Mapping[str, Any]) -> list[str]:
    """What all of the numbers lack."""
    return [*of_divergence(results), *of_missing(results), *of_seeds(results), *of_scale(results)]


def of_divergence(results: Mapping[str, Any]) -> Iterator[str]:
    """Seeds that are in no mean."""
    for contender in results["contenders"]:
        if lost := len(contender["diverged"]):
            seeds, left = results["budget"]["seeds"], len(contender["members"])
            rest = f"all its numbers are of the {left} others, and so too good" if left else "it is in no comparison"
            yield f"{contender['name']}: {lost} of {seeds} training seeds diverged; {rest}"


def of_missing(results: Mapping[str, Any]) -> Iterator[str]:
    """Games that were not played to their end."""
    missing = [
        f"{row} against {column}"
        + (f" (without {cell['missing']:,} of {cell['missing'] + cell['games']:,})" if cell else "")
        for table in results["cross"][:1]
        for row, cells in zip(table["rows"], table["cells"], strict=True)
        for column, cell in zip(table["columns"], cells, strict=True)
        if cell is None or cell.get("missing")
    ]
    if missing:
        more = f", and {len(missing) - MOST_NAMED} more cells" if len(missing) > MOST_NAMED else ""
        yield f"not all games could be played to their end: {', '.join(missing[:MOST_NAMED])}{more}"


def of_seeds(results: Mapping[str, Any]) -> Iterator[str]:
    """Too few seeds to say much, be it that so few are left."""
    seeds = results["budget"]["seeds"]
    left = {c["name"]: len(c["members"]) for c in results["contenders"] if 0 < len(c["members"]) < seeds}
    few = [f"{name} has {count} left" for name, count in left.items() if count < FEW_SEEDS <= seeds]
    if seeds == 1:
        yield "one training seed: nothing is known of how much another would differ, and no interval is given"
    elif seeds < FEW_SEEDS:
        yield f"{seeds} training seeds: intervals are wide and rest on little; take at least {FEW_SEEDS}"
    elif few:
        yield f"{', '.join(few)}: intervals are wide and rest on little, or are missing; take more than {seeds} seeds"


def of_scale(results: Mapping[str, Any]) -> Iterator[str]:
    """Returns of two kinds that nothing brings to one scale."""
    if len(results["scenario"]["sides"]) == 2 and results["scale"] is None:
        yield "on one of the sides nobody does better than random play: there is no scale of scores, and no aggregate"


def of_overlaps(results: Mapping[str, Any]) -> Iterator[str]:
    """Contenders of whom neither is shown to be better, in a sentence a side."""
    for side in results["scenario"]["sides"]:
        own = {row["contender"]: row["return"] for row in results["field"] if row["side"] == side}
        pairs = [*combinations(own, 2)]
        equal = [f"{x} and {y}" for x, y in pairs if not are_apart(own[x], own[y])]
        if len(equal) == len(pairs) > 1:
            *names, last = own
            yield f"as {side}, no two of {', '.join(names)} and {last} are shown to differ"
        elif equal:
            yield f"as {side}, no difference is shown between {', or '.join(equal)}"


def are_apart(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    """Whether two intervals have nothing in common; unknown ones are not apart."""
    ends = [None if each is None else (each["low"], each["high"]) for each in (one, other)]
    if any(end is None or None in end for end in ends):
        return False
    (low, high), (other_low, other_high) = ends  # type: ignore[misc]
    return bool(high < other_low or other_high < low)
