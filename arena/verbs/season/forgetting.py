"""What the newest have forgotten: opponents against whom a member did better once than it does now.

A member and all that was frozen of it since it started last play each frozen player of the other side in the same new
worlds; in a game of one side they play with each that was frozen of others, and scores take the place of points.

Axes: V versions of a member, the newest last; K opponents; G worlds.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import norm

from arena.catalog import load_game
from arena.draw import seeds_of
from arena.verbs.parts.tables import table
from arena.verbs.parts.values import assignments
from arena.verbs.season.encounters import met
from arena.verbs.season.reading import Read
from league.seasons.roster import Member, Season

LEVEL = 0.05  # the chance, over all comparisons, of an alarm where nothing was forgotten


def forgotten(known: Read, worlds: int) -> list[dict[str, Any]]:
    """Where a member now wins less than a former self: with Bonferroni's level over all comparisons."""
    season = known.knowledge.season
    game = load_game(known.options.scenario, **assignments(known.options.option))
    seeds = seeds_of(worlds, "forgotten", game.identity, season.period)
    found: list[dict[str, Any]] = []
    comparisons = 0
    for member in season.members:
        versions = [*(h for h in ancestors(season, member) if h not in member.seen[-1:]), *member.seen[-1:]]
        opponents = [player for player in season.against(member.side) if player.member != member.name]
        if len(versions) < 2 or not opponents:
            continue
        won = met(known, game, member.side, versions, [player.hash for player in opponents], seeds)
        names = [f"{opponent.member}@{opponent.period}" for opponent in opponents]
        found += [{"member": member.name, "against": name, **compared(won[:, k])} for k, name in enumerate(names)]
        comparisons += len(opponents) * (len(versions) - 1)
    level = LEVEL / max(1, comparisons)
    return [{**row, "is_forgotten": row["chance"] < level} for row in found]


def ancestors(season: Season, member: Member) -> list[str]:
    """What was frozen of a member since it started last, the oldest first."""
    parent = {player.hash: player.parent for player in season.frozen if player.member == member.name}
    found, last = [], member.parent
    while last:
        found.append(last)
        last = parent.get(last, "")
    return found[::-1]


def compared(won: np.ndarray) -> dict[str, float]:
    """The newest beside the former self that is ahead most surely, by points [V, G] in the same worlds."""
    lost = won[:-1] - won[-1]
    drop, error = lost.mean(1), lost.std(1, ddof=1) / np.sqrt(lost.shape[1])
    surely = np.divide(drop, error, out=np.where(drop > 0, np.inf, -np.inf), where=error > 0)
    best = int(surely.argmax())
    chance = norm.sf(surely[best])
    return {"now": float(won[-1].mean()), "former": float(won[best].mean()), "chance": float(chance)}


def forgotten_text(found: Sequence[Mapping[str, Any]]) -> str:
    """The alarms, or that there are none."""
    alarms = [row for row in found if row["is_forgotten"]]
    if not alarms:
        return f"nothing was forgotten: {len(found)} opponents, each met by the newest and by its former selves"
    rows = [[row["member"], row["against"], f"{row['now']:.2f}", f"{row['former']:.2f}"] for row in alarms]
    return "forgotten:\n" + table(["member", "against", "wins now", "its best former self"], rows, left=(0, 1))
