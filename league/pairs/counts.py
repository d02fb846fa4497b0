"""The five counts of pairs, from legs.

Axes: G legs, S sides, N pairs.
"""

import numpy as np

from arena.game import DRAW, Game
from arena.games import Games
from league.payoff import side_players
from league.records.legs import is_finished


def pair_counts(games: Games, scenario: Game, player: int = 0) -> np.ndarray:
    """How many pairs [5] scored 0, 1/4, 1/2, 3/4 and 1 for `player`, an index into the games' names.

    The games are of two players and two sides: a pair is the two legs of a seed, one with each on each side. A leg that
    is not finished leaves its pair out.
    """
    holder, is_whole = side_players(games, scenario)
    rows = np.flatnonzero(is_whole & is_finished(games) & (holder[:, 0] != holder[:, 1]))
    own = np.where(holder[rows, 0] == player, 0, 1)  # the side that the player holds
    winner = games.winner[rows]
    halves = np.where(winner == DRAW, 1, 2 * (winner == own))
    seeds, pair, legs = np.unique(games.seed[rows], return_inverse=True, return_counts=True)
    points = np.bincount(pair, halves, len(seeds)).astype(np.int64)  # [N] in half games
    return np.bincount(points[legs == 2], minlength=5)
