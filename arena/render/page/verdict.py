"""Who is ahead, in sentences made from the numbers. Nobody is ahead where intervals overlap."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import comb
from typing import Any

from arena.render.page.numbers import Unit, exactly, has_interval, is_above, unit_of

Results = Mapping[str, Any]
Pair = tuple[str, str]


def verdict(results: Results) -> list[str]:
    """A few sentences, the most important first; one that says so if nothing can be said."""
    names = [contender["name"] for contender in results["contenders"] if contender["members"]]
    if len(names) < 2:
        return [f"Only {names[0]} was trained: there is nobody to compare it with." if names else "Nobody was trained."]
    said = [*_sides(results), *_overall(results), *_partners(results)]
    return said or ["No difference is shown: the numbers come without intervals, as of a single seed."]


def _sides(results: Results) -> Iterator[str]:
    """What the mean returns on each side say, each contender against the field."""
    sides = results["scenario"]["sides"]
    for side in sides:
        rows = [row for row in results.get("field") or () if row["side"] == side and has_interval(row.get("return"))]
        winners: dict[str, list[str]] = {}
        equal = []
        for x, y in combinations(rows, 2):
            winner, loser = (x, y) if is_above(x["return"], y["return"]) else (y, x)
            if is_above(winner["return"], loser["return"]):
                winners.setdefault(winner["contender"], []).append(loser["contender"])
            else:
                equal.append((x["contender"], y["contender"]))
        told = [f"{winner} is ahead of {_listed(losers)}" for winner, losers in winners.items()]
        told += [f"no difference is shown between {_pairs(equal, rows)}"] if equal else []
        if told:
            yield (f"As {side}, " if len(sides) > 1 else "By their returns, ") + "; ".join(told) + "."


def _overall(results: Results) -> Iterator[str]:
    """What the probabilities of improvement say."""
    unit, equal = Unit(2), []
    winners: dict[str, list[str]] = {}
    for pair in filter(has_interval, unordered(results.get("improvement") or ())):
        x, y = pair["x"], pair["y"]
        turned = {"value": 1 - pair["value"], "low": 1 - pair["high"], "high": 1 - pair["low"]}
        winner, loser, chance = (x, y, pair) if pair["low"] > 0.5 else (y, x, turned)
        if chance["low"] > 0.5:
            winners.setdefault(winner, []).append(f"one of {loser} with probability {unit.whole(chance)}")
        else:
            equal.append((x, y))
    if winners:
        told = "; ".join(f"a seed of {winner} scores more than {_listed(losers)}" for winner, losers in winners.items())
        yield f"All in all, {told}."
    if equal:
        yield f"All in all, no difference is shown between {_pairs(equal, results['contenders'])}."


def _partners(results: Results) -> Iterator[str]:
    """Who loses by partners of another seed, in games of one side."""
    for row in results.get("self_play") or ():
        gap, is_return = row.get("gap"), row["measure"].startswith("return/")
        if is_return and is_above(gap, exactly(0)) and len(results["scenario"]["sides"]) == 1:
            lost = unit_of([row["gap"]["value"]]).whole(gap)
            yield f"With partners from other seeds, {row['contender']} reaches {lost} less than with its own."


def unordered(improvement: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Each two contenders once, as they come first."""
    found: dict[frozenset[str], Mapping[str, Any]] = {}
    for pair in improvement:
        if pair["x"] != pair["y"]:
            found.setdefault(frozenset((pair["x"], pair["y"])), pair)
    return [*found.values()]


def _pairs(pairs: Sequence[Pair], contenders: Sequence[Any]) -> str:
    """These pairs, or that they are all there are."""
    if len(pairs) == comb(len(contenders), 2) > 1:
        return "any two"
    return _listed([f"{x} and {y}" for x, y in pairs], ", or" if len(pairs) > 2 else " or")


def _listed(words: Sequence[str], last: str = " and") -> str:
    return f"{last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
