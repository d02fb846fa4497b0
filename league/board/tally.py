"""What every player did, counted for all of them in a few passes over the legs.

Axes: G legs, A seats, S sides, P players, M metrics.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from arena.game import DRAW, Game
from arena.games import End, Games
from league.payoff import side_players
from league.records.legs import only_finished


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
    games = only_finished(games)
    holder, is_whole = side_players(games, scenario)
    if not is_whole.all():
        holder = np.where(is_whole[:, None], holder, -1)
    # Once for each who holds a side, also for one that plays itself.
    others = holder if len(scenario.sides) == 1 else with_others_only(holder)
    legs, ends = _ends(games, len(scenario.sides))
    score, metrics = _means(scenario, games, holder, others)
    return Tally(
        legs=legs,
        ends=ends,
        results=_results(games, holder, others) if len(scenario.sides) == 2 else {},
        score=score,
        metrics=metrics,
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


def _means(scenario: Game, games: Games, holder: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean scores [P, S] and metrics [P, M]."""
    sides, players = list(scenario.sides), len(games.names)
    by_side = [Holders(holder[:, s : s + 1], players) for s in range(len(sides))]
    by_all = Holders(others, players)
    score = [by_side[s].mean(games.score[:, s]) for s in range(len(sides))]
    owners = (side_of_metric(name, sides) for name in scenario.metric_names)
    metrics = [(by_all if side is None else by_side[side]).mean(games.metrics[:, m]) for m, side in enumerate(owners)]
    return np.stack(score, axis=1), np.reshape(metrics, (len(metrics), players)).T


class Holders:
    """Who has part in which legs."""

    def __init__(self, who: np.ndarray, players: int) -> None:
        """`who` is [G, N]; -1 is nobody."""
        self.place = [1 + column.astype(np.int64) for column in who.T]  # nobody first
        self.players = players

    def mean(self, value: np.ndarray) -> np.ndarray:
        """The mean [P] of the finite values [G] of those legs that each player has part in, or nan."""
        known = np.isfinite(value)
        if known.all():
            legs, total = self._legs, self._sums(self.place, value)
        else:
            places, value = [place[known] for place in self.place], value[known]
            legs, total = self._sums(places, np.ones_like(value)), self._sums(places, value)
        return np.asarray(np.divide(total, legs, out=np.full(self.players, np.nan), where=legs > 0))

    @cached_property
    def _legs(self) -> np.ndarray:
        return self._sums(self.place, None)

    def _sums(self, places: Sequence[np.ndarray], value: np.ndarray | None) -> np.ndarray:
        return np.asarray(np.sum([np.bincount(place, value, 1 + self.players)[1:] for place in places], axis=0))


def _count(columns: Sequence[np.ndarray] | np.ndarray, players: int) -> np.ndarray:
    """How often each player is there, [P]; -1 is nobody."""
    counts = np.zeros(1 + players, np.int64)
    for column in columns:
        counts += np.bincount(1 + column, minlength=1 + players)
    return counts[1:]
