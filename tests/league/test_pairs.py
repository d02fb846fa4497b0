"""Elo, normalised Elo and likelihood of superiority against fastchess's tests."""

import numpy as np
import pytest

from league.fits.resample import Estimate
from league.pairs.pentanomial import compare, scores_of

# fastchess, app/tests/elo_test.cpp: counts, then Elo, nElo with their errors, LOS in percent
PUBLISHED = [
    ((96, 111, 136), (40.70, 30.43), (49.77, 36.77), 99.60),
    ((89, 123, 76), None, (-20.76, 40.13), 15.53),
    ((34, 54, 63, 64, 75), (55.58, 27.65), (57.94, 28.28), 100.00),
    ((332, 433, 498, 333, 334), (-8.64, 10.33), (-9.17, 10.96), 5.05),
    ((7895, 8757, 5685, 568, 9999), (-21.04, 2.95), (-19.01, 2.65), 0.00),
]


def with_error(estimate: Estimate) -> list[float]:
    return [round(float(estimate.value), 2), round(float(estimate.high - estimate.low) / 2, 2)]


@pytest.mark.parametrize(("counts", "elo", "nelo", "los"), PUBLISHED)
def test_published_comparisons(counts, elo, nelo, los) -> None:
    found = compare(counts)
    assert elo is None or with_error(found.elo) == list(elo)
    assert with_error(found.nelo) == list(nelo) and round(100 * found.los, 2) == los


def test_moments_by_hand() -> None:
    found = compare((1, 2, 3, 2, 2))
    assert found.mean == pytest.approx(0.55, abs=1e-12)
    assert found.variance == pytest.approx(
        (0.55**2 + 2 * 0.3**2 + 3 * 0.05**2 + 2 * 0.2**2 + 2 * 0.45**2) / 10, abs=1e-12
    )
    assert found.draw_ratio == 0.3 and found.pairs_ratio == pytest.approx(4 / 3)
    assert float(found.elo.value) == pytest.approx(-400 * np.log10(1 / 0.55 - 1), abs=1e-9)


@pytest.mark.parametrize("counts", [case[0] for case in PUBLISHED])
def test_swapping_the_players_turns_the_signs(counts) -> None:
    one, other = compare(counts), compare(counts[::-1])
    for name in ("elo", "nelo"):
        mine, theirs = getattr(one, name), -getattr(other, name)
        for end in ("value", "low", "high"):
            assert float(getattr(mine, end)) == pytest.approx(float(getattr(theirs, end)), abs=1e-9)
    assert one.los == pytest.approx(1 - other.los, abs=1e-12)


def test_pairs_that_hang_together_tell_more() -> None:
    """The same 200 games: when the legs of a pair cancel, the error is less than that of games by themselves."""
    pairs, games = compare((0, 0, 90, 0, 10)), compare((90, 0, 110))
    assert float(pairs.elo.value) == pytest.approx(float(games.elo.value), abs=0.01)
    assert with_error(pairs.elo)[1] < with_error(games.elo)[1] / 2


@pytest.mark.parametrize("counts", [(0, 0, 0, 0, 104), (0, 0, 7, 0, 0), (3, 0, 0), (0, 0, 0, 0, 999_999_999)])
def test_counts_of_zero_leave_numbers(counts) -> None:
    """Only the ends of Elo's interval may be infinite."""
    found = compare(counts)
    numbers = [
        found.elo.value,
        found.nelo.value,
        found.nelo.low,
        found.nelo.high,
        found.los,
        found.mean,
        found.variance,
    ]
    assert np.isfinite(numbers).all() and found.variance > 0
    assert scores_of(counts).share.min() > 0


def test_other_numbers_of_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="4 counts"):
        compare((1, 2, 3, 4))
