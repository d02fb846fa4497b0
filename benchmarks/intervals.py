"""How often the 95% intervals of a league's ratings hold the truth, in simulated leagues of known skill.

Round-robins, both sides, from common worlds. Leagues are transitive (one skill for both sides), asymmetric (a skill for
each side, and one side favoured), with ties (half of the legs of equals), with cycles (what no skill explains is as
large as skill), or in worlds that favour one side or the other. Where the model does not hold, the truth is the rating
that fits the expected results of the schedule best (in the sense of Kullback and Leibler; margins: of least squares).
Rows are about ratings by outcome, overall and by side, the side advantage, and margins overall; the last size has more
players than are refitted, whose intervals come of one step.
"""

import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from arena.scenario import load
from benchmarks import simulated
from benchmarks.coverage import covered
from benchmarks.measure import row
from benchmarks.simulated import Field, log_nu_of
from league.fits.design import Design, least_squares
from league.fits.likelihood import fit
from league.fits.readout import Readout
from league.fits.resample import Estimate
from league.joint import ELO, Ratings, rate

LEAST, MOST = 93.0, 97.0  # of 100
SIZES = ((4, 40, 2_000), (8, 100, 800), (16, 60, 400), (70, 40, 400))  # players, worlds, leagues
PARTS = ("overall", "sides", "advantage", "margin")


def transitive(rng: np.random.Generator, players: int) -> Field:
    """One skill for both sides."""
    skill = np.tile(rng.normal(0, 1, (players, 1)), (1, 2))
    return Field(0.3, skill, np.zeros((players, players)), log_nu_of(0.2))


def asymmetric(rng: np.random.Generator, players: int) -> Field:
    """A skill for each side, of different spread, and a side that is favoured."""
    skill = rng.normal(0, (1.2, 0.5), (players, 2))
    return Field(1.2, skill, np.zeros((players, players)), log_nu_of(0.2))


def with_ties(rng: np.random.Generator, players: int) -> Field:
    """Half of the legs of equals are drawn."""
    return simulated.normal_field(rng, players, draw_rate=0.5)


def with_cycles(rng: np.random.Generator, players: int) -> Field:
    """What no skill explains is as large as skill."""
    skill, beyond = rng.normal(0, 1, (players, 2)), rng.normal(0, 1, (players, players))
    return Field(0.3, skill, beyond, log_nu_of(0.2))


def in_worlds(rng: np.random.Generator, players: int) -> Field:
    """Worlds favour one side or the other, as much as skill does."""
    return Field(0.3, rng.normal(0, 1, (players, 2)), np.zeros((players, players)), log_nu_of(0.2), world_spread=1.0)


KINDS: dict[str, Callable[[np.random.Generator, int], Field]] = {
    "transitive": transitive,
    "asymmetric": asymmetric,
    "with ties": with_ties,
    "with cycles": with_cycles,
    "worlds that favour a side": in_worlds,
}


def rows() -> Iterator[dict[str, Any]]:
    """A row for each kind of league, size and part of its ratings."""
    for players, worlds, leagues in SIZES:
        for name, make in KINDS.items():
            found = coverage(make, players, worlds, leagues)
            for part, value in found.items():
                what = row(
                    f"{name}, {players} players, {worlds} worlds: {part}", value, "of 100", "higher", None, LEAST
                )
                yield {**what, "most": MOST, "met": LEAST <= value <= MOST}


def coverage(
    make: Callable[[np.random.Generator, int], Field], players: int, worlds: int, leagues: int, resamples: int = 1_000
) -> dict[str, float]:
    """How many of 100 intervals hold the truth, for each part of the ratings."""
    game, held = load("simple_adversary"), dict.fromkeys(PARTS, 0.0)
    names = simulated.hashes(players)
    schedule = simulated.schedule(game, names, worlds)
    for league in range(leagues):
        rng = np.random.default_rng((zlib.crc32(make.__name__.encode()), players, worlds, league))
        field = make(rng, players)
        ratings = rate(simulated.played(schedule, game, field, rng), game, resamples, seed=league)
        row_of = np.argsort(names)  # the ratings are in the order of the hashes
        for part, truth in best_fit(field, row_of).items():
            held[part] += covered(estimates(ratings)[part], truth) / leagues
    return held


def estimates(ratings: Ratings) -> dict[str, Estimate]:
    """The parts of the ratings by name."""
    assert ratings.advantage is not None
    return dict(zip(PARTS, (ratings.overall, ratings.sides, ratings.advantage, ratings.margin), strict=True))


def best_fit(field: Field, order: np.ndarray) -> dict[str, np.ndarray]:
    """The parts of the ratings that fit the expected results of a round-robin best; players in this order."""
    players = len(order)
    first, second = np.nonzero(~np.eye(players, dtype=bool))
    design = Design.of_matchups(1 + first, 1 + players + second, 1 + 2 * players)
    readout, of_pairs = Readout(np.ones((players, 2), np.bool_)), (order[first], order[second])
    outcome = ELO * readout(fit(design, field.chances()[of_pairs][None], virtual=0).theta[0])
    lead = field.advantage()[of_pairs][None]
    margin = readout(least_squares(design, np.ones_like(lead), lead)[0])
    mu, sides, overall = np.split(outcome, [1, 1 + 2 * players])
    parts = overall, sides.reshape(2, players).T, mu[0], margin[1 + 2 * players :]
    return dict(zip(PARTS, parts, strict=True))
