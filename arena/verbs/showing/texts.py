"""Sections of a leaderboard as text."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from arena.verbs.parts.tables import fits, on_scale, table

Board = Mapping[str, Any]
ACROSS = (24, 16, 10, 6)  # players; the first number that fits the terminal
MOST_CYCLES = 5
MOST_SEATS = 2  # that have a column each


def names(board: Board) -> dict[str, str]:
    """What the players are called, by content hash."""
    return {player["hash"]: player["name"] for player in board["players"]}


def cross_text(board: Board) -> str:
    """The shares of the points, in hundredths, of the best players each way round."""
    data = board["cross"]
    head = f"points of 100 as {data['rows']} (rows) against {data['columns']} (columns, by rank)"
    return f"{head}\n\n{square('player', data, names(board), lambda cell: hundredths(cell and cell['points']))}"


def superiority_text(board: Board) -> str:
    """How many of 100 times each of the best players is better than each other, according to the errors."""
    head = "how likely, of 100, the row is better overall than the column (by rank)"
    return f"{head}\n\n{square('player', board['superiority'], names(board), hundredths)}"


def square(header: str, data: Mapping[str, Any], name: Mapping[str, str], told: Callable[[Any], str]) -> str:
    """The cells of the best players against each other, as many as fit, and how many more there are."""
    players = data["players"]
    counts = [min(count, len(players)) for count in ACROSS]
    tables = (corner(header, data, name, told, count) for count in counts)
    found, count = next(
        ((text, count) for text, count in zip(tables, counts, strict=True) if fits(text) or count == counts[-1])
    )
    hidden = len(players) - count
    return found + (f"\nand {hidden} more players: see --json or --csv" if hidden else "")


def corner(
    header: str, data: Mapping[str, Any], name: Mapping[str, str], told: Callable[[Any], str], count: int
) -> str:
    """The cells of the `count` best players."""
    rows = [
        [str(rank), name[player], *map(told, cells[:count])]
        for rank, (player, cells) in enumerate(zip(data["players"][:count], data["cells"], strict=False), 1)
    ]
    return table(["", header, *map(str, range(1, count + 1))], rows, left=(1,))


def hundredths(share: float | None) -> str:
    """A share, of 100."""
    return "-" if share is None else f"{100 * share:.0f}"


def sides_text(board: Board) -> str:
    """What everybody did on each side, the most points first."""
    name = names(board)
    parts = []
    for side, records in board["sides"].items():
        counts = ["won", "drawn", "lost"] if any("won" in record for record in records) else []
        best_first = sorted(records, key=lambda record: -(record.get("points", record["score"]) or 0))
        rows = [
            [
                name[record["hash"]],
                *([f"{100 * record['points']:.1f}"] if counts else []),
                *(f"{record[count]:,}" for count in counts),
                "-" if record["score"] is None else f"{record['score']:+.2f}",
                on_scale([record["normalised"]]),
                f"{record['legs']:,}",
            ]
            for record in best_first
        ]
        points = ["points of 100"] if counts else []
        parts.append(table([f"as {side}", *points, *counts, "return", "normalised", "legs"], rows))
    return "\n\n".join(parts)


def ends_text(board: Board) -> str:
    """How the legs of each player ended."""
    ends = list(dict.fromkeys(end for player in board["players"] for end in player["ends"]))
    rows = [
        [player["name"], *(f"{player['ends'].get(end, 0):,}" for end in ends), player["withdrawn"] or "-"]
        for player in board["players"]
    ]
    return table(["how legs ended", *(end.replace("_", " ") for end in ends), "withdrawn"], rows)


def meta_text(board: Board) -> str:
    """Who is sent to play whom, what no ranking explains, and the shortest cycles."""
    data, name = board["meta"], names(board)
    sides = data["sides"][::-1]

    def share(parts: Mapping[str, Any] | None) -> str:
        return "-" if not parts or parts["value"] is None else f"{parts['value']:.2f}"

    rows = [
        [
            name[player["hash"]],
            *(share(player["sides"].get(side, {}).get("mix")) for side in sides),
            *(share(player["sides"].get(side, {}).get("alpharank")) for side in sides),
            *(share(player[key]) for key in ("nash", "nash_rating", "skill")),
        ]
        for player in data["players"]
    ]
    mixes = [*(f"mix as {side}" for side in sides), *(f"alpha-rank as {side}" for side in sides)]
    lines = [table(["meta-game", *mixes, "Nash", "Nash rating", "skill"], rows), ""]
    lines.append(f"value of the game for {data['value']['side']}: {share(data['value'])}, by {data['by']}")
    graph, additive = data["response_graph"], data["additive"]
    lines.append(f"match-ups beyond side and skill: {told(additive['interaction_share'], additive['noise'])}")
    lines.append(f"what no ranking explains: {told(graph['intransitivity'], graph['noise'])}")
    top = [name[graph["players"][place]] for place in graph["top_cycle"]]
    lines += [f"nobody outside beats any of: {', '.join(top)}"] if top else []
    for cycle in graph["cycles"][:MOST_CYCLES]:
        ring = [name[graph["players"][place]] for place in cycle["players"]]
        lines.append(f"each beats the one before: {', '.join([*ring, ring[0]])}")
    return "\n".join([*lines, *(f"note: {note}" for note in data["notes"])])


def partners_text(board: Board) -> str:
    """What everybody reaches with partners, and the scores of the best players' teams with each other as guests."""
    data, name = board["partners"], names(board)
    seats = list(data["players"][0]["seats"]) if data["players"] else []
    shown = seats if len(seats) <= MOST_SEATS else []
    forms = [reached(data, name, *form) for form in ((with_interval, shown), (with_reach, shown), (with_reach, []))]
    table_that_fits = next((form for form in forms if fits(form)), forms[-1])
    lines = [table_that_fits, "", f"self-play less cross-play: {with_interval(data['gap'])}"]
    if data["gap"]["value"] is None:
        lines.append("nobody has been a guest yet: play a league with --format mixed-seats")
    elif data["zero"] is None:
        lines.append("BR-Prox: not known without the score of random play; let random enter")
    else:
        lines.append(f"BR-Prox: 0 is random play ({data['zero']:.2f}), 1 the best guest with the same host and seat")
    return "\n".join([*lines, "", teams_text(data, name)])


