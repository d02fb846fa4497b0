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
from league.records.distinct import distinct
from league.schedules.round_robin import round_robin

AT_ONCE = 1 << 16  # legs
NODES = 40  # of a Gauss-Hermite quadrature


@dataclass(frozen=True)
class Field:
    """What players are worth, in natural units: the log-odds of winning are mu + a - b + beyond + a world's."""

    mu: float
    skill: np.ndarray  # [P, S] a and b
    beyond: np.ndarray  # [P, P] what no skill explains
    log_nu: float  # of draws, as in `league.fits.likelihood`
    world_spread: float = 0.0  # the standard deviation of what a world adds, the same for all who meet there

    def advantage(self) -> np.ndarray:
        """[P, P] the log-odds of i on the first side against j on the second, in a world that adds nothing."""
        return np.asarray(self.mu + self.skill[:, None, 0] - self.skill[None, :, 1] + self.beyond)

    def chances(self) -> np.ndarray:
        """[P, P, 3] the probabilities that the first side wins, draws and loses, over all worlds."""
        table, log_nu = self.advantage().reshape(1, -1), np.array([self.log_nu])
        nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
        parts = [w * probabilities(table + self.world_spread * x, log_nu) for x, w in zip(nodes, weights, strict=True)]
        return np.asarray(np.sum(parts, axis=0) / weights.sum()).reshape(*self.beyond.shape, 3)


def normal_field(rng: np.random.Generator, players: int, draw_rate: float = 0.2) -> Field:
    """Normal skills, not the same ones on either side; `draw_rate` is that of equals."""
    return Field(0.3, rng.normal(0, 1, (players, 2)), np.zeros((players, players)), log_nu_of(draw_rate))


def log_nu_of(draw_rate: float) -> float:
    """The parameter of draws that makes equals draw so often."""
    return float(np.log(2 * draw_rate / (1 - draw_rate))) if draw_rate else -np.inf


def hashes(players: int) -> list[str]:
    """What stands for the content hashes of players."""
    return [f"{seed_of('simulated', k):064x}" for k in range(players)]


def schedule(game: Game, names: Sequence[str], seeds: int) -> Games:
    """The legs of a round-robin, both sides."""
    return round_robin(game, names, world_seeds(0, game, seeds), {name: tuple(game.sides) for name in names})


def played(games: Games, game: Game, field: Field, rng: np.random.Generator) -> Games:
    """The legs with results as the skills have it; scores are the log-odds and noise, metrics noise."""
    first, second = side_players(games, game)[0].T
    worlds, world = distinct(games.seed)
    lead = field.advantage()[first, second] + field.world_spread * rng.standard_normal(len(worlds))[world]
    winner = np.empty(len(games), np.int8)
    for lo in range(0, len(games), AT_ONCE):
        chance = probabilities(lead[None, lo : lo + AT_ONCE], np.array([field.log_nu]))[0]
        lot = rng.random((len(chance), 1))
        winner[lo : lo + AT_ONCE] = np.array([0, DRAW, 1])[(lot > chance.cumsum(1)[:, :2]).sum(1)]
    score = lead.astype(np.float32) + rng.standard_normal(len(games), np.float32)
    return replace(
        games,
        winner=winner,
        score=np.stack([score, -score], axis=1),
        end=np.full(len(games), End.PLAYED, np.int8),
        metrics=rng.random(games.metrics.shape, np.float32),
    )
