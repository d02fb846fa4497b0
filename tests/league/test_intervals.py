"""Intervals over training seeds: closed forms, other libraries, and how often they hold the truth."""

import numpy as np
import pytest
from scipy import stats

from league.fits.resample import Estimate
from league.studies import variance
from league.studies.aggregate import STATISTICS, iqm, mean
from league.studies.bootstrap import percentile
from league.studies.intervals import (
    SHARE,
    aggregate,
    cell_mean,
    improvement,
    mean_difference,
    own_cell_mean,
    paired_difference,
    profile,
)


def ends(estimate: Estimate) -> list[float]:
    return [float(estimate.low), float(estimate.high)]


def covered(estimate: Estimate, truth: float) -> float:
    return float(((estimate.low <= truth) & (truth <= estimate.high)).mean())


def test_crossed_effects_without_interaction_add_up() -> None:
    rows, columns = np.array([0.0, 1, 2]), np.array([0.0, 10, 20])
    spread = variance.crossed(rows[:, None] + columns)
    assert spread.variance == pytest.approx(1 / 3 + 100 / 3)
    assert spread.dof == pytest.approx(2 * 101**2 / (1 + 100**2))  # Satterthwaite
    only_rows = variance.crossed(rows[:, None] + 0 * columns)
    assert only_rows == pytest.approx((1 / 3, 2))


def test_the_interaction_is_counted_once() -> None:
    spread = variance.crossed(np.array([[0.0, 0], [0, 4]]))  # mean squares 4, 4 and 4 over 4 entries
    assert spread == pytest.approx((1, 1))
    rng, shape = np.random.default_rng(3), (20_000, 6, 4)
    cells = rng.normal(0, 2, (20_000, 6, 1)) + rng.normal(0, 1.5, (20_000, 1, 4)) + rng.normal(0, 1, shape)
    truth = 2**2 / 6 + 1.5**2 / 4 + 1 / 24
    assert cells.mean((1, 2)).var() == pytest.approx(truth, rel=0.03)
    assert variance.crossed(cells).variance.mean() == pytest.approx(truth, rel=0.01)
    noise = variance.crossed(rng.normal(size=shape))
    assert 1 / 24 < noise.variance.mean() < 1.6 / 24  # never below that of the rows, so a little above
    assert (noise.dof >= 3).all()


def test_what_opponents_do_to_both_alike_cancels() -> None:
    x, y, opponents = np.array([0.0, 1, 5]), np.array([2.0, 2, 6, 6]), np.array([-40.0, 0, 90, 7, 7])
    spread = variance.difference(x[:, None] + opponents, y[:, None] + opponents)
    student = stats.ttest_ind(x, y, equal_var=False)
    assert spread == pytest.approx((x.var(ddof=1) / 3 + y.var(ddof=1) / 4, student.df))
    paired = paired_difference(x[:, None] + opponents, y[:, None] + opponents)
    assert ends(paired) == pytest.approx([*student.confidence_interval()])
    assert ends(paired) == pytest.approx(ends(mean_difference(x, y)))


def test_what_opponents_do_to_one_only_stays() -> None:
    rng, studies = np.random.default_rng(4), 20_000
    opponents = rng.normal(0, 5, (studies, 1, 7))
    x = (
        rng.normal(0, 2, (studies, 4, 1))
        + opponents
        + rng.normal(0, 2, (studies, 1, 7))
        + rng.normal(size=(studies, 4, 7))
    )
    y = rng.normal(0, 1, (studies, 6, 1)) + opponents + rng.normal(size=(studies, 6, 7))
    truth = 2**2 / 4 + 1 / 6 + 2**2 / 7 + 1 / 28 + 1 / 42
    assert (x.mean((1, 2)) - y.mean((1, 2))).var() == pytest.approx(truth, rel=0.03)
    assert variance.difference(x, y).variance.mean() == pytest.approx(truth, rel=0.01)


