"""What a reader of a study is told to beware of: a sentence for each thing, however many contenders there are."""

from typing import Any

from arena.verbs.comparing.cautions import cautions


def results(returns: dict[str, dict[str, tuple[float, float] | None]], seeds: int = 5) -> dict[str, Any]:
    """Of contenders with these intervals of their returns, by side."""
    field = [
        {"contender": name, "side": side, "return": ends and {"low": ends[0], "high": ends[1]}}
        for side, by_name in returns.items()
        for name, ends in by_name.items()
    ]
    told = {"scenario": {"sides": returns}, "field": field, "contenders": [], "cross": [], "scale": "study"}
    return told | {"budget": {"seeds": seeds}}


def test_overlaps_are_told_in_a_sentence_a_side():
    told = cautions(
        results(
            {
                "bad": {"a": (0, 2), "b": (1, 3), "c": (1.5, 4)},
                "good": {"a": (0, 2), "b": (1, 4), "c": (3, 5)},
                "third": {"a": (0, 1), "b": (2, 3), "c": (4, 5)},
                "fourth": {"a": (0, 1), "b": (4, 6), "c": (5, 7)},
            }
        )
    )
    assert told == [
        "as bad, no two of a, b and c are shown to differ",
        "as good, no difference is shown between a and b, or b and c",
        "as fourth, no difference is shown between b and c",
    ]


def test_two_contenders_are_a_pair():
    assert cautions(results({"team": {"a": (0, 2), "b": (1, 3)}})) == [
        "as team, no difference is shown between a and b"
    ]
    assert cautions(results({"team": {"a": (0, 2), "b": None}})) == ["as team, no difference is shown between a and b"]
    assert cautions(results({"team": {"a": (0, 2)}})) == cautions(results({"team": {}})) == []
    assert cautions(results({"team": {"a": (0, 1), "b": (2, 3)}}, seeds=3))[0].startswith("3 training seeds")


def test_what_is_missing_is_told_with_its_count():
    found = results({"team": {}})
    found["contenders"] = [
        {"name": "a", "members": [0, 1, 2], "diverged": [{}, {}]},
        {"name": "b", "members": [], "diverged": [{}] * 5},
    ]
    found["cross"] = [{"rows": ["a"], "columns": ["a", "b"], "cells": [[None, {"missing": 12, "games": 988}]]}]
    assert cautions(found) == [
        "a: 2 of 5 training seeds diverged; all its numbers are of the 3 others, and so too good",
        "b: 5 of 5 training seeds diverged; it is in no comparison",
        "not all games could be played to their end: a against a, a against b (without 12 of 1,000)",
        "a has 3 left: intervals are wide and rest on little, or are missing; take more than 5 seeds",
    ]
    found["cross"][0] |= {"columns": ["b"] * 12, "cells": [[None] * 12]}
    assert cautions(found)[2].endswith("a against b, and 2 more cells")


def test_two_sides_without_a_scale_are_not_added_up():
    found = results({"bad": {}, "good": {}})
    assert cautions(found) == [] and "no aggregate" in cautions(found | {"scale": None})[0]
    assert cautions(results({"team": {}}) | {"scale": None}) == []
