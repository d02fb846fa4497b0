"""How a league has grown: what all that its members have been is worth, by all judged games together."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from arena.verbs.parts.tables import interval, table
from arena.verbs.season.reading import Read
from arena.verbs.season.worth import Worth, heading

SHOWN = 6  # periods of a member in the table
Growth = Mapping[str, Sequence[Mapping[str, Any]]]


def growth(known: Read) -> dict[str, list[dict[str, Any]]]:
    """By member its ratings on its side, a period after the other, since it started last."""
    worth = Worth.of(known.games, known.game)
    season = known.knowledge.season
    found = {}
    for member in season.members:
        first = season.period + 1 - len(member.seen)
        rows = [{"period": first + k, **worth.on(member.side, name)} for k, name in enumerate(member.seen)]
        found[member.name] = [row for row in rows if "rating" in row]
    return found


def growth_text(ratings: Growth, unit: str) -> str:
    """Some of the periods of each member."""
    rows = []
    for name, own in ratings.items():
        every = max(1, -(-len(own) // SHOWN))
        chosen = own[::-1][::every][::-1]
        rows += [[name if k == 0 else "", str(row["period"]), interval(row, unit)] for k, row in enumerate(chosen)]
    return table(["member", "period", heading(unit)], rows)


def draw_growth(ratings: Growth, known: Read, path: Path) -> None:
    """Writes a picture with a panel for each side."""
    from arena.render.curves import learning_curves

    sides = {member.name: member.side for member in known.knowledge.season.members}
    kind = "rating" if len(known.game.sides) == 2 else "return"
    lines = {
        name: [{"step": row["period"], "member": 0, f"{kind}/{sides[name]}": row["rating"]} for row in own]
        for name, own in ratings.items()
        if own
    }
    learning_curves(lines, path, [f"{kind}/{side}" for side in known.game.sides], "periods")
