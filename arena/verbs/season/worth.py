"""What the players of a league are worth, by its judged games: Elo on their side, or scores in a game of one side."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import t

from arena.game import Game
from arena.games import End, Games
from league import joint
from league.fits.resample import LEVEL

Part = dict[str, Any]  # "rating", "low" and "high"
ENDS = {"rating": "value", "low": "low", "high": "high"}  # fields of an estimate


@dataclass(frozen=True)
class Worth:
    """Ratings of players on their sides; in a game of one side mean scores in teams with others, and in their own."""

    unit: str  # elo, or score
    rated: Mapping[str, Mapping[str, Part]]  # by side and hash; scores with "own_team" beside them

    @classmethod
    def of(cls, games: Games, game: Game, resamples: int = 1000) -> "Worth":
        """By finished legs; `resamples` of them tell how far ratings reach."""
        if len(game.sides) == 1:
            is_own = (games.player == games.player[:, :1]).all(1)
            own = mean_scores(games[is_own])
            (side,) = game.sides
            with_others = mean_scores(games[~is_own])
            return cls("score", {side: {h: with_others.get(h, {}) | {"own_team": own.get(h)} for h in games.names}})
        ratings = joint.rate(games, game, resamples)
        read = {
            side: {
                name: {end: float(getattr(ratings.sides, field)[place, k]) for end, field in ENDS.items()}
                for place, name in enumerate(ratings.names)
            }
            for k, side in enumerate(game.sides)
        }
        return cls("elo", read)

    def on(self, side: str, name: str) -> Part:
        """What a player, by hash, is worth on a side; nothing of one that has not played."""
        return dict(self.rated[side].get(name, {}))


def mean_scores(games: Games) -> dict[str, Part]:
    """The mean score of the teams in which each player was, by hash, with Student's interval."""
    found = {}
    for number, name in enumerate(games.names):
        own = games.score[(games.player == number).any(1) & (games.end == End.PLAYED), 0].astype(np.float64)
        if len(own):
            reach = np.inf
            if len(own) > 1:
                reach = float(own.std(ddof=1) / len(own) ** 0.5 * t.ppf((1 + LEVEL) / 2, len(own) - 1))
            found[name] = {"rating": own.mean(), "low": own.mean() - reach, "high": own.mean() + reach}
    return found


def heading(unit: str) -> str:
    """What stands above a column of it."""
    return "Elo on its side [95%]" if unit == "elo" else "score with others [95%]"
