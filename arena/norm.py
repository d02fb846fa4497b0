"""The normalised score: 0 is random play, 1 the best scripted player, each against random play on the other sides.

A table that comes with the package holds both for every scenario with its default options; `python -m
benchmarks.scores` plays them and writes it.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypedDict

from arena.game import Game

TABLE = Path(__file__).with_name("norms.json")


class Norm(TypedDict):
    """What counts as 0 and as 1 for a side, in the scenario's units of a whole game."""

    zero: float
    one: float


@cache
def norms() -> dict[str, dict[str, Norm]]:
    """The norms of each side, by the identity of the game."""
    table: dict[str, dict[str, Norm]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return table


def normalised_sides(game: Game, scores: Mapping[str, float]) -> dict[str, float]:
    """The normalised scores of the sides of which both a score and the norm are known."""
    found = {side: normalised(game, side, score) for side, score in scores.items()}
    return {side: value for side, value in found.items() if value is not None}


def zero(game: Game, side: str) -> float | None:
    """What random play reaches on a side; None where the table does not hold this very game, version and options."""
    norm = norms().get(game.identity, {}).get(side)
    return None if norm is None else norm["zero"]


def normalised(game: Game, side: str, score: float) -> float | None:
    """The normalised score of a side; None where the table does not hold this very game, version and options."""
    norm = norms().get(game.identity, {}).get(side)
    return None if norm is None else (score - norm["zero"]) / (norm["one"] - norm["zero"])
