"""How often the 95% intervals of a study hold the truth, in simulated studies of five and of ten seeds.

Claimed is what `league.studies.intervals` gives, to cover between 92 and 98 of 100; beside it (`against`) stands the
percentile interval of the stratified bootstrap, or for cells of a bootstrap of the seeds of both sides. Populations
are normal, skewed, with seeds that fail, with success near 1, and cells made of both sides' seeds, what two seeds make
of each other, and the noise of 40 games.

Some rows have no bar: what they ask for cannot be had, or costs all others too much.
- A fifth of the seeds fail: of 100 studies of five seeds 33 see no failure (11 of ten seeds). An interval that held
  the mean in those too would have to reach far down whenever five seeds agree, and so be useless to all others.
- A long tail (exponential, of skewness 2; shares of games whose log-odds differ by 1.2 between seeds): intervals of
  means are too short, since the seeds that would show how far the tail goes are mostly missing. A studentised
  bootstrap reaches 92 of 100 of the exponential with five seeds, its intervals half as long again, and three times as
  long wherever seeds fall into two groups.
- Games are all that differs: cells are on the safe side, since either side's seeds might still have a spread.
The interquartile mean and the probability of improvement are not touched by seeds far out and have a bar everywhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

from benchmarks.measure import row
from league.fits.resample import Estimate, multiplicities
from league.studies import aggregate as statistics
from league.studies import intervals
from league.studies.bootstrap import percentile
from league.studies.intervals import SHARE, UNBOUNDED, Bounds

STUDIES, SEEDS = 4_000, (5, 10)
AT_ONCE = 40  # studies whose bootstrap is held in memory
LEAST, MOST = 92.0, 98.0  # of 100
RESAMPLES = 1_000  # of the percentile intervals; the claimed ones have their own
CROWD = 1_000_000  # seeds that stand for all
GAMES = 40

Draw = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]


@dataclass(frozen=True)
class Population:
    """What a training seed may score."""

    name: str
    draw: Draw
    bounds: Bounds = UNBOUNDED
    has_bar: bool = True


def fails(share: float) -> Draw:
    """Seeds of which a share ends around 0.1 and the others around 0.8."""
    return lambda rng, shape: np.where(rng.random(shape) < share, 0.1, 0.8) + rng.normal(0, 0.05, shape)


def succeeds(spread: float) -> Draw:
    """Shares of 200 games that seeds win; they win 97 of 100 in the middle, and their log-odds differ by `spread`."""
    return lambda rng, shape: rng.binomial(200, expit(rng.normal(3.5, spread, shape))) / 200


POPULATIONS = (
    Population("normal", lambda rng, shape: rng.normal(0.6, 0.1, shape)),
    Population("skewed", lambda rng, shape: rng.gamma(4, 0.15, shape)),
    Population("half fail", fails(0.5)),
    Population("success near 1", succeeds(0.7), SHARE),
    Population("a fifth fail", fails(0.2), has_bar=False),
    Population("long tail", lambda rng, shape: rng.exponential(0.6, shape), has_bar=False),
    Population("success, long tail", succeeds(1.2), SHARE, has_bar=False),
)


def rows() -> Iterator[dict[str, Any]]:
    """A row for each quantity, population and number of seeds."""
    for seeds in SEEDS:
        for population in POPULATIONS:
            yield from scores(population, seeds, STUDIES)
        yield from cells(seeds, STUDIES)


def scores(population: Population, seeds: int, studies: int) -> Iterator[dict[str, Any]]:
    """Coverage of the statistics of one contender's seeds, and of two contenders'."""
    rng = np.random.default_rng(seeds)
    everyone, others = (population.draw(rng, (CROWD, 1)) for _ in range(2))
    x, y = (population.draw(rng, (studies, seeds, 1)) for _ in range(2))
    for name, statistic in statistics.STATISTICS.items():
        if name == "median":  # of one task it is the mean
            continue
        parts = [chunk(name, population, part) for part in np.split(x, range(AT_ONCE, studies, AT_ONCE))]
        claimed, plain = (joined([pair[k] for pair in parts]) for k in (0, 1))
        has_bar = population.has_bar or name == "iqm"
        yield result(f"{name}, {population.name}, {seeds} seeds", claimed, plain, statistic(everyone), has_bar)
    # The second contender does somewhat worse and is twice as varied.
    middle = everyone.mean()
    worse = 2 * (y - middle) + middle - 0.1
    claimed = intervals.mean_difference(x[..., 0], worse[..., 0])
    plain = percentile(lambda a, b: statistics.mean(a) - statistics.mean(b), [x, worse], RESAMPLES, 0)
    yield result(f"difference, {population.name}, {seeds} seeds", claimed, plain, 0.1, population.has_bar)
    plain = joined(
        [
            percentile(
                statistics.probability_of_improvement, [x[k : k + AT_ONCE], worse[k : k + AT_ONCE]], RESAMPLES, 0
            )
            for k in range(0, studies, AT_ONCE)
        ]
    )
    truth = (everyone > 2 * (others - middle) + middle - 0.1).mean()
    yield result(f"improvement, {population.name}, {seeds} seeds", intervals.improvement(x, worse), plain, truth)


def chunk(name: str, population: Population, x: np.ndarray) -> tuple[Estimate, Estimate]:
    """The claimed and the percentile interval of a statistic of some studies."""
    claimed = intervals.aggregate(name, x, population.bounds)
    return claimed, percentile(statistics.STATISTICS[name], [x], RESAMPLES, 0)


def cells(seeds: int, studies: int) -> Iterator[dict[str, Any]]:
    """Coverage of means of cells, whose entries share the seeds of their row and of their column."""
    rng = np.random.default_rng(seeds)
    one, square = (studies, seeds), (studies, seeds, seeds)

    def cell(row_effect: float, column_effect: float, interaction: float, columns: np.ndarray) -> np.ndarray:
        own = rng.normal(0, row_effect, one)[:, :, None] + column_effect * columns[:, None, :]
        return own + rng.normal(0, interaction, square) + rng.normal(0, 1 / np.sqrt(GAMES), square)

    for name, effects, has_bar in (
        ("both sides' seeds", (0.3, 0.3, 0.1), True),
        ("one side's seeds", (0.3, 0.0, 0.1), True),
        ("mostly interaction", (0.1, 0.1, 0.3), True),
        ("games alone", (0.0, 0.0, 0.0), False),
    ):
        columns = rng.normal(size=one)
        x, y = cell(*effects, columns), cell(*effects, columns)
        truth = 0.0
        yield result(f"cell, {name}, {seeds} seeds", intervals.cell_mean(x), both_drawn(x), truth, has_bar)
        plain = both_drawn(x, y)
        yield result(
            f"cells' difference, {name}, {seeds} seeds", intervals.paired_difference(x, y), plain, truth, has_bar
        )
    logit = 2.5 + rng.normal(0, 0.7, one)[:, :, None] + rng.normal(0, 0.7, one)[:, None, :] + rng.normal(0, 0.5, square)
    shares = rng.binomial(GAMES, expit(logit)) / GAMES
    everyone = expit(rng.normal(2.5, np.sqrt(0.7**2 + 0.7**2 + 0.5**2), CROWD)).mean()
    claimed = intervals.cell_mean(shares, bounds=SHARE)
    yield result(f"cell, success near 1, {seeds} seeds", claimed, both_drawn(shares), everyone)
    yield from special_cells(rng, seeds, studies)


def special_cells(rng: np.random.Generator, seeds: int, studies: int) -> Iterator[dict[str, Any]]:
    """Coverage where one draw of seeds stands on both sides."""
    one, square = (studies, seeds), (studies, seeds, seeds)
    effect = rng.normal(0, 0.3, one)
    own = effect[:, :, None] + effect[:, None, :] + rng.normal(0, 0.3, square)
    own[:, np.arange(seeds), np.arange(seeds)] += 1.0
    for name, weights, truth in (("cross-play", (1, 0), 0.0), ("self-play", (0, 1), 1.0), ("their gap", (-1, 1), 1.0)):
        yield result(f"own cell, {name}, {seeds} seeds", intervals.own_cell_mean(own, *weights), None, truth)


def both_drawn(x: np.ndarray, y: np.ndarray | None = None) -> Estimate:
    """The percentile interval of mean(x) - mean(y) when rows are drawn, and columns, for [S, N, N]."""
    seeds = x.shape[-1]
    row, other, column = (multiplicities(seeds, RESAMPLES, k) / seeds for k in range(3))

    def means(table: np.ndarray, often: np.ndarray) -> np.ndarray:
        return np.einsum("srj,rj->rs", often @ table, column)

    drawn = means(x, row) - (0 if y is None else means(y, other))
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    return Estimate(x.mean((1, 2)) - (0 if y is None else y.mean((1, 2))), low, high)


def result(
    name: str, claimed: Estimate, plain: Estimate | None, truth: np.ndarray | float, has_bar: bool = True
) -> dict[str, Any]:
    """A row: of 100 intervals, how many hold the truth."""
    value, against = covered(claimed, truth), None if plain is None else covered(plain, truth)
    found = row(name, value, "of 100", "higher", against, LEAST if has_bar else None)
    return {**found, "most": MOST, "met": LEAST <= value <= MOST if has_bar else None}


def covered(found: Estimate, truth: np.ndarray | float) -> float:
    """The share of intervals, of 100, that hold the truth."""
    return float(100 * ((found.low <= truth) & (truth <= found.high)).mean())


def joined(parts: list[Estimate]) -> Estimate:
    """Estimates one after another."""
    return Estimate(*(np.concatenate([getattr(part, end) for part in parts]) for end in ("value", "low", "high")))
