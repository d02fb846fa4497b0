"""Intervals of simulated leagues hold the truth as often as they say."""

import numpy as np
import pytest

from arena.scenario import load
from benchmarks import simulated
from benchmarks.intervals import KINDS, best_fit, coverage
from league.joint import ELO


@pytest.mark.parametrize("kind", ["transitive", "asymmetric", "with ties"])
def test_the_best_fit_of_a_league_without_cycles_is_its_skill(kind: str) -> None:
    order = np.array([2, 0, 4, 1, 3])
    field = KINDS[kind](np.random.default_rng(0), 5)
    found = best_fit(field, order)
    skill = field.skill[order] - field.skill.mean(0)
    np.testing.assert_allclose(found["sides"], ELO * skill, atol=0.01)
    np.testing.assert_allclose(found["overall"], ELO * skill.sum(1), atol=0.01)
    np.testing.assert_allclose(found["margin"], skill.sum(1), atol=1e-4)
    mu = field.mu + field.skill[:, 0].mean() - field.skill[:, 1].mean()
    np.testing.assert_allclose(found["advantage"], ELO * mu, atol=0.01)


@pytest.mark.parametrize("kind", list(KINDS))
def test_simulated_legs_come_out_as_their_chances_say(kind: str) -> None:
    game, rng = load("simple_adversary"), np.random.default_rng(1)
    field = KINDS[kind](rng, 2)
    games = simulated.played(simulated.schedule(game, simulated.hashes(2), 20_000), game, field, rng)
    for first, second in ((0, 1), (1, 0)):
        winner = games.winner[games.player[:, 0] == first]
        found = [(winner == outcome).mean() for outcome in (0, -1, 1)]
        np.testing.assert_allclose(found, field.chances()[first, second], atol=0.015)


def test_intervals_hold_the_truth() -> None:
    held = [coverage(make, players=3, worlds=30, leagues=8, resamples=200) for make in KINDS.values()]
    for part in held[0]:
        assert 85 < np.mean([each[part] for each in held]) <= 100


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(KINDS))
def test_intervals_hold_the_truth_as_often_as_they_say(kind: str) -> None:
    for part, share in coverage(KINDS[kind], players=6, worlds=50, leagues=400).items():
        assert 92 < share < 98, part