def reached(
    data: Mapping[str, Any], name: Mapping[str, str], told: Callable[[Mapping[str, Any]], str], shown: Sequence[str]
) -> str:
    """The table of what everybody reaches with partners, as a guest in the seats `shown` too, intervals as `told`."""
    rows = [
        [
            name[player["hash"]],
            number(player["self_play"]["value"]),
            *(told(player[what]) for what in ("cross_play", "gap", "br_prox")),
            *(told(player["seats"][seat]["br_prox"]) for seat in shown),
        ]
        for player in data["players"]
    ]
    headers = ["with partners [95%]", "self-play", "cross-play", "gap", "BR-Prox", *(f"as {seat}" for seat in shown)]
    return table(headers, rows)


def teams_text(data: Mapping[str, Any], name: Mapping[str, str]) -> str:
    """The mean scores of hosts (rows) with guests (columns)."""
    hosts = {"players": [player["hash"] for player in data["players"]], "cells": data["cells"]}
    return square("host, with guest", hosts, name, lambda cell: number(cell and cell["score"]))


def with_interval(part: Mapping[str, Any]) -> str:
    """A value with its interval: `-9.15 [-9.60, -8.70]`."""
    return "-" if part["value"] is None else f"{number(part['value'])} [{number(part['low'])}, {number(part['high'])}]"


def with_reach(part: Mapping[str, Any]) -> str:
    """A value with the longer arm of its interval: `-9.15 ±0.45`."""
    if part["value"] is None:
        return "-"
    ends = [part[end] for end in ("low", "high")]
    reach = "?" if None in ends else number(max(abs(end - part["value"]) for end in ends))
    return f"{number(part['value'])} ±{reach}"


def number(value: float | None) -> str:
    """A number with two digits after the point."""
    return "-" if value is None else f"{value:.2f}"


def told(share: float | None, noise: float | None) -> str:
    """A share beside what chance alone would make."""
    if share is None:
        return "not known"
    return f"{100 * share:.1f}%" + ("" if noise is None else f" ({100 * noise:.1f}% by chance alone)")
