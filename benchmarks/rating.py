"""Joint ratings of 2,000 players from 2,000,000 legs, and how near their quick bootstrap is to refitting.

Simulated players of simple_adversary; in each of 250 common worlds everybody has four pairs with players drawn at
random, both sides: a million match-ups, most of one pair. The fit goes from legs to skills on either side. Intervals of
so many players come from the one-step bootstrap: influences of blocks of worlds, with one matrix for all resamples
(`league.fits.onestep`). The last rows rate round-robins of few players either way, from the same resamples: by how much
the lengths of their intervals by outcome differ from those of refits (`league.fits.refits`); by margin they are equal.
"""

import resource
from collections.abc import Iterator
from typing import Any
from unittest import mock

import numpy as np

from arena.games import Games, seat_of_sides, world_seeds
from arena.scenario import load
from benchmarks import simulated
from benchmarks.measure import calibration, row, seconds
from benchmarks.published_run import KIBIBYTE
from league import joint
from league.fits import large
from league.fits.matchups import Matchups
from league.joint import Ratings, rate
from league.payoff import Payoff

PLAYERS, WORLDS, PAIRS = 2_000, 250, 4
RESAMPLES = 1_000
SMALL = ((60, 50), (20, 20))  # players, worlds


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    yield calibration()
    game = load("simple_adversary")
    rng = np.random.default_rng(0)
    field = simulated.normal_field(rng, PLAYERS)
    games = simulated.played(random_pairs(rng), game, field, rng)
    name = f"{PLAYERS:,} players, {len(games):,} legs"
    fitted = seconds(lambda: large.fit(Matchups.of(Payoff.by_seed(games, game))), 1)
    yield row(f"{name}: joint fit", fitted, "s", "lower", None, 3)
    whole = seconds(lambda: rate(games, game, RESAMPLES), 1)
    yield row(f"{name}: rated, {RESAMPLES:,} bootstraps", whole, "s", "lower", None, 60)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBIBYTE / 2**30
    yield row("most memory of the process", memory, "GiB", "lower", None, 6)
    for players, worlds in SMALL:
        yield from agreement(rng, players, worlds)


def random_pairs(rng: np.random.Generator) -> Games:
    """Legs in which each player meets PAIRS others in each world, on both sides."""
    game, names = load("simple_adversary"), simulated.hashes(PLAYERS)
    order = np.argsort(rng.random((WORLDS * PAIRS, PLAYERS)), axis=1)
    one, other = order[:, ::2].ravel(), order[:, 1::2].ravel()
    sides = np.stack([np.stack([one, other]), np.stack([other, one])]).transpose(2, 0, 1).reshape(-1, 2)
    seeds = np.repeat(world_seeds(0, game, WORLDS), PAIRS * PLAYERS)
    return Games.unplayed(game, names, seat_of_sides(game, sides), seeds)


def agreement(rng: np.random.Generator, players: int, worlds: int) -> Iterator[dict[str, Any]]:
    """By how much the lengths of intervals differ between the two ways to find them."""
    game = load("simple_adversary")
    schedule = simulated.schedule(game, simulated.hashes(players), worlds)
    games = simulated.played(schedule, game, simulated.normal_field(rng, players), rng)
    refitted = lengths(rate(games, game, RESAMPLES))
    with mock.patch.object(joint, "REFITTED", 0):
        stepped = lengths(rate(games, game, RESAMPLES))
    differ = 100 * np.abs(stepped / refitted - 1)
    name = f"{players} players, {worlds} worlds: lengths of intervals, one step against refits"
    yield row(f"{name}, median", float(np.median(differ)), "% apart", "lower", None, 3)
    yield row(f"{name}, most", float(differ.max()), "% apart", "lower", None, 15)


def lengths(ratings: Ratings) -> np.ndarray:
    """The lengths of the intervals of all players, overall and by side."""
    return np.concatenate([(estimate.high - estimate.low).ravel() for estimate in (ratings.overall, ratings.sides)])
