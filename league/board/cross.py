"""The cross table: what everybody on the second side did to everybody on the first.

Axes: P players in the order of their rank.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from arena.errors import ArenaError
from arena.game import Game
from arena.games import Games
from league.payoff import Payoff

Cell = dict[str, Any]


def cross(games: Games, scenario: Game, order: Sequence[str]) -> dict[str, Any]:
    """`cells` [P][P]: the row's player as `rows`, the column's as `columns`; null where they have not met so.

    A cell counts `legs`, and `won`, `drawn` and `lost` by the row; `points` is its share of them, a draw half; `score`
    holds the mean score of each side, null if every leg was forfeited. ArenaError for a game of one side.
    """
    if len(scenario.sides) != 2:
        raise ArenaError(f"nobody meets anybody in {scenario.name}, a game of one side: it has no cross table")
    payoff = Payoff.of(games, scenario)
    place = [payoff.names.index(player) if player in payoff.names else -1 for player in order]
    first, second = payoff.sides
    cells = [[_cell(payoff, column, row) for column in place] for row in place]
    return {"rows": second, "columns": first, "players": list(order), "cells": cells}


def _cell(payoff: Payoff, first: int, second: int) -> Cell | None:
    """What the player `second` did on the second side to `first` on the first; -1 is somebody without a leg."""
    if min(first, second) < 0 or not payoff.legs[first, second]:
        return None
    lost, won, drawn = (int(count) for count in payoff.outcomes[:, first, second])
    legs = won + drawn + lost
    scored = int(payoff.scored[first, second])
    mean = payoff.total[:, first, second] / scored if scored else np.full(2, np.nan)
    return {
        "legs": legs,
        "won": won,
        "drawn": drawn,
        "lost": lost,
        "points": (won + drawn / 2) / legs,
        "score": {side: float(mean[s]) if scored else None for s, side in enumerate(payoff.sides)},
    }
