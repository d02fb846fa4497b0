"""simple by hand-made numbers."""

import numpy as np
from test_players import match

from arena.engine.worlds import Worlds


def test_the_reward_is_minus_the_squared_distance():
    worlds = Worlds("simple", 1, max_cycles=1, restarts=False, dtype=np.float64)
    worlds.state.pos[0] = [[0.4, 0.0], [0.1, -0.4]]
    out = worlds.step(np.zeros((1, 1), np.int64))
    np.testing.assert_allclose(out.reward, [[-0.25]], rtol=1e-6)
    np.testing.assert_allclose(out.metrics, [[0.5, 0.5, 0, 0, 0]], rtol=1e-6)
    np.testing.assert_allclose(out.obs[0, 0], [0, 0, -0.3, -0.4], rtol=1e-6)


def test_success_counts_at_three_radii():
    worlds = Worlds("simple", 3, max_cycles=1, dtype=np.float64)
    worlds.state.pos[:, 1] = worlds.state.pos[:, 0] + np.array([[0.09, 0], [0.15, 0], [0, 0.39]])
    assert worlds.step(np.zeros((1, 3), np.int64)).metrics[:, 2:].tolist() == [[1, 1, 1], [0, 1, 1], [0, 0, 1]]


def test_greedy_stands_on_the_landmark():
    """Random play earns -39 and ends 1.2 away."""
    played, metrics = match("simple", "greedy")
    wandering, _ = match("simple", "random")
    assert metrics["distance"] < 0.02 and metrics["success_0.1"] == 1
    assert played.score.mean() > -8 > -30 > wandering.score.mean()
