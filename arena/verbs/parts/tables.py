"""Tables for people, as plain text."""

import io
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from arena.errors import visible

WIDEST = 240
UNITS = {"elo": "Elo", "score": "mean score"}

Interval = Callable[[Mapping[str, Any] | None, str], str]


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], left: Sequence[int] = (0,)) -> str:
    """Rows under headers; columns right-aligned but those in `left`. Cells are data: nothing in them is obeyed.

    Where that is wider than the terminal, headers stand in several lines.
    """
    cells = [*rows]
    found = drawn(headers, cells, left)
    return found if fits(found) else drawn([header.replace(" ", "\n") for header in headers], cells, left)


def drawn(headers: Sequence[str], rows: Iterable[Sequence[str]], left: Sequence[int]) -> str:
    """The table as it is."""
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for index, header in enumerate(headers):
        grid.add_column(Text(header), justify="left" if index in left else "right", no_wrap=True, vertical="bottom")
    for row in rows:
        grid.add_row(*(Text(visible(cell).replace("\n", " ")) for cell in row))
    console = Console(file=io.StringIO(), width=WIDEST, color_system=None)
    console.print(grid)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def fits(text: str) -> bool:
    """Whether the terminal is wide enough; where there is none, everything fits."""
    is_watched = sys.stdout.isatty() or "COLUMNS" in os.environ
    return not is_watched or max(map(len, text.splitlines())) <= shutil.get_terminal_size().columns


def interval(part: Mapping[str, Any] | None, unit: str = "elo") -> str:
    """A rating with its 95% interval: `+120 [  +96, +144]`, or for mean scores `-9.15 [-9.60,-8.70]`."""
    if not part or part["rating"] is None:
        return "-"
    rating, width = ("+.0f", "+5.0f") if unit == "elo" else ("+.2f", "+.2f")
    low, high = ("?" if part[end] is None else format(part[end], width) for end in ("low", "high"))
    return f"{part['rating']:{rating}} [{low},{high}]"


def short_interval(part: Mapping[str, Any] | None, unit: str = "elo") -> str:
    """A rating with the longer arm of its interval: `+120 ±24`."""
    if not part or part["rating"] is None:
        return "-"
    form = ".0f" if unit == "elo" else ".2f"
    ends = [part[end] for end in ("low", "high")]
    reach = "?" if None in ends else format(max(abs(end - part["rating"]) for end in ends), form)
    return f"{part['rating']:+{form}} ±{reach}"


def leaderboard_text(board: Mapping[str, Any]) -> str:
    """The leaderboard: ratings by side with intervals, then what the players did."""
    players = board["players"]
    sides = list(dict.fromkeys(side for player in players for side in player["sides"]))
    forms = [ratings_text(board, sides, *form) for form in FORMS]
    parts = [next((form for form in forms if fits(form)), forms[-1])]
    parts += ["", text] if (text := metrics_text(players, sides)) else []
    parts += [""]
    advantage, name = board["side_advantage"], {player["hash"]: player["name"] for player in players}
    if advantage:
        whom = "anchors" if board["anchors"] else "equals"
        parts += [f"side advantage: {advantage['side']} {interval(advantage)} Elo between {whom}"]
    if board["anchors"]:
        given = ", ".join(f"{visible(name[player])} {elo:+g}" for player, elo in board["anchors"].items())
        parts += [f"anchored: {given} Elo; intervals are of differences to the anchors"]
    for side, apart in board["apart"].items():
        who = ", ".join(visible(name[player]) for player in apart)
        parts += [f"as {side}, no chain of opponents compares with the others: {who}"] if apart else []
    if board.get("placing"):
        parts += ["placing: " + ", ".join(f"{place} {visible(name)}" for place, name in enumerate(board["placing"], 1))]
    parts += [f"legs: {board['legs']:,}   fingerprint: {board['fingerprint'][:16]}"]
    parts += [f"withdrawn: {player['name']}: {player['withdrawn']}" for player in players if player["withdrawn"]]
    if any(player["provisional"] for player in players):
        parts += ["* provisional: too little, or too one-sided, to be rated without a prior"]
    return "\n".join(parts)


def ratings_text(board: Mapping[str, Any], sides: Sequence[str], told: Interval, with_norms: bool) -> str:
    """The table of ratings, with intervals as `told`."""
    players, unit = board["players"], board["unit"]
    shown = sides if unit == "elo" else []  # of one side the rating says it all
    has_norms = with_norms and any(value is not None for p in players for value in p["normalised"].values())
    norms = ["normalised"] if has_norms else []
    headers = ["", "player", f"{UNITS[unit]} [95%]", "ranks", *(f"as {side}" for side in shown), *norms, "legs"]
    rows = [
        [
            str(rank),
            player["name"] + (" *" if player["provisional"] else ""),
            told(player, unit),
            ranks(player["rank"]),
            *(told(player["sides"].get(side), unit) for side in shown),
            *(on_scale(player["normalised"].get(side) for side in sides) for _ in norms),
            f"{player['legs']:,}",
        ]
        for rank, player in enumerate(players, 1)
    ]
    return table(headers, rows, left=(1,))


def ranks(rank: Mapping[str, int]) -> str:
    """The ranks that the legs leave open: `2-4`."""
    return f"{rank['low']}-{rank['high']}" if rank["high"] > rank["low"] else str(rank["low"])


FORMS = ((interval, True), (short_interval, True), (short_interval, False))  # the first one that fits is shown


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
