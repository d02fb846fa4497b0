"""Sections of a leaderboard as text."""

from collections.abc import Mapping
from typing import Any

from arena.verbs.parts.tables import on_scale, table

Board = Mapping[str, Any]
MOST_COLUMNS = 24  # players across, before a cross table is wider than a screen
MOST_CYCLES = 5


def names(board: Board) -> dict[str, str]:
    """What the players are called, by content hash."""
    return {player["hash"]: player["name"] for player in board["players"]}


def cross_text(board: Board) -> str:
    """The shares of the points, in hundredths, of the best players each way round."""
    data, name = board["cross"], names(board)
    players = data["players"][:MOST_COLUMNS]

    def points(cell: Mapping[str, Any] | None) -> str:
        return "-" if cell is None else f"{100 * cell['points']:.0f}"

    rows = [
        [str(rank), name[player], *map(points, cells[:MOST_COLUMNS])]
        for rank, (player, cells) in enumerate(zip(players, data["cells"], strict=False), 1)
    ]
    head = f"points of 100 as {data['rows']} (rows) against {data['columns']} (columns, by rank)"
    text = f"{head}\n\n{table(['', 'player', *map(str, range(1, len(players) + 1))], rows, left=(1,))}"
    hidden = len(data["players"]) - len(players)
    return text + (f"\nand {hidden} more players: see --json or --csv" if hidden else "")


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


def told(share: float | None, noise: float | None) -> str:
    """A share beside what chance alone would make."""
    if share is None:
        return "not known"
    return f"{100 * share:.1f}%" + ("" if noise is None else f" ({100 * noise:.1f}% by chance alone)")
