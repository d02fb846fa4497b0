"""Swiss and adaptive rounds of up to 100,000 players, and what adaptive rounds save, by simulation without physics.

Large fields: skills are normal with a standard deviation of 300 Elo; in each of 30 rounds a player has one pair, two
legs won with the odds of Bradley and Terry. Rows: seconds of the slowest round (deciding who meets whom, from the
outcomes alone, ratings included), the rank correlation (Spearman) of the skills and the likeliest ones, the most memory
that the process has had, and the mean round in processor time, since it is compared, beside (`against`) what it would
be if the cost grew as n log n from the field a tenth as large.

Savings: 30 players at the normal quantiles of 300 Elo, until half the 95 % interval of every rating around their mean
is at most 15 Elo; legs of adaptive rounds beside (`against`) those of round-robins.

Legs are drawn from a generator seeded by (seed, round), in the order of the pairings.
"""

import math
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.special import expit
from scipy.stats import norm, spearmanr

from arena.memory import keep_freed_memory
from benchmarks.measure import calibration, row
from league.fits.resample import normal
from league.fits.sparse import curvature, fit, variances
from league.joint import ELO
from league.schedules import adaptive, swiss
from league.schedules.precision import by_precision
from league.schedules.rounds import Outcome, Round

SPREAD = 300 / ELO
FIELDS, ROUNDS = (1_000, 10_000, 100_000), 30
SEEDS = 5
FEW, WITHIN, LEGS = 30, 15.0, 2
UNLIMITED = 2**62
EACH_ROBIN, EACH_ADAPTIVE = 1, 10  # pairs a pairing of a round-robin, pairs a player of an adaptive round

Schedule = Callable[[Sequence[Outcome]], Round | None]


class Field(NamedTuple):
    """What was found with so many players."""

    slowest: float  # seconds of a round
    mean: float  # seconds of a round, of the processor
    correlation: float


def rows() -> Iterator[dict[str, Any]]:
    """The rows of the benchmark."""
    keep_freed_memory()  # as the verbs do
    yield calibration()
    for name, form, options in (("Swiss", swiss, {"rounds": ROUNDS}), ("adaptive", adaptive, {})):
        before = None
        for players in FIELDS:
            found = large_field(form.next_round, players, **options)
            what = f"{name}, {players:,} players"
            yield row(f"{what}: slowest of {ROUNDS} rounds", found.slowest, "s", "lower", None, 15)
            yield row(f"{what}: rank correlation with the truth", found.correlation, "", "higher", None, 0.98)
            if before:
                smaller, its_seconds = before
                expected = its_seconds * players * math.log(players) / (smaller * math.log(smaller))
                yield row(
                    f"{what}: mean round, of the processor, against n log n",
                    found.mean,
                    "s",
                    "lower",
                    expected,
                    1,
                    True,
                )
            before = players, found.mean
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    yield row("most memory of the process", memory, "GiB", "lower", None, 2)
    yield savings()


def large_field(next_round: Callable[..., Round | None], players: int, **options: Any) -> Field:
    """Plays ROUNDS rounds of one pair a player."""
    skill = np.random.default_rng(0).normal(0, SPREAD, players)
    outcomes: list[Outcome] = []
    slowest = spent = 0.0
    for number in range(ROUNDS):
        started, began = time.perf_counter(), time.process_time()
        upcoming = next_round(players, outcomes, pairs=1, **options)
        slowest = max(slowest, time.perf_counter() - started)
        spent += time.process_time() - began
        if upcoming is None:
            break
        outcomes.append(played(upcoming, skill, np.random.default_rng((0, number))))
    found = fit(*legs_of(outcomes), players)
    return Field(slowest, spent / ROUNDS, float(spearmanr(found, skill).statistic))


def savings() -> dict[str, Any]:
    """Adaptive legs and round-robin legs until all ratings are within reach: the mean over SEEDS leagues."""
    one, other = np.triu_indices(FEW, k=1)
    everyone = Round.of(one, other, EACH_ROBIN)
    robin = [legs_until(lambda _: everyone, seed) for seed in range(SEEDS)]
    chosen = [
        legs_until(lambda outcomes: adaptive.next_round(FEW, outcomes, pairs=EACH_ADAPTIVE, cap=UNLIMITED), seed)
        for seed in range(SEEDS)
    ]
    name = f"adaptive, {FEW} players: legs until every rating is within +-{WITHIN:g} Elo"
    return row(name, float(np.mean(chosen)), "legs", "lower", float(np.mean(robin)), 0.4, True)


def legs_until(schedule: Schedule, seed: int) -> int:
    """How many legs it takes until every rating is within +-WITHIN."""
    skill = SPREAD * norm.ppf((np.arange(FEW, 0, -1) - 0.5) / FEW)
    outcomes: list[Outcome] = []
    theta = np.zeros(FEW)
    while (upcoming := schedule(outcomes)) is not None:
        outcomes.append(played(upcoming, skill, np.random.default_rng((seed, len(outcomes)))))
        one, other, points, legs = legs_of(outcomes)
        theta = fit(one, other, points, legs, FEW, start=theta)
        spread = np.sqrt(variances(curvature(one, other, legs, theta)))
        if by_precision(normal(ELO * theta, ELO * spread), WITHIN):
            break
    return int(legs.sum())


def played(upcoming: Round, skill: np.ndarray, rng: np.random.Generator) -> Outcome:
    """What comes of a round of pairs, whose two legs are won as the skills say."""
    points = rng.binomial(LEGS * upcoming.pairs, expit(skill[upcoming.one] - skill[upcoming.other])) / LEGS
    return Outcome(upcoming, points, np.zeros(len(points)), upcoming.pairs, np.zeros(len(skill), np.bool_))


def legs_of(outcomes: Sequence[Outcome]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """All pairings: one, other, legs won by `one`, legs."""
    columns = ((o.round.one, o.round.other, LEGS * o.points, LEGS * o.played) for o in outcomes)
    one, other, points, legs = (np.concatenate(column) for column in zip(*columns, strict=True))
    return one, other, points, legs
