"""What the ledger says about members: shares of points, with a prior, so that a pair never seen counts as one half.

In a game of one side nobody wins: all shares are one half, and what is known is how many legs two played together.

Axes: P players of the ledger, K opponents of a member; see view.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from arena.game import Game
from arena.games import Games
from league.metagame import side_game
from league.payoff import Payoff
from league.seasons.roster import Frozen, Member, Season
from league.seasons.rules import Rules
from league.seasons.view import View


@dataclass(frozen=True)
class Evidence:
    """Who took how many points from whom, over all legs of a season; a draw is half a point."""

    number: Mapping[str, int]  # of a player, by its hash
    points: np.ndarray  # [P, P] what the row's player won from the column's, each on its own side
    legs: np.ndarray  # [P, P]

    @classmethod
    def of(cls, games: Games, game: Game) -> "Evidence":
        """From finished legs."""
        if len(game.sides) == 1:
            return cls.of_teams(games)
        payoff = Payoff.of(games, game)
        won, lost, drawn = payoff.planes(payoff.outcomes)[0].transpose(2, 0, 1).astype(np.float64)
        first = won + drawn / 2  # of the first side's players (rows) from the second's (columns)
        second = lost + drawn / 2
        points = first + second.T
        legs = points + (second + first.T)
        return cls({name: k for k, name in enumerate(games.names)}, points, legs)

    @classmethod
    def of_teams(cls, games: Games) -> "Evidence":
        """From finished legs of teams of one or two players."""
        count = len(games.names)
        together = np.zeros((count, count))
        np.add.at(together, (games.player.min(1), games.player.max(1)), 1.0)
        legs = together + together.T - np.diag(together.diagonal())
        return cls({name: k for k, name in enumerate(games.names)}, legs / 2, legs)

    def between(self, own: Sequence[str], others: Sequence[str], fade: float = 1.0) -> tuple[float, float]:
        """Points and legs of what a member was, oldest first, against what an opponent was; older legs count less."""
        rows, ages = self._known(own)
        columns, _ = self._known(others)
        if not (len(rows) and len(columns)):
            return 0.0, 0.0
        cells = np.ix_(rows, columns)
        weight = (fade**ages)[:, None]
        return float((weight * self.points[cells]).sum()), float((weight * self.legs[cells]).sum())

    def _known(self, hashes: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """The numbers of those that have played, and how many others came after each in the list."""
        newest_first = dict.fromkeys(reversed(hashes))
        found = [(self.number[h], age) for age, h in enumerate(newest_first) if h in self.number]
        numbers, ages = np.array(found, np.int64).reshape(-1, 2).T
        return numbers, ages.astype(np.float64)


@dataclass(frozen=True)
class Knowledge:
    """A season with what is known about it."""

    season: Season
    evidence: Evidence
    rules: Rules

    def view(self, member: Member) -> View:
        """The league as a member sees it."""
        rivals = self.season.rivals(member.side)
        frozen = self.season.against(member.side)
        opponents = [*(rival.seen for rival in rivals), *((player.hash,) for player in frozen)]
        found = [self.evidence.between(member.seen, others, self.rules.fade) for others in opponents]
        points, legs = np.array(found).reshape(-1, 2).T
        mixture = self.mixtures.get(member.side, np.zeros(len(frozen)))
        return View(member, rivals, frozen, self.smoothed(points, legs), legs, mixture)

    def smoothed(self, points: np.ndarray, legs: np.ndarray) -> np.ndarray:
        """Shares of points, drawn to one half as by so many legs as the prior says."""
        prior = self.rules.prior
        return np.asarray((points + prior / 2) / (legs + prior))

    @cached_property
    def mixtures(self) -> Mapping[str, np.ndarray]:
        """For each side the equilibrium mix of the frozen players of the other one, in their order."""
        sides = list(dict.fromkeys(member.side for member in self.season.members))
        if len(sides) != 2:
            return {}
        rows, columns = (self.season.against(side) for side in reversed(sides))
        if not (rows and columns):
            return {}
        solved = side_game.optimal(self.shares(rows, columns))
        return {sides[1]: solved.rows, sides[0]: solved.columns}

    def shares(self, rows: Sequence[Frozen], columns: Sequence[Frozen]) -> np.ndarray:
        """The share of points of each frozen player of one side (row) from each of the other (column)."""
        found = [[self.evidence.between([one.hash], [other.hash]) for other in columns] for one in rows]
        return self.smoothed(*np.array(found).transpose(2, 0, 1))
