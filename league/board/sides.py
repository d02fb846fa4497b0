"""What everybody did on each side."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from arena.game import DRAW, Game
from arena.games import End, Games
from arena.norm import normalised
from league.payoff import side_players
from league.records.legs import is_finished


def sides(games: Games, scenario: Game, order: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """By side, those who have held it: `hash`, `legs`, the mean `score`, the same `normalised`; of two sides also the
    legs `won`, `drawn` and `lost` and the share of `points`, a draw half. A forfeited leg has no score.
    """
    holder, is_whole = side_players(games, scenario)
    counts = is_whole & is_finished(games)
    found: dict[str, list[dict[str, Any]]] = {}
    for s, side in enumerate(scenario.sides):
        rows = [(player, games[counts & (holder[:, s] == _number(games, player))]) for player in order]
        found[side] = [{"hash": player, **_record(legs, s, scenario)} for player, legs in rows if len(legs)]
    return found


def _record(legs: Games, side: int, scenario: Game) -> dict[str, Any]:
    """Of legs in which a player held a side."""
    scores = legs.score[legs.end == End.PLAYED, side].astype(np.float64)
    score = float(scores.mean()) if len(scores) else None
    known = None if score is None else normalised(scenario, list(scenario.sides)[side], score)
    record: dict[str, Any] = {"legs": len(legs), "score": score, "normalised": known}
    if len(scenario.sides) == 2:
        won, drawn = int((legs.winner == side).sum()), int((legs.winner == DRAW).sum())
        record |= {"won": won, "drawn": drawn, "lost": len(legs) - won - drawn}
        record["points"] = (won + drawn / 2) / len(legs)
    return record


def _number(games: Games, player: str) -> int:
    """The number of a player among the games, -1 for one that is not there."""
    return games.names.index(player) if player in games.names else -1
