"""simple_formation by hand-made numbers and brute force."""

from itertools import permutations

import numpy as np
import pytest
from test_players import match

from arena.engine.worlds import Worlds

MIDDLE = np.array([0.3, -0.2])


def rested(agents, **options):
    """The last frame of a game in which nobody moved; the landmark is at MIDDLE, agents are relative to it."""
    count = len(agents)
    worlds = Worlds("simple_formation", 1, dtype=np.float64, restarts=False, N=count, **options)
    worlds.state.pos[0] = [*(MIDDLE + agents), MIDDLE]
    return worlds.step(np.zeros((count, 1), np.int64))


def ring(radius, count, start):
    angles = start + 2 * np.pi * np.arange(count) / count
    return radius * np.stack([np.cos(angles), np.sin(angles)], -1)


@pytest.mark.parametrize("start", [0.0, 0.2, 1.5, 4.0])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_a_ring_of_any_size_and_turn_is_off_by_its_radius(count, start):
    agents = np.random.default_rng(count).permutation(ring(0.62, count, start))
    out = rested(agents, max_cycles=1)
    np.testing.assert_allclose(out.reward, np.full((1, count), -0.12), rtol=1e-9)
    np.testing.assert_allclose(out.metrics, [[0.12, 0, 0, 1]], rtol=1e-9)


def test_the_match_is_the_best_of_all():
    generator = np.random.default_rng(0)
    for _ in range(50):
        agents = generator.uniform(-1.5, 1.5, (4, 2))
        first = (np.arctan2(agents[:, 1], agents[:, 0]) % (2 * np.pi)).min()
        gaps = np.linalg.norm(agents[:, None] - ring(0.5, 4, first), axis=-1)
        best = min((gaps[range(4), list(order)] for order in permutations(range(4))), key=np.sum)
        out = rested(agents, max_cycles=1)
        np.testing.assert_allclose(out.reward[0], -np.minimum(best, 2).mean(), rtol=1e-9)
        np.testing.assert_allclose(out.metrics[0, 0], best.mean(), rtol=1e-9)


def test_a_distance_counts_up_to_two():
    out = rested(np.array([[5.0, 0.0]]), max_cycles=1)
    assert out.reward[0, 0] == -2 and out.metrics[0, 0] == 4.5


@pytest.mark.parametrize(("radius", "discount"), [(0.54, 0), (0.56, 1)])
def test_a_game_ends_when_all_are_within_a_twentieth(radius, discount):
    agents = ring(radius, 3, 1.0)
    assert rested(agents, terminate_on_success=True).discount[0] == discount
    assert rested(agents).discount[0] == 1


def test_the_script_beats_random():
    """The return is minus 25 times the mean distance."""
    ordered, metrics = match("simple_formation", "in_order")
    wandering, _ = match("simple_formation", "random")
    assert ordered.score.mean() > wandering.score.mean() + 10
    assert metrics["success_0.1"] > 0.95 and metrics["distance"] < 0.05
