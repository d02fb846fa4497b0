"""Who meets whom at the end of a period, so that the league knows what it is worth.

Axes: K opponents, G legs.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from arena.game import Game
from arena.games import Games, seat_of_sides, world_seeds
from league.schedules.mixed_seats import seated
from league.seasons.evidence import Knowledge
from league.seasons.roster import Frozen, Season


class Pairing(NamedTuple):
    """Legs between two players, by their hashes."""

    own: str
    own_side: str
    other: str
    legs: int


def of_members(knowledge: Knowledge, legs: int) -> list[Pairing]:
    """So many legs of every member as it is now, shared out to the opponents of whom it is known least.

    In a game of one side it first has its share of them in a team of its own.
    """
    found = []
    for member in knowledge.season.members:
        view = knowledge.view(member)
        opponents = [*(rival.seen[-1] for rival in view.rivals), *(player.hash for player in view.frozen)]
        alone = view.is_itself
        shares = np.where(alone, -(-legs // len(alone)), 0)
        shares[~alone] = shared_out(legs - shares.sum(), view.legs[~alone])
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
    if not len(had):
        return np.zeros(0, np.int64)
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
    legs_of: dict[tuple[str, str], int] = {}  # by who holds the first side and who the second, or by name
    for own, side, other, legs in pairings:
        is_first = own < other if len(game.sides) == 1 else side == next(iter(game.sides))
        pair = (own, other) if is_first else (other, own)
        legs_of[pair] = max(legs, legs_of.get(pair, 0))
    names = list(dict.fromkeys(name for pair in legs_of for name in pair))
    pairs = np.array([[names.index(name) for name in pair] for pair in legs_of]).reshape(-1, 2)
    counts = np.array(list(legs_of.values()), np.int64)
    seeds = world_seeds(seed, game, int(counts.max(initial=0)), start=start)
    place = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts, counts)
    return Games.unplayed(game, names, line_ups(game, np.repeat(pairs, counts, axis=0), place), seeds[place])


def line_ups(game: Game, pairs: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Who sits where, [G, A], in the legs of `pairs` [G, 2], which are number `place` [G] of their pair.

    The first on the first side and the second on the second; in a game of one side each in turn as the guest of the
    other, in one seat after the other.
    """
    if len(game.sides) == 2:
        return seat_of_sides(game, pairs)
    rows, seats = np.arange(len(pairs)), len(game.seats)
    guest = place // seats % 2
    return seated(pairs[rows, 1 - guest], pairs[rows, guest], place % seats, seats)
