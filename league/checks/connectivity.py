"""Who can be compared with whom: ratings of players that no chain of opponents links say nothing of each other.

Axes: G legs, P players, C match-ups.
"""

import numpy as np

from arena.game import Game
from arena.games import Games
from league.fits.matchups import Matchups
from league.payoff import Payoff


def groups(games: Games, scenario: Game) -> dict[str, list[list[str]]]:
    """By side of a game of two, its holders (content hashes) in groups within which they can be compared.

    Two that hold a side can be if they have met the same opponent, or are linked by a chain of such. Groups and their
    players are sorted, the largest group first. Players of a game of one side are compared by their scores: no groups.
    """
    if len(scenario.sides) == 1:
        return {}
    payoff = Payoff.of(games, scenario)
    label = Matchups.of(payoff).linked
    return {side: _grouped(payoff, label, s) for s, side in enumerate(payoff.sides)}


def _grouped(payoff: Payoff, label: np.ndarray, side: int) -> list[list[str]]:
    holders = np.unique(payoff.player[:, side])
    found: dict[int, list[str]] = {}
    for player in holders.tolist():
        found.setdefault(int(label[side * len(payoff.names) + player]), []).append(payoff.names[player])
    return sorted(map(sorted, found.values()), key=lambda group: (-len(group), group))
