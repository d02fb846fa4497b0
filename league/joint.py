"""Ratings of players per side, from all legs at once: no order, no step size, and an interval for every number.

A game of two sides, won or lost: the advantage of i on the first side over j on the second is mu + a_i - b_j, with
draws as in `league.fits.likelihood`. mu is the side advantage, a and b the skills on either side, each with mean zero
over those who hold it; what a player is worth overall is a + b. In Elo, 400 / ln 10 points for a unit.

Margins use each side's own score, since games need not be zero-sum: the first side's score is mu + a_i - b_j, from
which a is read; the second's, with its sign turned, gives b. If the scores are zero-sum the two fits are one.

A game of one side: a player's rating is its mean score.

Intervals come from resampling blocks of seeds, so the pairs of all match-ups move together as they share worlds: each
resample fitted anew up to REFITTED players, and by one step of Newton's method beyond.

Axes: P players, S sides, R resamples, B blocks; N = 1 + 3P readings, see `league.fits.readout`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.stats import t

from arena.errors import ArenaError
from arena.game import Game
from arena.games import Games
from league.fits import onestep, refits
from league.fits.anchors import Zero
from league.fits.matchups import Matchups
from league.fits.parents import with_parents
from league.fits.readout import Readout
from league.fits.resample import LEVEL, Estimate, Refits, Resampled, Shifted, multiplicities, normal, percentiles
from league.payoff import Payoff
from league.ranking import Draws, superiority
from league.records.legs import on_table

ELO = 400 / np.log(10)
REFITTED = 64  # players
MOST_COMPARED = 3000  # players of whom each is compared with each


@dataclass(frozen=True)
class Ratings:
    """What the legs say about each player."""

    names: tuple[str, ...]  # content hashes of the P players, sorted
    unit: str  # of `overall` and `sides`: "elo", or "score" for a game of one side
    held: np.ndarray  # [P, S] bool, the sides that a player has held
    overall: Estimate  # [P] the sum over the sides that it has held
    sides: Estimate  # [P, S]
    margin: Estimate  # [P] the same by scores, in units of the scenario
    side_margins: Estimate  # [P, S]
    advantage: Estimate | None  # [] of the first side over the second, both of average skill
    draw_rate: float | None  # of equals
    provisional: np.ndarray  # [P] bool: a skill is held finite by the prior alone, or there is but one world
    apart: np.ndarray  # [P, S] bool: no chain of opponents links the skill to most of the others
    rank_low: np.ndarray  # [P] the best rank by `overall` that the legs leave open, 95%
    rank_high: np.ndarray  # [P] the worst
    resampled: np.ndarray | None  # [P, R] what `overall` might be as well, in any unit; None of too many players

    @cached_property
    def superiority(self) -> np.ndarray | None:
        """[P, P] how likely the row's player is better overall than the column's; None beyond MOST_COMPARED players."""
        return None if self.resampled is None else superiority(self.resampled)


def rate(
    games: Games,
    scenario: Game,
    resamples: int = 1000,
    seed: int = 0,
    anchors: Mapping[str, float] | None = None,
    parents: Mapping[str, str] | None = None,
) -> Ratings:
    """The ratings of all players in `games`; equal games in any order, equal bits.

    `anchors` are players by content hash whose Elo is given, see `league.fits.anchors`. `parents` say who was trained
    from whom, see `league.fits.parents`. Both are for games of two sides. ArenaError for an anchor that has not played.
    """
    payoff = Payoff.by_seed(on_table(games, tuple(sorted(games.names))), scenario)
    drawn = multiplicities(payoff.blocks, resamples, seed)
    if len(scenario.sides) == 1:
        if anchors or parents:
            raise ArenaError(f"{scenario.name} is a game of one side: its scores need neither anchors nor parents")
        return _rate_one_side(payoff, drawn)
    return _rate_two_sides(payoff, drawn, anchors or {}, parents or {})


def _rate_two_sides(
    payoff: Payoff, drawn: np.ndarray, anchors: Mapping[str, float], parents: Mapping[str, str]
) -> Ratings:
    matchups = Matchups.of(payoff)
    held, undecided, players, blocks = matchups.held, matchups.undecided, matchups.players, payoff.blocks
    zero = Zero.of(payoff.names, held, {name: elo / ELO for name, elo in anchors.items()})
    # What is relative to an undecided anchor is undecided too.
    is_loose = (undecided & zero.centre).any(0) if anchors else np.zeros(2, np.bool_)
    undecided = undecided | is_loose
    # What never varied cannot be resampled: an undecided skill, and everything if there is but one block.
    unsure = np.concatenate([[is_loose.any()], *undecided.T, undecided.any(1)]) | (blocks < 2)
    method = refits if players <= REFITTED else onestep
    linked = with_parents(matchups, payoff.names, parents)
    fitted = method.outcomes(linked, Readout(held, zero.centre), drawn, np.flatnonzero(unsure))
    resampled, spread = Shifted(fitted.resampled, zero.offset(held)), np.full(len(unsure), np.nan)
    spread[unsure] = fitted.spread
    elo = _intervals(resampled, blocks, spread).scaled(ELO)
    margins = _intervals(method.margins(matchups, Readout(held), drawn), blocks)
    overall = slice(1 + 2 * players, None)
    draws = Draws(resampled, overall, spread[overall], blocks, len(drawn))
    rank_low, rank_high = draws.rank_range()
    return Ratings(
        names=payoff.names,
        unit="elo",
        held=held,
        overall=elo[overall],
        sides=_by_side(elo, players),
        margin=margins[overall],
        side_margins=_by_side(margins, players),
        advantage=elo[0],
        draw_rate=float(1 - 1 / (1 + np.exp(fitted.log_nu) / 2)),
        provisional=(undecided & held).any(1) | ~held.any(1) | (blocks < 2),
        apart=matchups.apart,
        rank_low=rank_low,
        rank_high=rank_high,
        resampled=draws.table() if players <= MOST_COMPARED else None,
    )


def _rate_one_side(payoff: Payoff, drawn: np.ndarray) -> Ratings:
    """Mean scores [P] with Student's interval: the legs of a player are from different seeds, so independent."""
    legs, total, squares = (payoff.planes(part) for part in (payoff.scored, payoff.total[:, 0], payoff.squares[:, 0]))
    count = legs.sum(0)
    mean = total.sum(0) / np.maximum(count, 1)
    deviation = np.maximum(squares.sum(0) - count * mean**2, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(deviation / (count - 1) / count)
        reach = np.where(count > 1, error * t.ppf((1 + LEVEL) / 2, count - 1), np.inf)
        resampled = Refits(mean, np.where(drawn @ legs > 0, (drawn @ total) / (drawn @ legs), mean))
    score = Estimate(mean, mean - reach, mean + reach)
    by_side = Estimate(mean[:, None], score.low[:, None], score.high[:, None])
    draws = Draws(resampled, slice(None), np.where(count > 1, np.nan, np.inf), payoff.blocks, len(drawn))
    rank_low, rank_high = draws.rank_range()
    return Ratings(
        names=payoff.names,
        unit="score",
        held=payoff.planes(payoff.legs).sum(0)[:, None] > 0,
        overall=score,
        sides=by_side,
        margin=score,
        side_margins=by_side,
        advantage=None,
        draw_rate=None,
        provisional=count < 2,
        apart=np.zeros((len(mean), 1), np.bool_),
        rank_low=rank_low,
        rank_high=rank_high,
        resampled=draws.table() if len(mean) <= MOST_COMPARED else None,
    )


def _intervals(resampled: Resampled, blocks: int, spread: np.ndarray | None = None) -> Estimate:
    """Those of a normal error where its `spread` [N] is known, else what resampling shows; infinite of one block."""
    if blocks > 1:
        found = percentiles(resampled, blocks)
    else:
        found = normal(resampled.value, np.full_like(resampled.value, np.inf))
    if spread is None:
        return found
    known = ~np.isnan(spread)
    return found.replaced(known, normal(found.value[known], spread[known]))


def _by_side(readings: Estimate, players: int) -> Estimate:
    def turn(array: np.ndarray) -> np.ndarray:
        return array[1 : 1 + 2 * players].reshape(2, players).T

    return Estimate(turn(readings.value), turn(readings.low), turn(readings.high))
