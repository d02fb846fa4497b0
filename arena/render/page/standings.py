"""The standings of a league as tables with bars: all in all, and side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from arena.render.page.bars import axis_of, interval_bar, share_bar
from arena.render.page.numbers import UNKNOWN, Estimate, Unit, unit_of
from arena.render.page.strips import axis_strip

Board = Mapping[str, Any]
Player = Mapping[str, Any]
MOST_LINES = 200


@dataclass(frozen=True)
class Line:
    """A player in one table."""

    rank: int
    name: str
    look: str  # "c0", or "anchor" of a player without weights
    remark: str  # "provisional", "withdrawn"
    drawing: Markup
    text: str
    interval: str
    cells: Sequence[tuple[str, str]]  # what it is, and what it says


@dataclass(frozen=True)
class Standing:
    """A table of players, the best first."""

    side: str  # "" of all sides
    what: str  # the rating is in
    lines: Sequence[Line]
    axis: Markup
    hidden: int  # players who are not in it

    @property
    def headers(self) -> list[str]:
        """Of the cells behind the rating."""
        return [name for name, _ in self.lines[0].cells] if self.lines else []


def overall(board: Board) -> Standing:
    """Everybody by their rating."""
    players = board["players"]
    sides = list(dict.fromkeys(side for player in players for side in player["sides"]))
    has_norm = any(value is not None for player in players for value in player["normalised"].values())

    def cells(player: Player) -> Iterator[tuple[str, str]]:
        yield "ranks", ranks(player["rank"])
        if "wins" in player:
            yield "points of 100", percent((player["wins"] + player["draws"] / 2), counted(player))
        if has_norm:
            norms = (player["normalised"].get(side) for side in sides)
            yield "normalised", " / ".join(Unit(2).text(value) for value in norms)
        yield "legs", f"{player['legs']:,}"

    parts = [(player, player, list(cells(player))) for player in players]
    return _standing("", parts, board["unit"])


def by_side(board: Board) -> list[tuple[Standing, list[Markup]]]:
    """For each of two sides everybody who has held it, best first, and of each what became of its legs."""
    found = []
    for side, records in (board.get("sides") or {}).items():
        record = {each["hash"]: each for each in records if "won" in each}
        holders = [player for player in board["players"] if player["hash"] in record and side in player["sides"]]
        holders.sort(key=lambda player: -(player["sides"][side]["rating"] or 0.0))
        if not holders:
            continue
        returns = unit_of([record[player["hash"]]["score"] for player in holders])
        parts = [(p, p["sides"][side], list(_record(record[p["hash"]], returns))) for p in holders]
        results = [results_bar(player["name"], record[player["hash"]]) for player in holders]
        found.append((_standing(side, parts, "elo"), results))
    return found


def _record(record: Mapping[str, Any], returns: Unit) -> Iterator[tuple[str, str]]:
    yield "points of 100", percent(record["won"] + record["drawn"] / 2, record["legs"])
    yield "return", returns.text(record["score"])


def results_bar(name: str, record: Mapping[str, Any]) -> Markup:
    """What was won, drawn and lost."""
    parts = [(look, record[look]) for look in ("won", "drawn", "lost")]
    return share_bar(f"{name}: {', '.join(f'{count:,} {look}' for look, count in parts)}", parts)


def _standing(side: str, parts: Sequence[tuple[Player, Mapping[str, Any], Any]], unit: str) -> Standing:
    """Of players with their rating and the cells behind it."""
    is_elo = unit == "elo"
    estimates = [estimate_of(rating) for _, rating, _ in parts]
    written = Unit(0) if is_elo else unit_of(estimate["value"] for estimate in estimates)
    middle = 0.0 if is_elo else None
    axis = axis_of(estimates, *([0.0] if is_elo else []))
    lines, hidden = [], max(0, len(parts) - MOST_LINES)
    parts, estimates = parts[:MOST_LINES], estimates[:MOST_LINES]
    for rank, ((player, _, cells), estimate) in enumerate(zip(parts, estimates, strict=True), 1):
        look = "anchor" if player["kind"] == "scripted" else "c0"
        whose = f"{player['name']} as {side}" if side else player["name"]
        told = f"{whose}: {written.whole(estimate)} {'Elo' if is_elo else ''}".strip()
        drawing = interval_bar(told, axis, estimate, middle, look)
        text = plus(written, estimate["value"]) if is_elo else written.text(estimate["value"])
        interval = written.interval(estimate)
        lines.append(Line(rank, player["name"], look, remark(player), drawing, text, interval, cells))
    return Standing(side, "Elo" if is_elo else "mean score", lines, axis_strip(axis, is_share=False), hidden)


def remark(player: Player) -> str:
    """What to know of a player's rating."""
    return ", ".join(word for word in ("withdrawn", "provisional") if player[word])


def estimate_of(rating: Mapping[str, Any]) -> Estimate:
    """A rating of a leaderboard as pages have numbers."""
    return {"value": rating["rating"], "low": rating["low"], "high": rating["high"]}


def plus(unit: Unit, value: float | None) -> str:
    """A number with its sign."""
    text = unit.text(value)
    return f"+{text}" if value is not None and value > 0 and text != "0" else text


def ranks(rank: Mapping[str, int]) -> str:
    """The ranks that a player may have."""
    return f"{rank['low']}\N{EN DASH}{rank['high']}" if rank["low"] < rank["high"] else str(rank["low"])


def counted(player: Player) -> int:
    """Legs that were won, drawn or lost."""
    return int(player["wins"] + player["draws"] + player["losses"])


def percent(points: float, legs: int) -> str:
    """Points of a hundred."""
    return f"{100 * points / legs:.1f}" if legs else UNKNOWN
