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
        raise ArenaError(f"nobody meets anybody in {scenario.name}, a game of one side: show partners instead")
    payoff = Payoff.of(games, scenario)
    first, second = payoff.sides
    met = zip(payoff.player.tolist(), range(len(payoff.player)), strict=True)
    found = {(payoff.names[j], payoff.names[i]): _cell(payoff, c) for (i, j), c in met}
    cells = [[found.get((row, column)) for column in order] for row in order]
    return {"rows": second, "columns": first, "players": list(order), "cells": cells}


def _cell(payoff: Payoff, cell: int) -> Cell:
    """What the player on the second side did to the one on the first."""
    lost, won, drawn = (int(count) for count in payoff.outcomes[cell])
    legs = won + drawn + lost
    scored = int(payoff.scored[cell])
    mean = payoff.total[cell] / scored if scored else np.full(2, np.nan)
    return {
        "legs": legs,
        "won": won,
        "drawn": drawn,
        "lost": lost,
        "points": (won + drawn / 2) / legs,
        "score": {side: float(mean[s]) if scored else None for s, side in enumerate(payoff.sides)},
    }
