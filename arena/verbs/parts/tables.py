"""Tables for people, as plain text."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from arena.errors import visible

UNITS = {"elo": "Elo", "score": "mean score"}


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], left: Sequence[int] = (0,)) -> str:
    """Rows under headers; columns right-aligned but those in `left`. Cells are data: nothing in them is obeyed."""
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for index, header in enumerate(headers):
        grid.add_column(Text(header), justify="left" if index in left else "right", no_wrap=True)
    for row in rows:
        grid.add_row(*(Text(visible(cell).replace("\n", " ")) for cell in row))
    console = Console(file=io.StringIO(), width=240, color_system=None)
    console.print(grid)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def interval(part: Mapping[str, Any] | None, unit: str = "elo") -> str:
    """A rating with its 95% interval: `+120 [  +96, +144]`, or for mean scores `-9.15 [-9.60,-8.70]`."""
    if not part or part["rating"] is None:
        return "-"
    rating, width = ("+.0f", "+5.0f") if unit == "elo" else ("+.2f", "+.2f")
    low, high = ("?" if part[end] is None else format(part[end], width) for end in ("low", "high"))
    return f"{part['rating']:{rating}} [{low},{high}]"


def leaderboard_text(board: Mapping[str, Any]) -> str:
    """The leaderboard: ratings by side with intervals, then what the players did."""
    players = board["players"]
    sides = list(dict.fromkeys(side for player in players for side in player["sides"]))
    unit = board["unit"]
    shown = sides if unit == "elo" else []  # of one side the rating says it all
    norms = ["normalised"] if any(value is not None for p in players for value in p["normalised"].values()) else []
    headers = ["", "player", f"{UNITS[unit]} [95%]", *(f"as {side}" for side in shown), *norms, "legs"]
    rows = [
        [
            str(rank),
            player["name"] + (" *" if player["provisional"] else ""),
            interval(player, unit),
            *(interval(player["sides"].get(side), unit) for side in shown),
            *(on_scale(player["normalised"].get(side) for side in sides) for _ in norms),
            f"{player['legs']:,}",
        ]
        for rank, player in enumerate(players, 1)
    ]
    parts = [table(headers, rows, left=(1,))]
    parts += ["", text] if (text := metrics_text(players, sides)) else []
    advantage = board["side_advantage"]
    if advantage:
        parts += ["", f"side advantage: {advantage['side']} {interval(advantage)} Elo between equals"]
    parts += [f"legs: {board['legs']:,}   fingerprint: {board['fingerprint'][:16]}"]
    parts += [f"withdrawn: {player['name']}: {player['withdrawn']}" for player in players if player["withdrawn"]]
    if any(player["provisional"] for player in players):
        parts += ["* provisional: too little, or too one-sided, to be rated without a prior"]
    return "\n".join(parts)


def on_scale(values: Iterable[float | None]) -> str:
    """Normalised scores of sides, in their order: `0.93 / 1.02`."""
    return " / ".join("-" if value is None else f"{value:.2f}" for value in values)


def metrics_text(players: Sequence[Mapping[str, Any]], sides: Sequence[str]) -> str:
    """The mean metrics of every player, or only the successes, if there are any.

    `good <0.4` is the good side's success at radius 0.4.
    """
    names = list(dict.fromkeys(name for player in players for name in player["metrics"]))
    names = [name for name in names if "success" in name] or names
    ends = ["forfeited"] if any(player["ends"].get("forfeited") for player in players) else []
    if not names and not ends:
        return ""
    rows = []
    for player in players:
        values = [player["metrics"].get(name) for name in names]
        cells = ["-" if value is None else f"{value:.2f}" for value in values]
        rows.append([player["name"], *cells, *(str(player["ends"].get(end, 0)) for end in ends)])
    return table(["player", *(name.replace("_success_", " <").replace("_", " ") for name in names), *ends], rows)
