"""Payoffs taken apart against the published fixture and a dense least-squares fit."""

import numpy as np
import pytest
from metagames import CHAIN, RPS, SIDES

from league.metagame.decomposition import decompose, transitive


def test_the_published_fixture() -> None:
    model = decompose(SIDES)
    assert model.mu == pytest.approx(0.377778, abs=5e-7)
    np.testing.assert_allclose(model.a, [-0.111111, 0.088889, 0.022222], atol=5e-7)
    np.testing.assert_allclose(model.b, [-0.288889, -0.022222, 0.311111], atol=5e-7)
    assert model.interaction_share == pytest.approx(0.590361, abs=5e-7)
    part = transitive(SIDES - SIDES.T)
    np.testing.assert_allclose(part.skill, [-0.4, 0.066667, 0.333333], atol=5e-7)
    np.testing.assert_allclose(part.skill, model.a + model.b, atol=1e-12)
    np.testing.assert_allclose(part.cyclic, model.interaction - model.interaction.T, atol=1e-12)
    assert part.intransitivity == pytest.approx(1 / 63)


def test_cycles_have_no_ranking_and_rankings_no_cycle() -> None:
    assert transitive(RPS).intransitivity == pytest.approx(1)
    skill = np.array([3.0, 0.5, -1, -2.5])
    ladder = skill[:, None] - skill
    assert transitive(ladder).intransitivity == 0
    np.testing.assert_allclose(transitive(ladder).skill, skill)
    assert transitive(CHAIN).intransitivity == pytest.approx(1 / 9)  # wins are not differences
    assert transitive(np.zeros((2, 2))).intransitivity == 0
    assert decompose(np.full((2, 3), 0.7)).interaction_share == 0
    assert decompose(np.array([[0.7]])).mu == pytest.approx(0.7)


def test_unknown_cells_are_left_out_and_foretold() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=4), rng.normal(size=3)
    payoff = 0.4 + a[:, None] - b
    holes = payoff.copy()
    holes[0, 0] = holes[2, 1] = holes[3, 2] = np.nan
    model = decompose(holes)
    np.testing.assert_allclose(model.fitted, payoff, atol=1e-12)
    assert model.interaction_share == 0
    noisy = holes + rng.normal(size=holes.shape)
    model = decompose(noisy)
    seen = np.isfinite(noisy)
    assert np.isnan(model.interaction[~seen]).all()
    np.testing.assert_allclose(np.where(seen, model.interaction, 0).sum(0), 0, atol=1e-12)
    np.testing.assert_allclose(np.where(seen, model.interaction, 0).sum(1), 0, atol=1e-12)
    assert abs(model.a.sum()) < 1e-12 and abs(model.b.sum()) < 1e-12


def test_groups_that_never_met_are_refused() -> None:
    apart = np.array([[1.0, np.nan], [np.nan, 2.0]])
    with pytest.raises(ValueError, match="connect"):
        decompose(apart)
