"""The sequential test against fastchess's and fishtest's numbers, brute force and simulation."""

import numpy as np
import pytest
from scipy.optimize import minimize

from league.pairs.pentanomial import NELO, scores_of
from league.pairs.sprt import Bounds, bounds, likeliest_with_mean, likeliest_with_t, log_likelihood_ratio, verdict

# fastchess, app/tests/sprt_test.cpp, and fishtest's server/fishtest/stats: counts from losses to wins
PUBLISHED = [
    ("normalized", 0, 2, (36027, 68692, 36433), 0.92, 5e-3),
    ("normalized", -1.75, 0.25, (10650, 20431, 10871), 2.30, 5e-3),
    ("normalized", 0, 2, (365, 16618, 36229, 16974, 390), 2.250368, 5e-7),
    ("normalized", -1.75, 0.25, (127, 4883, 10712, 5150, 104), 3.01, 5e-3),
    ("normalized", 0.5, 2.5, (39, 8843, 26675, 9240, 44), 2.941675, 5e-7),
    ("logistic", 0.5, 2.5, (21184, 40708, 21404), -1.571889, 5e-7),
    ("logistic", 0, 2, (57030, 106593, 57433), -2.59, 5e-3),
    ("logistic", 0.5, 2.5, (223, 9863, 21279, 10037, 246), -3.07, 5e-3),
    ("logistic", 0, 2, (871, 26175, 55983, 26678, 821), -4.98, 5e-3),
    ("logistic", 0, 5, (5, 20, 60, 30, 10), 0.595578, 5e-7),
]


@pytest.mark.parametrize(("scale", "elo0", "elo1", "counts", "expected", "error"), PUBLISHED)
def test_published_ratios(scale, elo0, elo1, counts, expected, error) -> None:
    assert log_likelihood_ratio(counts, scale, elo0, elo1) == pytest.approx(expected, abs=error)


@pytest.mark.parametrize("case", PUBLISHED)
def test_swapping_players_and_hypotheses_turns_the_sign(case) -> None:
    scale, elo0, elo1, counts, *_ = case
    ratio = log_likelihood_ratio(counts, scale, elo0, elo1)
    assert log_likelihood_ratio(counts[::-1], scale, -elo0, -elo1) == pytest.approx(ratio, abs=1e-6)
    assert log_likelihood_ratio(counts, scale, elo1, elo0) == pytest.approx(-ratio, abs=1e-9)


@pytest.mark.parametrize("counts", [(5, 20, 60, 30, 10), (3, 0, 8), (0, 0, 0, 0, 40)])
@pytest.mark.parametrize("elo", [-150.0, 0.0, 5.0, 60.0])
def test_the_likeliest_shares_are_so(counts, elo: float) -> None:
    """No other shares with the same mean, or the same t-value, make the scores likelier."""
    scores = scores_of(counts)
    mean, t = 1 / (1 + 10 ** (-elo / 400)), elo / NELO
    by_mean, by_t = likeliest_with_mean(scores, mean), likeliest_with_t(scores, t)
    deviation = np.sqrt(by_t @ (scores.score - by_t @ scores.score) ** 2)
    assert by_mean.sum() == pytest.approx(1, abs=1e-9) and by_mean @ scores.score == pytest.approx(mean, abs=1e-6)
    assert by_t.sum() == pytest.approx(1, abs=1e-9)
    assert (by_t @ scores.score - 0.5) / deviation == pytest.approx(t, abs=1e-4)
    if scores.share.min() < 0.01:
        return

    def constraint(p: np.ndarray) -> float:
        return float(p @ scores.score - 0.5 - t * np.sqrt(p @ (scores.score - p @ scores.score) ** 2))

    rules = [{"type": "eq", "fun": constraint}, {"type": "eq", "fun": lambda p: p.sum() - 1}]
    start, limits = np.full(len(by_t), 1 / len(by_t)), [(1e-6, 1)] * len(by_t)
    found = minimize(
        lambda p: -scores.share @ np.log(p), start, bounds=limits, constraints=rules, options={"ftol": 1e-12}
    )
    np.testing.assert_allclose(by_t, found.x, atol=1e-4)


def test_all_pairs_drawn_or_won_by_hand() -> None:
    """Nothing but wins: under t, the shares of the two ends are (1 +- t / sqrt(1 + t ** 2)) / 2."""
    t = 5 / NELO * np.sqrt(2)
    won = 104 * np.log(1 + t / np.sqrt(1 + t**2))
    assert log_likelihood_ratio((0, 0, 0, 0, 104), "normalized", 0, 5) == pytest.approx(won, abs=1e-3)
    # nothing but draws: under t, t ** 2 / (1 + t ** 2) of them have to become wins
    drawn = 16700 * np.log(1 / (1 + (5 / NELO) ** 2))
    assert log_likelihood_ratio((0, 16700, 0), "normalized", 0, 5) == pytest.approx(drawn, abs=1e-2)


def test_bounds_and_verdicts() -> None:
    within = bounds()
    assert within == (pytest.approx(-2.944439, abs=5e-7), pytest.approx(2.944439, abs=5e-7))
    assert bounds(0.01, 0.1) == (pytest.approx(np.log(0.1 / 0.99)), pytest.approx(np.log(0.9 / 0.01)))
    verdicts = [verdict(ratio, Bounds(-2, 3)) for ratio in (-2, -1.9, 2.9, 3)]
    assert verdicts == ["accept H0", "continue", "continue", "accept H1"]
    with pytest.raises(ValueError, match="no scale 'elo'"):
        log_likelihood_ratio((1, 2, 3), "elo", 0, 5)


def wrong_verdicts(scale: str, true: float, elo0: float, elo1: float, runs: int) -> float:
    """The share of tests with both risks at 5% that end with the wrong hypothesis, looking every 20 pairs."""
    start, within, wrong = scores_of((10, 20, 40, 20, 10)), bounds(), 0
    if scale == "logistic":
        share = likeliest_with_mean(start, 1 / (1 + 10 ** (-true / 400)))
    else:
        share = likeliest_with_t(start, true / NELO * np.sqrt(2))
    for seed in range(runs):
        rng, counts, ratio = np.random.default_rng(seed), np.zeros(5), 0.0
        while verdict(ratio, within) == "continue":
            counts += rng.multinomial(20, share / share.sum())
            ratio = log_likelihood_ratio(counts, scale, elo0, elo1)
        wrong += verdict(ratio, within) == ("accept H1" if true == elo0 else "accept H0")
    return wrong / runs


@pytest.mark.slow
@pytest.mark.parametrize("scale", ["logistic", "normalized"])
@pytest.mark.parametrize("true", [0.0, 40.0])
def test_the_risks_are_kept(scale: str, true: float) -> None:
    """400 tests: 5% with a standard error of 1.1%, and a little less as the bounds are overshot."""
    assert 0.015 <= wrong_verdicts(scale, true, 0.0, 40.0, 400) <= 0.075