@pytest.mark.parametrize(("off", "diagonal"), [(1, 0), (0, 1), (-1, 1), (0.75, 0.25)])
def test_one_draw_of_seeds_on_both_sides_is_left_out_with_row_and_column(off: float, diagonal: float) -> None:
    cell = np.random.default_rng(2).normal(size=(4, 4))

    def value(kept: list[int]) -> float:
        part = cell[np.ix_(kept, kept)]
        own = np.eye(len(kept), dtype=bool)
        return off * part[~own].mean() + diagonal * part[own].mean()

    without = [value([j for j in range(4) if j != i]) for i in range(4)]
    spread = variance.round_robin(cell, off, diagonal)
    assert spread == pytest.approx((3 / 4 * ((without - np.mean(without)) ** 2).sum(), 3))
    estimate = own_cell_mean(cell, off, diagonal)
    assert estimate.value == pytest.approx(value([0, 1, 2, 3]))
    assert estimate.high - estimate.value == pytest.approx(stats.t.ppf(0.975, 3) * np.sqrt(spread.variance))


def test_seeds_that_are_good_everywhere_do_not_blur_the_gap_of_self_play() -> None:
    seed = np.array([0.0, 3, 10, -4])
    cell = seed[:, None] + seed + np.eye(4)
    assert variance.round_robin(cell, 1, 0).variance == pytest.approx(4 * seed.var(ddof=1) / 4)
    assert variance.round_robin(cell, -1, 1).variance == pytest.approx(0, abs=1e-12)


def test_means_have_students_interval_and_shares_have_it_on_the_logit_scale() -> None:
    scores = np.array([0.7, 0.95, 0.9, 0.99, 0.86])
    student = [*stats.ttest_1samp(scores, 0).confidence_interval(0.95)]
    assert ends(aggregate("mean", scores[:, None])) == pytest.approx(student)
    assert ends(aggregate("optimality_gap", scores[:, None])) == pytest.approx([0, 1 - student[0]])
    assert ends(cell_mean(scores[None], (False, True))) == pytest.approx(student)
    assert ends(aggregate("median", np.stack([scores, scores], axis=1))) == pytest.approx(student)
    of_share = aggregate("mean", scores[:, None], SHARE)
    m = scores.mean()
    reach = (student[1] - m) / m / (1 - m)
    assert np.log(np.divide(ends(of_share), np.subtract(1, ends(of_share)))) == pytest.approx(
        [np.log(m / (1 - m)) - reach, np.log(m / (1 - m)) + reach]
    )
    gap = aggregate("optimality_gap", scores[:, None], SHARE)
    assert ends(gap) == pytest.approx([1 - of_share.high, 1 - of_share.low])
    assert aggregate("optimality_gap", np.array([[0.9], [1.5], [1.5]])).low == 0  # nothing falls short by less


@pytest.mark.parametrize("name", STATISTICS)
def test_equal_seeds_leave_what_as_many_equal_draws_allow(name: str) -> None:
    exact = stats.binomtest(5, 5).proportion_ci(0.95, "exact").low
    found = aggregate(name, np.ones((5, 1)), SHARE)
    if name in ("mean", "median"):
        assert ends(found) == pytest.approx([exact, 1])
    elif name == "optimality_gap":
        assert ends(found) == pytest.approx([0, 1 - exact])
    else:  # of the middle half more may be elsewhere than of all
        assert found.low < exact and found.high == 1
    assert np.isnan(aggregate(name, np.ones((5, 1))).low) or name == "optimality_gap"
    assert ends(cell_mean(np.full((5, 5), 0.5), bounds=SHARE)) == pytest.approx([exact / 2, 1 - exact / 2])


def test_one_seed_has_no_interval() -> None:
    found = [
        *(aggregate(name, np.ones((1, 2)), SHARE) for name in STATISTICS),
        *(cell_mean(np.ones(shape), bounds=SHARE) for shape in ((1, 1), (1, 5), (5, 1))),
        cell_mean(np.ones((1, 3)), (True, False)),
        own_cell_mean(np.ones((1, 1)), 0, 1),
        own_cell_mean(np.eye(2)),
        mean_difference(np.ones(1), np.arange(3.0)),
        paired_difference(np.ones((1, 2)), np.ones((3, 2))),
        improvement(np.ones((1, 1)), np.zeros((5, 1))),
        profile(np.ones((1, 2)), np.array([0.5])),
    ]
    assert all(np.isfinite(e.value).all() and np.isnan(e.low).all() and np.isnan(e.high).all() for e in found)


