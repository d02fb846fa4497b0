"""What the newest have forgotten: opponents against whom a member did better once than it does now.

A member and all that was frozen of it play each frozen player of the other side in the same new worlds.

Axes: V versions of a member, the newest last; K opponents; G worlds.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import norm

from arena.catalog import load_game
from arena.draw import seeds_of
from arena.game import Game
from arena.games import Games, points, seat_of_sides
from arena.player import Player
from arena.playing import play
from arena.verbs.parts.entries import league_entry
from arena.verbs.parts.tables import table
from arena.verbs.parts.values import assignments
from arena.verbs.season.reading import Read

LEVEL = 0.05  # the chance, over all comparisons, of an alarm where nothing was forgotten


def forgotten(known: Read, worlds: int) -> list[dict[str, Any]]:
    """Where a member now wins less than a former self: with Bonferroni's level over all comparisons."""
    season = known.knowledge.season
    game = load_game(known.options.scenario, **assignments(known.options.option))
    seeds = seeds_of(worlds, "forgotten", game.identity, season.period)
    found: list[dict[str, Any]] = []
    for member in season.members:
        own = [player.hash for player in season.frozen if player.member == member.name]
        versions = [*(h for h in own if not member.seen or h != member.seen[-1]), *member.seen[-1:]]
        opponents = season.against(member.side)
        if len(versions) < 2 or not opponents:
            continue
        won = played(known, game, member.side, versions, [player.hash for player in opponents], seeds)
        names = [f"{opponent.member}@{opponent.period}" for opponent in opponents]
        found += [{"member": member.name, "against": name, **compared(won[:, k])} for k, name in enumerate(names)]
    level = LEVEL / max(1, len(found))
    return [{**row, "is_forgotten": row["chance"] < level} for row in found]


def played(
    known: Read, game: Game, side: str, versions: Sequence[str], opponents: Sequence[str], seeds: np.ndarray
) -> np.ndarray:
    """The points [V, K, G] of versions of a member against opponents of the other side."""
    names = [*versions, *opponents]
    players = {name: loaded(known, game, name) for name in names}
    pairs = np.array([[v, len(versions) + k] for v in range(len(versions)) for k in range(len(opponents))])
    by_side = pairs if side == next(iter(game.sides)) else pairs[:, ::-1]
    line_ups = seat_of_sides(game, np.repeat(by_side, len(seeds), axis=0))
    games, _ = play(Games.unplayed(game, names, line_ups, np.tile(seeds, len(pairs))), players, game)
    won = points(games, list(game.sides).index(side))
    return won.reshape(len(versions), len(opponents), len(seeds))


def loaded(known: Read, game: Game, name: str) -> Player:
    """A player of the league."""
    return league_entry(known.folder, known.entrants[name]).load(game)


def compared(won: np.ndarray) -> dict[str, float]:
    """The newest beside the former self that did best, by points [V, G] in the same worlds."""
    now, best = won[-1], won[:-1][int(won[:-1].mean(1).argmax())]
    lost = best - now
    error = float(lost.std(ddof=1) / np.sqrt(len(lost)))
    drop = float(lost.mean())
    chance = float(norm.sf(drop / error)) if error else float(drop <= 0)
    return {"now": float(now.mean()), "former": float(best.mean()), "chance": chance}


def forgotten_text(found: Sequence[Mapping[str, Any]]) -> str:
    """The alarms, or that there are none."""
    alarms = [row for row in found if row["is_forgotten"]]
    if not alarms:
        return f"nothing was forgotten: {len(found)} opponents, each met by the newest and by its former selves"
    rows = [[row["member"], row["against"], f"{row['now']:.2f}", f"{row['former']:.2f}"] for row in alarms]
    return "forgotten:\n" + table(["member", "against", "wins now", "its best former self"], rows, left=(0, 1))
