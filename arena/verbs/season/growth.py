"""How a league has grown: what its members have been worth, period by period, all rated together."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from arena.catalog import load_game
from arena.draw import seeds_of
from arena.games import Games
from arena.verbs.parts.tables import interval, table
from arena.verbs.parts.values import assignments
from arena.verbs.season.encounters import encounters
from arena.verbs.season.reading import Read
from arena.verbs.season.worth import Worth, heading

SHOWN = 6  # periods of a member in the table
ASKED = 10  # periods of a member that play new games
Growth = Mapping[str, Sequence[Mapping[str, Any]]]


def growth(known: Read, worlds: int) -> dict[str, list[dict[str, Any]]]:
    """By member its ratings, a period after the other, since it started last.

    By judged games; or with `worlds` by new games, in which all meet all of the other side in as many worlds, as they
    were in some of the periods.
    """
    season = known.knowledge.season
    chosen = {
        member.name: {
            season.period + 1 - len(member.seen) + k: member.seen[k] for k in places(len(member.seen), worlds)
        }
        for member in season.members
    }
    worth = Worth.of(new_games(known, chosen, worlds) if worlds else known.games, known.game)
    found = {}
    for member in season.members:
        rows = [{"period": period, **worth.on(member.side, h)} for period, h in chosen[member.name].items()]
        found[member.name] = [row for row in rows if "rating" in row]
    return found


def places(count: int, worlds: int) -> list[int]:
    """Which of so many periods are looked at: all, or some of them, evenly, if they play anew."""
    return sorted({round(k) for k in np.linspace(0, count - 1, min(count, ASKED) if worlds else count)})


def new_games(known: Read, chosen: Mapping[str, Mapping[int, str]], worlds: int) -> Games:
    """Games of all that members were in chosen periods, against all of the other side; in worlds of their own."""
    game = load_game(known.options.scenario, **assignments(known.options.option))
    by_side = {
        side: list(dict.fromkeys(h for m in known.knowledge.season.of_side(side) for h in chosen[m.name].values()))
        for side in game.sides
    }
    first, *_, last = *by_side, *by_side
    seeds = seeds_of(worlds, "growth", game.identity, known.knowledge.season.period)
    return encounters(known, game, first, by_side[first], by_side[last], seeds)


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