def test_improvement_says_as_much_as_five_seeds_can() -> None:
    high, low = np.arange(5.0)[:, None] + 10, np.arange(5.0)[:, None]
    # Where (1 - p)^2 = z^2 p (1 - p) (1 + 4 ((1 - p) / (2 - p) + p / (1 + p))) / 25, times (2 - p) (1 + p) / (1 - p).
    p = np.polynomial.Polynomial([0, 1])
    others = (2 - p) * (1 + p) + 4 * ((1 - p) * (1 + p) + p * (2 - p))
    roots = (25 * (1 - p) * (2 - p) * (1 + p) - stats.norm.ppf(0.975) ** 2 * p * others).roots()
    (root,) = roots[(roots > 0) & (roots < 1)]
    assert root == pytest.approx(0.6427, abs=5e-5)
    assert ends(improvement(high, low)) == pytest.approx([root, 1])
    assert ends(improvement(low, high)) == pytest.approx([0, 1 - root])
    assert improvement(high[:2], low[:2]).low < 0.5 < improvement(high[:4], low[:4]).low
    # Where only one contender's seeds differ, pairs tell no more than its seeds do, one by one.
    binary = np.repeat([1.0, 0.0], [12, 8])[:, None]
    wilson = stats.binomtest(12, 20).proportion_ci(0.95, "wilson")
    found = improvement(binary, np.full((20, 1), 0.5))
    assert found.low == pytest.approx(wilson.low) and found.high == pytest.approx(wilson.high, abs=0.012)


def test_tasks_that_disagree_tell_as_much_as_so_many_seeds_more() -> None:
    found = improvement(np.tile([1.0, 0.0], (5, 1)), np.tile([0.0, 1.0], (5, 1)))
    assert found.value == 0.5 and found.low + found.high == pytest.approx(1)
    p = float(found.low)
    of_one_task = p * (1 - p) * (1 + 4 * ((1 - p) / (2 - p) + p / (1 + p))) / 25
    assert 0.5 - p == pytest.approx(stats.norm.ppf(0.975) * np.sqrt(of_one_task / 2))


def test_profiles_have_wilsons_interval() -> None:
    scores = np.arange(10.0)[:, None]
    found = profile(scores, np.array([1.5, -1.0]))
    for k, above in enumerate((8, 10)):
        wilson = stats.binomtest(above, 10).proportion_ci(0.95, "wilson")
        assert (found.low[k], found.high[k]) == pytest.approx((wilson.low, wilson.high))


def test_intervals_repeat_bit_for_bit() -> None:
    scores = np.random.default_rng(0).normal(size=(7, 3))
    for name in ("iqm", "median"):
        assert ends(aggregate(name, scores, seed=3)) == ends(aggregate(name, scores, seed=3))
        assert ends(aggregate(name, scores, seed=3)) != ends(aggregate(name, scores, seed=4))
    assert ends(percentile(iqm, [scores], 100, seed=3)) == ends(percentile(iqm, [scores], 100, seed=3))


def test_claimed_intervals_hold_the_truth_of_simulated_studies_and_percentile_intervals_do_not() -> None:
    rng, studies = np.random.default_rng(95), 400
    x, y = rng.normal(size=(studies, 5, 1)), rng.normal(size=(studies, 5, 1))
    shares = rng.beta(19, 1, (studies, 5, 1))
    cells = rng.normal(size=(studies, 5, 1)) + rng.normal(size=(studies, 1, 5)) + rng.normal(size=(studies, 5, 5))
    claimed = {
        "mean": covered(aggregate("mean", x), 0),
        "iqm": covered(aggregate("iqm", x), 0),
        "gap": covered(aggregate("optimality_gap", x), 1 + stats.norm.pdf(1) - stats.norm.sf(1)),
        "share": covered(aggregate("mean", shares, SHARE), 0.95),
        "difference": covered(mean_difference(x[..., 0], y[..., 0]), 0),
        "improvement": covered(improvement(x, y + 1), stats.norm.cdf(-np.sqrt(0.5))),
        "cell": covered(cell_mean(cells), 0),
    }
    assert all(0.92 <= share <= 0.98 for share in claimed.values()), claimed
    assert covered(percentile(mean, [x], 1_000, seed=0), 0) < 0.9
    as_if_independent = cells.std((1, 2), ddof=1) / 5 * 1.96
    assert (abs(cells.mean((1, 2))) <= as_if_independent).mean() < 0.75
