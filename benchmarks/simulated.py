"""Leagues by simulation, without physics: legs of players of known skill, made by arrays.

Axes: G legs, P players, S = 2 sides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from arena.draw import seed_of
from arena.game import DRAW, Game
from arena.games import End, Games, world_seeds
from league.fits.likelihood import probabilities
from league.payoff import side_players
from league.schedules.round_robin import round_robin


@dataclass(frozen=True)
class Field:
    """What players are worth, in natural units: the log-odds of winning are mu + a - b + beyond[i, j]."""

    mu: float
    skill: np.ndarray  # [P, S] a and b
    beyond: np.ndarray  # [P, P] what no skill explains
    log_nu: float  # of draws, as in `league.fits.likelihood`

    @classmethod
    def drawn(cls, rng: np.random.Generator, players: int, spread: float = 1.0, draw_rate: float = 0.2) -> "Field":
        """Normal skills on either side, not the same ones; `draw_rate` is that of equals."""
        log_nu = float(np.log(2 * draw_rate / (1 - draw_rate))) if draw_rate else -np.inf
        return cls(0.3, rng.normal(0, spread, (players, 2)), np.zeros((players, players)), log_nu)

    def advantage(self) -> np.ndarray:
        """[P, P] the log-odds of i on the first side against j on the second."""
        return np.asarray(self.mu + self.skill[:, None, 0] - self.skill[None, :, 1] + self.beyond)

    def chances(self) -> np.ndarray:
        """[P, P, 3] the probabilities that the first side wins, draws and loses."""
        table = self.advantage()
        return probabilities(table.reshape(1, -1), np.array([self.log_nu])).reshape(*table.shape, 3)


def hashes(players: int) -> list[str]:
    """What stands for the content hashes of players."""
    return [f"{seed_of('simulated', k):064x}" for k in range(players)]


def schedule(game: Game, names: Sequence[str], seeds: int) -> Games:
    """The legs of a round-robin, both sides."""
    return round_robin(game, names, world_seeds(0, game, seeds), {name: tuple(game.sides) for name in names})


def played(games: Games, game: Game, field: Field, rng: np.random.Generator) -> Games:
    """The legs with results as the skills have it; scores are the log-odds and noise, metrics noise."""
    holder, _ = side_players(games, game)
    first, second = holder.T
    won, drawn = np.moveaxis(field.chances(), -1, 0)[:2]
    lot = rng.random(len(games))
    wins = won[first, second]
    winner = np.where(lot < wins, 0, np.where(lot < wins + drawn[first, second], DRAW, 1))
    lead = field.advantage().astype(np.float32)[first, second] + rng.standard_normal(len(games), np.float32)
    return replace(
        games,
        winner=winner.astype(np.int8),
        score=np.stack([lead, -lead], axis=1),
        end=np.full(len(games), End.PLAYED, np.int8),
        metrics=rng.random(games.metrics.shape, np.float32),
    )
