"""Statistics of score tables, against published values and rliable."""

import numpy as np
import pytest
from rliable import library, metrics

from league.studies.aggregate import (
    STATISTICS,
    iqm,
    mean,
    median,
    optimality_gap,
    performance_profile,
    probability_of_improvement,
    wins,
)
from league.studies.bootstrap import percentile, stratified, whole_rows

X = np.array([[1.0, 2], [2, 2], [1, 1], [2, 1]])
Y = np.array([[1.0, 1], [2, 2], [3, 3]])
ORACLE = {
    "iqm": metrics.aggregate_iqm,
    "mean": metrics.aggregate_mean,
    "median": metrics.aggregate_median,
    "optimality_gap": metrics.aggregate_optimality_gap,
}


def tables(count: int = 100) -> list[tuple[np.ndarray, np.ndarray]]:
    """Pairs of tables of all shapes, every other one full of ties."""
    rng, found = np.random.default_rng(313), []
    for k in range(count):
        x_runs, y_runs, tasks = rng.integers(1, 13, size=3)
        x, y = rng.normal(0.8, 0.5, (x_runs, tasks)), rng.normal(0.9, 0.4, (y_runs, tasks))
        found.append((np.round(x, 1), np.round(y, 1)) if k % 2 else (x, y))
    return found


def test_published_values() -> None:
    assert iqm(np.arange(1.0, 13).reshape(6, 2)) == 6.5
    assert (iqm(X), mean(X), median(X)) == (1.5, 1.5, 1.5)
    assert (iqm(Y), mean(Y), median(Y)) == (2, 2, 2)
    assert probability_of_improvement(X, Y) == pytest.approx(1 / 3, abs=1e-12)
    assert probability_of_improvement(X, X) == 0.5
    assert optimality_gap(np.array([[0.5, 2.0]])) == 0.25
    assert optimality_gap(np.array([[0.5, 2.0]]), gamma=2.0) == 0.75
    np.testing.assert_array_equal(performance_profile(X, np.array([0, 1, 1.5, 2])), [1, 0.5, 0.5, 0])
    np.testing.assert_array_equal(wins(X[:2], Y[:1]), [[0.75], [1.0]])


@pytest.mark.parametrize("name", STATISTICS)
def test_statistics_are_those_of_rliable(name: str) -> None:
    for table in (X, Y, *(table for pair in tables() for table in pair)):
        assert STATISTICS[name](table) == pytest.approx(ORACLE[name](table), abs=1e-9)


def test_the_probability_of_improvement_is_that_of_rliable() -> None:
    for x, y in ((X, Y), (X, X), *tables()):
        ours = probability_of_improvement(x, y)
        assert ours == pytest.approx(metrics.probability_of_improvement(x, y), abs=1e-9)
        assert ours + probability_of_improvement(y, x) == pytest.approx(1, abs=1e-12)


def test_profiles_are_those_of_rliable() -> None:
    tau = np.linspace(-0.5, 2, 26)
    for table in (X, Y, *(x for x, _ in tables())):
        np.testing.assert_allclose(
            performance_profile(table, tau), library.score_distributions(table, tau), rtol=0, atol=1e-9
        )
    profiles, _ = library.create_performance_profile({"x": X}, tau, reps=2)
    np.testing.assert_allclose(performance_profile(X, tau), profiles["x"], rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", STATISTICS)
def test_leading_axes_are_kept(name: str) -> None:
    many = np.random.default_rng(1).normal(size=(2, 3, 7, 4))
    each = [[STATISTICS[name](table) for table in row] for row in many]
    np.testing.assert_array_equal(STATISTICS[name](many), each)
    tau = np.array([-0.5, 0.5])
    np.testing.assert_array_equal(
        performance_profile(many, tau), [[performance_profile(table, tau) for table in row] for row in many]
    )
    other = np.random.default_rng(2).normal(size=(2, 3, 5, 4))
    each = [
        [probability_of_improvement(x, y) for x, y in zip(*row, strict=True)] for row in zip(many, other, strict=True)
    ]
    np.testing.assert_allclose(probability_of_improvement(many, other), each, rtol=0, atol=1e-15)


def test_the_percentile_interval_is_that_of_rliable_from_the_same_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    table = np.random.default_rng(5).normal(size=(6, 3))
    ours = percentile(iqm, [table], resamples=500, seed=8)
    stream = int(np.random.SeedSequence(8).generate_state(1, np.uint64)[0])
    rng = np.random.default_rng(stream)
    monkeypatch.setattr(np.random, "choice", lambda runs, shape, replace: rng.integers(runs, size=shape))
    _, theirs = library.get_interval_estimates(
        {"x": table}, lambda scores: np.array([metrics.aggregate_iqm(scores)]), reps=500
    )
    np.testing.assert_allclose([[ours.low], [ours.high]], theirs["x"], rtol=0, atol=1e-9)


def test_percentile_intervals_keep_leading_axes_and_thresholds() -> None:
    tables, tau = np.random.default_rng(6).normal(size=(2, 6, 3)), np.array([-0.5, 0.0, 0.5, 1.0])
    found = percentile(lambda scores: performance_profile(scores, tau), [tables], 200, seed=1)
    stream = int(np.random.SeedSequence(1).generate_state(1, np.uint64)[0])
    for k, table in enumerate(tables):
        drawn = performance_profile(stratified(table, 200, stream), tau)
        np.testing.assert_array_equal(found.value[k], performance_profile(table, tau))
        np.testing.assert_allclose(
            [found.low[k], found.high[k]], np.quantile(drawn, [0.025, 0.975], axis=0), atol=1e-12
        )


def test_runs_are_drawn_within_each_task_or_whole() -> None:
    table = np.arange(12.0).reshape(4, 3)
    drawn = stratified(table, 200, seed=1)
    np.testing.assert_array_equal(drawn % 3, np.broadcast_to([0, 1, 2], drawn.shape))
    assert len(np.unique(drawn // 3 - drawn[..., :1] // 3)) > 1
    rows = whole_rows(table, 200, seed=1)
    assert rows.shape == drawn.shape == (200, 4, 3)
    np.testing.assert_array_equal(rows - rows[..., :1], np.broadcast_to([0, 1, 2], rows.shape))
    np.testing.assert_array_equal(whole_rows(np.stack([table, -table]), 200, seed=1)[1], -rows)
    np.testing.assert_array_equal(stratified(np.stack([table, -table]), 200, seed=1)[1], -drawn)
    assert (rows != whole_rows(table, 200, seed=2)).any()
