"""What every player did, counted for all of them in a few passes over the legs.

Axes: G legs, A seats, S sides, P players, M metrics.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from arena.game import DRAW, Game
from arena.games import End, Games
from league.payoff import side_players
from league.records.legs import is_finished


@dataclass(frozen=True)
class Tally:
    """Counts and means of the players that the games are numbered by."""

    legs: np.ndarray  # [P] in which a player had a seat, also one in somebody else's team
    ends: dict[str, np.ndarray]  # [P] the same by how they ended
    results: dict[str, np.ndarray]  # [P] of legs in which it held a side: wins, draws and losses; none of one side
    score: np.ndarray  # [P, S] the mean score of a side that it held, nan without a score
    metrics: np.ndarray  # [P, M] the means over the legs in which it held the side of the metric, or else any; or nan


def tally(games: Games, scenario: Game) -> Tally:
    """The tally of all finished legs."""
    if not (finished := is_finished(games)).all():
        games = games[finished]
    holder, is_whole = side_players(games, scenario)
    if not is_whole.all():
        holder = np.where(is_whole[:, None], holder, -1)
    # Once for each who holds a side, also for one that plays itself.
    others = holder if len(scenario.sides) == 1 else with_others_only(holder)
    legs, ends = _ends(games, len(scenario.sides))
    players = len(games.names)
    return Tally(
        legs=legs,
        ends=ends,
        results=_results(games, holder, others) if len(scenario.sides) == 2 else {},
        score=np.stack([_mean(holder[:, s : s + 1], games.score[:, s], players) for s in range(holder.shape[1])], 1),
        metrics=_metrics(games, scenario, holder, others),
    )


def with_others_only(holder: np.ndarray) -> np.ndarray:
    """Who holds each of two sides, [G, 2], and nobody (-1) the second one if the first is the same player's."""
    first, second = holder.T
    return np.stack([first, np.where(first == second, -1, second)], axis=1)


def side_of_metric(name: str, sides: Sequence[str]) -> int | None:
    """The side that a metric belongs to: the one whose name it starts with; None if it belongs to all."""
    fitting = [side for side in sides if name.startswith(f"{side}_")]
    return sides.index(max(fitting, key=len)) if fitting else None


def _ends(games: Games, sides: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The legs [P] in which each player had a seat, and how they ended."""
    players = len(games.names)
    forfeits = games[games.end == End.FORFEIT]
    legs, forfeited = _seated(games), _seated(forfeits)
    at_fault = np.bincount(forfeits.player[np.arange(len(forfeits)), forfeits.fault], minlength=players)
    by_others = "won_by_forfeit" if sides == 2 else "spoilt_by_partner"
    return legs, {"played": legs - forfeited, "forfeited": at_fault, by_others: forfeited - at_fault}


def _seated(games: Games) -> np.ndarray:
    """The legs [P] in which each player has a seat."""
    legs = np.zeros(len(games.names), np.int64)
    for seat in range(games.player.shape[1]):
        is_new = (games.player[:, :seat] != games.player[:, seat : seat + 1]).all(1)
        legs += np.bincount(games.player[is_new, seat], minlength=len(legs))
    return legs


def _results(games: Games, holder: np.ndarray, others: np.ndarray) -> dict[str, np.ndarray]:
    """A leg against itself is won, or drawn."""
    players = len(games.names)
    plays = _count(others.T, players)
    wins = _count([holder[games.winner == side, side] for side in range(2)], players)
    draws = _count(others[games.winner == DRAW].T, players)
    return {"wins": wins, "draws": draws, "losses": plays - wins - draws}


def _metrics(games: Games, scenario: Game, holder: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The mean metrics [P, M]."""
    sides, players = list(scenario.sides), len(games.names)
    means = np.empty((players, len(scenario.metric_names)))
    for column, name in enumerate(scenario.metric_names):
        side = side_of_metric(name, sides)
        who = others if side is None else holder[:, side : side + 1]
        means[:, column] = _mean(who, games.metrics[:, column], players)
    return means


def _mean(who: np.ndarray, value: np.ndarray, players: int) -> np.ndarray:
    """The mean [P] of the finite values [G] of those that each player has part in, by who [G, N] does; -1 is nobody."""
    known = np.isfinite(value)
    value = value if known.all() else value[known]
    legs, total = np.zeros(players), np.zeros(players)
    for column in who.T:
        place = 1 + (column if len(value) == len(column) else column[known])  # nobody first
        legs += np.bincount(place, minlength=1 + players)[1:]
        total += np.bincount(place, value, 1 + players)[1:]
    return np.asarray(np.divide(total, legs, out=np.full(players, np.nan), where=legs > 0))


def _count(columns: Sequence[np.ndarray] | np.ndarray, players: int) -> np.ndarray:
    """How often each player is there, [P]; -1 is nobody."""
    counts = np.zeros(1 + players, np.int64)
    for column in columns:
        counts += np.bincount(1 + column, minlength=1 + players)
    return counts[1:]
