"""The leaderboard as plain data: what `--json` prints, files hold and tables are drawn from.

Names come from files, so they are data: nothing here interprets them.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from arena.game import Game
from arena.games import End, Games
from arena.norm import normalised
from arena.sheet import flat, sheet
from league.fits.resample import Estimate
from league.joint import Ratings, rate
from league.payoff import side_players
from league.records.ledger import Entrant
from league.records.legs import fingerprint, is_finished


def leaderboard(
    games: Games,
    entrants: Mapping[str, Entrant],
    scenario: Game,
    environments: Sequence[str] = (),
    withdrawn: Mapping[str, str] | None = None,
    resamples: int = 1000,
    seed: int = 0,
) -> dict[str, Any]:
    """All about `games`, best player first; strict JSON, with null where a number is unknown or infinite.

    `rating` is the sum over the sides that a player holds, in Elo (in a game of one side: the mean score of its own
    team); `margin` is the same by scores. Metrics are means over the legs in which the player held the side they are
    named after. `legs` and `ends` count every leg in which it had a seat, also one in somebody else's team.
    `normalised` is the mean score as each side on the scale of `arena.norm`, null for a game that is not on it.
    `environment` stands for the promise of equal bits: with more than one it does not hold.
    """
    ratings = rate(games, scenario, resamples, seed)
    holder, is_whole = side_players(games, scenario)
    holder = np.where((is_whole & is_finished(games))[:, None], holder, -1)
    notes = withdrawn or {}
    players = []
    for row, player in enumerate(ratings.names):
        entrant = entrants[player]
        about: dict[str, Any] = {"name": entrant.name, "hash": player, "kind": entrant.kind}
        about |= (
            _standing(ratings, row, scenario) | _ends(games, scenario, row) | _record(games, scenario, holder == row)
        )
        players.append(about | {"provisional": bool(ratings.provisional[row]), "withdrawn": notes.get(player)})
    return {
        "scenario": scenario.identity,
        "unit": ratings.unit,
        "players": sorted(players, key=lambda p: (-p["rating"], p["name"], p["hash"])),
        "side_advantage": _advantage(ratings, scenario),
        "draw_rate": ratings.draw_rate,
        "legs": int(is_finished(games).sum()),
        "seeds": len(np.unique(games.seed)),
        "fingerprint": fingerprint(games),
        "environment": ", ".join(environments),
    }


def to_csv(board: Mapping[str, Any]) -> str:
    """The players of a leaderboard as CSV, one row each; nested names are joined by underscores."""
    return sheet({"rank": rank, **flat(player)} for rank, player in enumerate(board["players"], start=1))


def _standing(ratings: Ratings, row: int, scenario: Game) -> dict[str, Any]:
    """What the fits say about a player."""
    held = [(s, side) for s, side in enumerate(scenario.sides) if ratings.held[row, s]]
    margins = {side: _numbers(ratings.side_margins[row, s]) for s, side in held}
    return {
        **_numbers(ratings.overall[row]),
        "sides": {side: _numbers(ratings.sides[row, s]) for s, side in held},
        "margin": {**_numbers(ratings.margin[row]), "sides": margins},
    }


def _ends(games: Games, scenario: Game, row: int) -> dict[str, Any]:
    """How the legs ended in which a player had a seat."""
    plays = (games.player == row).any(1) & is_finished(games)
    is_forfeit = games.end == End.FORFEIT
    at_fault = is_forfeit & (games.player[np.arange(len(games)), games.fault] == row)
    by_others = "won_by_forfeit" if len(scenario.sides) == 2 else "spoilt_by_partner"
    ends = {"played": plays & ~is_forfeit, "forfeited": at_fault, by_others: plays & is_forfeit & ~at_fault}
    return {"legs": int(plays.sum()), "ends": {end: int(legs.sum()) for end, legs in ends.items()}}


def _record(games: Games, scenario: Game, holds: np.ndarray) -> dict[str, Any]:
    """Counts and means over the legs in which a player held a side, [G, S] bool."""
    plays = holds.any(1)
    record: dict[str, Any] = {}
    if len(scenario.sides) == 2:
        won = (holds & (games.winner[:, None] == np.arange(2))).any(1)
        drew = plays & (games.winner < 0)
        results = {"wins": won, "draws": drew, "losses": plays & ~won & ~drew}
        record |= {result: int(legs.sum()) for result, legs in results.items()}
    scores = {side: games.score[holds[:, s], s] for s, side in enumerate(scenario.sides)}
    record["normalised"] = {side: _normalised(scenario, side, score) for side, score in scores.items()}
    metrics = {}
    for column, name in enumerate(scenario.metric_names):
        side = side_of_metric(name, list(scenario.sides))
        legs = plays if side is None else holds[:, side]
        values = games.metrics[legs, column].astype(np.float64)
        values = values[np.isfinite(values)]
        metrics[name] = float(values.mean()) if len(values) else None
    return {**record, "metrics": metrics}


def _normalised(scenario: Game, side: str, scores: np.ndarray) -> float | None:
    """The mean of scores [G], of which a forfeit has none, on the scale of random and scripted play."""
    known = scores[np.isfinite(scores)].astype(np.float64)
    return normalised(scenario, side, float(known.mean())) if len(known) else None


def side_of_metric(name: str, sides: Sequence[str]) -> int | None:
    """The side that a metric belongs to: the one whose name it starts with; None if it belongs to all."""
    fitting = [side for side in sides if name.startswith(f"{side}_")]
    return sides.index(max(fitting, key=len)) if fitting else None


def _advantage(ratings: Ratings, scenario: Game) -> dict[str, Any] | None:
    """The side that wins more between equals, and by how much."""
    if ratings.advantage is None:
        return None
    first, second = scenario.sides
    is_first = bool(ratings.advantage.value >= 0)
    favoured = ratings.advantage if is_first else -ratings.advantage
    return {"side": first if is_first else second, **_numbers(favoured)}


def _numbers(estimate: Estimate) -> dict[str, float | None]:
    parts = {"rating": estimate.value, "low": estimate.low, "high": estimate.high}
    return {name: float(part) if math.isfinite(part) else None for name, part in parts.items()}
