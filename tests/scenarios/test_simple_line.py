"""simple_line by hand-made numbers and brute force."""

from itertools import permutations

import numpy as np
import pytest
from test_players import match

from arena.engine.worlds import Worlds

ENDS = np.array([[-0.5, 0.1], [0.5, 0.85]])  # 1.25 apart


def rested(agents, **options):
    """The last frame of a game in which nobody moved; the landmarks are at ENDS."""
    count = len(agents)
    worlds = Worlds("simple_line", 1, dtype=np.float64, restarts=False, N=count, **options)
    worlds.state.pos[0] = [*agents, *ENDS]
    return worlds.step(np.zeros((count, 1), np.int64))


def line(count):
    return np.linspace(*ENDS, count)


@pytest.mark.parametrize("count", [1, 2, 3, 6])
def test_agents_beside_their_places_are_off_by_that(count):
    beside = line(count) + [0.09, -0.12]  # across the line
    out = rested(np.random.default_rng(count).permutation(beside), max_cycles=1)
    np.testing.assert_allclose(out.reward, np.full((1, count), -0.15), rtol=1e-9)
    np.testing.assert_allclose(out.metrics, [[0.15, 0, 0, 1]], rtol=1e-9)


def test_the_match_is_the_best_of_all():
    generator = np.random.default_rng(0)
    for _ in range(50):
        agents = generator.uniform(-2, 2, (4, 2))
        gaps = np.linalg.norm(agents[:, None] - line(4), axis=-1)
        best = min((gaps[range(4), list(order)] for order in permutations(range(4))), key=np.sum)
        out = rested(agents, max_cycles=1)
        np.testing.assert_allclose(out.reward[0], -np.minimum(best, 2).mean(), rtol=1e-9)
        np.testing.assert_allclose(out.metrics[0, 0], best.mean(), rtol=1e-9)


@pytest.mark.parametrize(("off", "discount"), [(0.04, 0), (0.06, 1)])
def test_a_game_ends_when_all_are_within_a_twentieth(off, discount):
    agents = line(3) + [0, off]
    assert rested(agents, terminate_on_success=True).discount[0] == discount
    assert rested(agents).discount[0] == 1


def test_lines_have_one_length_and_any_direction_that_fits():
    ends = Worlds("simple_line", 4000, seed=1).state.pos[:, 4:]
    np.testing.assert_allclose(np.linalg.norm(ends[:, 1] - ends[:, 0], axis=-1), 1.25, rtol=1e-6)
    assert np.abs(ends[:, 0]).max() <= 0.25 and np.abs(ends[:, 1]).max() < 1
    quadrants = np.unique(ends[:, 1] > ends[:, 0], axis=0, return_counts=True)[1]
    assert len(quadrants) == 4 and quadrants.min() > 900


def test_the_script_beats_random():
    ordered, metrics = match("simple_line", "in_order")
    wandering, _ = match("simple_line", "random")
    assert ordered.score.mean() > wandering.score.mean() + 12
    assert metrics["success_0.1"] > 0.95 and metrics["distance"] < 0.05
