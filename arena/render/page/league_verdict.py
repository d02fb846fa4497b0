"""Who leads a league, in sentences made from the numbers. Nobody leads where intervals overlap."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from arena.render.page.numbers import Unit, has_interval, is_above, unit_of
from arena.render.page.standings import estimate_of, plus

Board = Mapping[str, Any]
Player = Mapping[str, Any]
MOST_NAMED = 4


def verdict(board: Board) -> list[str]:
    """A few sentences, the most important first."""
    if not board["players"]:
        return ["Nothing has been played yet."]
    return [*_lead(board), *_sides(board), *_advantage(board)]


def _lead(board: Board) -> Iterator[str]:
    """Who is ahead of all others who hold every side, or shares the lead: sums over other sides do not compare."""
    is_elo = board["unit"] == "elo"
    sides = {side for player in board["players"] for side in player["sides"]}
    players = [p for p in board["players"] if p["rating"] is not None and p["sides"].keys() == sides]
    if len(board["players"]) < 2:
        yield "A single player has been rated: there is nobody to compare it with."
    if len(players) < 2:
        return
    first = players[0]
    level = [player for player in players[1:] if not is_above(estimate_of(first), estimate_of(player))]
    unit = Unit(0) if is_elo else unit_of(player["rating"] for player in players)
    value = plus(unit, first["rating"]) if is_elo else unit.text(first["rating"])
    interval = unit.interval(estimate_of(first))
    what = f"{value} Elo" if is_elo else f"a mean score of {value}"
    what += f" ({interval})" if interval else ""
    if not level:
        yield f"{first['name']} leads with {what}, apart from everybody else."
    elif len(level) == len(players) - 1:
        yield f"{first['name']} stands first with {what}, but no interval is apart from its: nobody is shown to lead."
    else:
        yield f"{first['name']} stands first with {what}; its interval overlaps with {_listed(level)}."


def _sides(board: Board) -> Iterator[str]:
    """Who is best on each of two sides."""
    if board["unit"] != "elo":
        return
    best: dict[str, str] = {}
    for side in dict.fromkeys(side for player in board["players"] for side in player["sides"]):
        held = [player for player in board["players"] if (player["sides"].get(side) or {}).get("rating") is not None]
        if held:
            best[side] = max(held, key=lambda player: player["sides"][side]["rating"])["name"]
    if len(best) > 1 and len(set(best.values())) == 1:
        yield f"{next(iter(best.values()))} is the best on either side."
    elif best:
        yield f"Best {' and '.join(f'as {side} is {name}' for side, name in best.items())}."


def _advantage(board: Board) -> Iterator[str]:
    """Which side is easier to win with."""
    advantage = board["side_advantage"]
    if not advantage or advantage["rating"] is None:
        return
    found, unit = estimate_of(advantage), Unit(0)
    if has_interval(found) and found["low"] <= 0 <= found["high"]:
        yield f"Between equals no side is shown to be ahead ({advantage['side']}: {unit.interval(found)} Elo)."
    else:
        yield f"Between equals {advantage['side']} has the advantage, by {unit.whole(found)} Elo."


def _listed(players: Sequence[Player]) -> str:
    """The names of a few, or how many there are."""
    if len(players) > MOST_NAMED:
        return f"those of {len(players)} others"
    names = [player["name"] for player in players]
    return f"that of {names[0]}" if len(names) == 1 else f"those of {', '.join(names[:-1])} and {names[-1]}"
