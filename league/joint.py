"""Ratings of players per side, from all legs at once: no order, no step size, and an interval for every number.

A game of two sides, won or lost: the advantage of i on the first side over j on the second is mu + a_i - b_j, with
draws as in `league.fits.likelihood`. mu is the side advantage, a and b the skills on either side, each with mean zero
over those who hold it; what a player is worth overall is a + b. In Elo, 400 / ln 10 points for a unit.

Margins use each side's own score, since games need not be zero-sum: the first side's score is mu + a_i - b_j, from
which a is read; the second's, with its sign turned, gives b. If the scores are zero-sum the two fits are one.

A game of one side: a player's rating is its mean score.

Intervals come from resampling blocks of seeds, so the pairs of all match-ups move together as they share worlds.

Axes: P players, S sides, R resamples, C match-ups that were played.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.stats import t

from arena.game import Game
from arena.games import Games
from league.fits.design import Design, least_squares
from league.fits.likelihood import Strengths, covariance, fit
from league.fits.resample import LEVEL, Estimate, multiplicities, normal, percentile
from league.payoff import Payoff

ELO = 400 / np.log(10)
MOST_NUMBERS = 4_000_000  # in a stack of matrices that is solved at once


@dataclass(frozen=True)
class Ratings:
    """What the legs say about each player."""

    names: tuple[str, ...]  # content hashes of the P players
    unit: str  # of `overall` and `sides`: "elo", or "score" for a game of one side
    held: np.ndarray  # [P, S] bool, the sides that a player has held
    overall: Estimate  # [P] the sum over the sides that it has held
    sides: Estimate  # [P, S]
    margin: Estimate  # [P] the same by scores, in units of the scenario
    side_margins: Estimate  # [P, S]
    advantage: Estimate | None  # [] of the first side over the second, both of average skill
    draw_rate: float | None  # of equals
    provisional: np.ndarray  # [P] bool: a skill is held finite by the prior alone, or there is but one world


class Tables(NamedTuple):
    """The match-ups that were played, by block of seeds."""

    first: np.ndarray  # [C] the player on the first side
    second: np.ndarray  # [C] the player on the second
    counts: np.ndarray  # [B, C, 3] won, drawn, lost by the first side
    scored: np.ndarray  # [B, C]
    total: np.ndarray  # [B, S, C]
    players: int

    @property
    def design(self) -> Design:
        """Parameter 0 is mu, then a of each player, then b."""
        return Design.of_matchups(1 + self.first, 1 + self.players + self.second, 1 + 2 * self.players)

    @property
    def held(self) -> np.ndarray:
        """[P, 2] bool."""
        return np.stack([np.isin(np.arange(self.players), side) for side in (self.first, self.second)], axis=1)


def rate(games: Games, scenario: Game, resamples: int = 1000, seed: int = 0) -> Ratings:
    """The ratings of all players in `games`; equal games in any order, equal numbers."""
    if len(scenario.sides) == 1:
        return _rate_one_side(Payoff.of(games, scenario))
    payoff = Payoff.by_seed(games, scenario)
    tables = _tables(payoff)
    blocks, drawn = payoff.blocks, multiplicities(payoff.blocks, resamples, seed)
    provisional = undecided(tables.first, tables.second, tables.counts.sum(0), tables.players)
    strengths, elo = _rate_outcomes(tables, drawn, provisional)
    margins = _rate_margins(tables, drawn)
    players = tables.players
    return Ratings(
        names=payoff.names,
        unit="elo",
        held=tables.held,
        overall=elo[1 + 2 * players :],
        sides=_by_side(elo, players),
        margin=margins[1 + 2 * players :],
        side_margins=_by_side(margins, players),
        advantage=elo[0],
        draw_rate=float(1 - 1 / (1 + np.exp(strengths.log_nu[0]) / 2)),
        provisional=(provisional & tables.held).any(1) | ~tables.held.any(1) | (blocks < 2),
    )


def undecided(first: np.ndarray, second: np.ndarray, counts: np.ndarray, players: int) -> np.ndarray:
    """Which skills [P, 2] no maximum likelihood estimate exists for, from match-ups [C] and their counts [C, 3].

    Draw an arrow from each (player, side) to all those that took a win or a draw from it. Skills can be compared within
    a set from each of which arrows lead to every other; those outside the one that holds most of them are undecided.
    Source: Ford 1957, "Solution of a ranking problem from binary comparisons", assumption 1.
    """
    won, drawn, lost = counts.T
    one, other = first, second + players
    gave, took = lost + drawn > 0, won + drawn > 0
    start, stop = np.concatenate([one[gave], other[took]]), np.concatenate([other[gave], one[took]])
    arrows = coo_array((np.ones(len(start)), (start, stop)), shape=(2 * players, 2 * players))
    _, label = connected_components(arrows, connection="strong")
    plays = np.bincount(np.concatenate([one, other]), minlength=2 * players) > 0
    size = np.bincount(label[plays], minlength=2 * players)
    is_decided = plays & (2 * size[label] > plays.sum())
    return np.asarray(~is_decided.reshape(2, players).T)


def _tables(payoff: Payoff) -> Tables:
    """The cells of all blocks in one table, with a column for each match-up that was played in any block."""
    whole = payoff.sum()
    players, blocks, matchups = len(payoff.names), payoff.blocks, len(whole.player)
    number = np.ravel_multi_index(tuple(whole.player.T), (players, players)) if matchups else np.zeros(0, np.int64)
    cell = np.searchsorted(number, np.ravel_multi_index(tuple(payoff.player.T), (players, players)))

    def spread(column: np.ndarray) -> np.ndarray:
        table = np.zeros((blocks, matchups, *column.shape[1:]))
        table[payoff.block, cell] = column
        return table

    return Tables(
        first=whole.player[:, 0],
        second=whole.player[:, 1],
        counts=spread(payoff.outcomes[:, [0, 2, 1]]),
        scored=spread(payoff.scored),
        total=spread(payoff.total).swapaxes(1, 2),
        players=players,
    )


def readout(held: np.ndarray) -> np.ndarray:
    """The matrix [1 + 3P, 1 + 2P] that turns (mu, a, b) into centred mu, a, b and a + b, given held [P, 2].

    Only differences within a side are known: moving all of a and mu against each other changes no prediction. So each
    side is centred over its holders, and mu becomes the advantage between two average players.
    """
    players = len(held)
    mean = held / np.maximum(held.sum(0), 1)  # [P, 2]
    matrix = np.zeros((1 + 3 * players, 1 + 2 * players))
    matrix[0] = np.concatenate([[1], mean[:, 0], -mean[:, 1]])
    for side in (0, 1):
        block = slice(1 + side * players, 1 + (side + 1) * players)
        matrix[block, block] = np.diag(held[:, side]) - np.outer(held[:, side], mean[:, side])
    matrix[1 + 2 * players :] = matrix[1 : 1 + players] + matrix[1 + players : 1 + 2 * players]
    return matrix


def _rate_outcomes(tables: Tables, drawn: np.ndarray, provisional: np.ndarray) -> tuple[Strengths, Estimate]:
    """The fit, and in Elo the readout [1 + 3P].

    An undecided skill, and everything if there is but one block, has its interval from the curvature of the
    likelihood: resampling what never varied would show nothing.
    """
    design, matrix = tables.design, readout(tables.held)
    counts = tables.counts.sum(0, keepdims=True)
    best = fit(design, counts)
    value = ELO * matrix @ best.theta[0]
    spread = ELO * np.sqrt(np.einsum("ij,jk,ik->i", matrix, covariance(design, counts, best)[0], matrix))
    by_curvature = normal(value, spread)
    blocks = drawn.shape[1]
    if blocks < 2:
        return best, by_curvature
    thetas = [fit(design, _weigh(rows, tables.counts), start=best).theta for rows in _batches(drawn, design.width)]
    resampled = percentile(value, ELO * np.concatenate(thetas) @ matrix.T, blocks)
    is_undecided = np.concatenate([[False], *provisional.T, provisional.any(1)])
    low = np.where(is_undecided, by_curvature.low, resampled.low)
    return best, Estimate(value, low, np.where(is_undecided, by_curvature.high, resampled.high))


def _rate_margins(tables: Tables, drawn: np.ndarray) -> Estimate:
    """The readout [1 + 3P] by scores; of one block nothing is known about the error, and the interval is infinite."""
    matrix = readout(tables.held)
    value = _margins(tables, matrix, np.ones((1, drawn.shape[1])))[0]
    if drawn.shape[1] < 2:
        return normal(value, np.full_like(value, np.inf))
    parts = [_margins(tables, matrix, rows) for rows in _batches(drawn, matrix.shape[1])]
    return percentile(value, np.concatenate(parts), drawn.shape[1])


def _margins(tables: Tables, matrix: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """The readout [R, 1 + 3P] by resampled scores: mu and a from the first side's, b from the second's."""
    players = tables.players
    legs = _weigh(drawn, tables.scored)
    total = _weigh(drawn, tables.total)
    own = least_squares(tables.design, legs, total[:, 0]) @ matrix.T
    other = least_squares(tables.design, legs, -total[:, 1]) @ matrix.T
    a, b = own[:, 1 : 1 + players], other[:, 1 + players : 1 + 2 * players]
    return np.concatenate([own[:, :1], a, b, a + b], axis=1)


def _weigh(drawn: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Sums over blocks [R, ...] of table [B, ...], each block as often as it was drawn [R, B]."""
    return np.asarray(drawn @ table.reshape(len(table), -1)).reshape(len(drawn), *table.shape[1:])


