"""A match as a table and as numbers."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any


def summary(games: Any, names: Sequence[str], game: Any) -> tuple[str, dict[str, Any]]:
    """The players' ratings and what they did on each side."""
    from arena.norm import normalised
    from arena.verbs.parts.tables import UNITS, interval, table
    from league.joint import rate

    ratings = rate(games, game)
    rows, data = [], []
    for index, name in enumerate(names):
        estimate = ratings.overall[ratings.names.index(games.names[index])]
        numbers = {"rating": estimate.value, "low": estimate.low, "high": estimate.high}
        part = {key: float(value) if isfinite(value) else None for key, value in numbers.items()}
        record = records(games, index, game)
        data.append({"name": name, **part, "sides": record})
        rows.append([name, interval(part, ratings.unit), *(told(record.get(side)) for side in game.sides)])
    counts = "won-drawn-lost  " * (len(game.sides) > 1)
    scale = {side: "  (norm.)" * (normalised(game, side, 0.0) is not None) for side in game.sides}
    columns = [f"as {side}: {counts}return{scale[side]}" for side in game.sides]
    text = table(["player", f"{UNITS[ratings.unit]} [95%]", *columns], rows)
    return text, {"players": data, "legs": len(games)}


def told(side: Mapping[str, Any] | None) -> str:
    """A player's record on a side that it held; in a game of one side nobody wins or loses."""
    if side is None:
        return "-"
    counts = f"{side['won']}-{side['drawn']}-{side['lost']}  " if "won" in side else ""
    scale = f"  ({side['normalised']:.2f})" if side["normalised"] is not None else ""
    score = "-" if side["score"] is None else f"{side['score']:+.2f}"
    return f"{counts}{score}{scale}"


def records(games: Any, player: int, game: Any) -> dict[str, dict[str, Any]]:
    """What a player did on each side that it held: its mean return, also normalised, and of two sides the legs won,
    drawn, lost. A forfeited leg has no return.
    """
    from arena.games import End
    from arena.norm import normalised
    from arena.scenario import DRAW

    found: dict[str, dict[str, Any]] = {}
    for index, (side, seats) in enumerate(game.sides.items()):
        own = games[games.player[:, seats[0]] == player]
        if not len(own):
            continue
        returns = own.score[own.end == End.PLAYED, index]
        score = float(returns.mean()) if len(returns) else None
        found[side] = {"score": score, "normalised": None if score is None else normalised(game, side, score)}
        if len(game.sides) > 1:
            won, drawn = int((own.winner == index).sum()), int((own.winner == DRAW).sum())
            found[side] |= {"won": won, "drawn": drawn, "lost": len(own) - won - drawn}
    return found
