"""Who meets whom at the end of a period, so that the league knows what it is worth.

Axes: K opponents, G legs.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from arena.game import Game
from arena.games import Games, seat_of_sides, world_seeds
from league.seasons.evidence import Knowledge
from league.seasons.roster import Frozen, Season


class Pairing(NamedTuple):
    """Legs between two players, by their hashes."""

    own: str
    own_side: str
    other: str
    legs: int


def of_members(knowledge: Knowledge, legs: int) -> list[Pairing]:
    """So many legs of every member as it is now, shared out to the opponents of whom it is known least."""
    found = []
    for member in knowledge.season.members:
        view = knowledge.view(member)
        opponents = [*(rival.seen[-1] for rival in view.rivals), *(player.hash for player in view.frozen)]
        shares = shared_out(legs, view.legs)
        found += [
            Pairing(member.seen[-1], member.side, other, int(count))
            for other, count in zip(opponents, shares, strict=True)
            if count
        ]
    return found


def of_newcomers(season: Season, newcomers: Sequence[Frozen], legs: int) -> list[Pairing]:
    """So many legs of players that were just frozen against each frozen player of the other side."""
    return [
        Pairing(player.hash, player.side, other.hash, legs)
        for player in newcomers
        for other in season.against(player.side)
        if legs
    ]


def shared_out(legs: int, had: np.ndarray) -> np.ndarray:
    """How many of so many legs each opponent [K] gets, so that the least known have, with what they had, the same."""
    level = np.sort(had)
    fill = level * np.arange(1, len(had) + 1) - level.cumsum()  # legs that it takes to bring all below up to each
    reached = int(np.searchsorted(fill, legs, side="right"))
    share = np.maximum((legs + level[:reached].sum()) / reached - had, 0)
    whole = np.floor(share).astype(np.int64)
    order = np.lexsort((np.arange(len(had)), -(share - whole)))
    whole[order[: legs - whole.sum()]] += 1
    return np.asarray(whole)


def schedule(pairings: Sequence[Pairing], game: Game, seed: int, start: int) -> Games:
    """The legs of pairings, unplayed: all from the same worlds start, start + 1, ... of the season's."""
    legs_of: dict[tuple[str, str], int] = {}  # by who holds the first side and who the second
    for own, side, other, legs in pairings:
        line_up = (own, other) if side == next(iter(game.sides)) else (other, own)
        legs_of[line_up] = max(legs, legs_of.get(line_up, 0))
    names = list(dict.fromkeys(name for line_up in legs_of for name in line_up))
    line_ups = np.array([[names.index(name) for name in line_up] for line_up in legs_of]).reshape(-1, 2)
    counts = np.array(list(legs_of.values()), np.int64)
    seeds = world_seeds(seed, game, int(counts.max(initial=0)), start=start)
    place = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts, counts)
    return Games.unplayed(game, names, seat_of_sides(game, np.repeat(line_ups, counts, axis=0)), seeds[place])