def _batches(drawn: np.ndarray, width: int) -> list[np.ndarray]:
    rows = max(1, MOST_NUMBERS // (width + 1) ** 2)
    return [drawn[lo : lo + rows] for lo in range(0, len(drawn), rows)]


def _by_side(readings: Estimate, players: int) -> Estimate:
    def turn(array: np.ndarray) -> np.ndarray:
        return array[1 : 1 + 2 * players].reshape(2, players).T

    return Estimate(turn(readings.value), turn(readings.low), turn(readings.high))


def _rate_one_side(payoff: Payoff) -> Ratings:
    """Mean scores [P] with Student's interval: the legs of a player are from different seeds, so independent."""
    legs, total, squares = (
        payoff.planes(part)[0] for part in (payoff.scored, payoff.total[:, 0], payoff.squares[:, 0])
    )
    mean = total / np.maximum(legs, 1)
    deviation = np.maximum(squares - legs * mean**2, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(deviation / (legs - 1) / legs) * t.ppf((1 + LEVEL) / 2, legs - 1)
    spread = np.where(legs > 1, spread, np.inf)
    score = Estimate(mean, mean - spread, mean + spread)
    by_side = Estimate(mean[:, None], score.low[:, None], score.high[:, None])
    return Ratings(
        names=payoff.names,
        unit="score",
        held=payoff.planes(payoff.legs)[0][:, None] > 0,
        overall=score,
        sides=by_side,
        margin=score,
        side_margins=by_side,
        advantage=None,
        draw_rate=None,
        provisional=legs < 2,
    )
