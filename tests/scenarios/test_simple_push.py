"""simple_push by hand-made numbers."""

import numpy as np
import pytest
from test_players import match

from arena.engine.worlds import Worlds
from arena.scenario import DRAW

REST = np.zeros((2, 1), np.int64)


def rested(adversary, good, goal=(0.0, 0.0)):
    """The last frame of a game in which nobody moved, by places; the goal is landmark 1."""
    worlds = Worlds("simple_push", 1, max_cycles=1, restarts=False, dtype=np.float64)
    worlds.state.note[0] = 3
    worlds.state.pos[0] = [adversary, good, (0.5, 0.5), goal]
    return worlds.step(REST)


def test_rewards_and_metrics_are_distances_to_the_goal():
    out = rested((0.3, 0.4), (0.0, 0.15))
    np.testing.assert_allclose(out.reward, [[0.15 - 0.5, -0.15]], rtol=1e-6)
    np.testing.assert_allclose(out.metrics, [[0.15, 0.5, 0, 1, 1, 0, 0, 0, 0]], rtol=1e-6)


@pytest.mark.parametrize(
    ("adversary", "good", "winner"),
    [(0.3, 0.2, DRAW), (0.3, 0.09, 1), (0.05, -0.06, 0), (-0.06, 0.05, 1), (0.09, 0.5, 0), (0.11, 0.5, DRAW)],
)
def test_the_nearer_wins_if_it_touches_the_goal(adversary, good, winner):
    assert rested((adversary, 0), (good, 0)).winner[0] == winner


def test_the_good_agent_wears_the_color_of_the_goal():
    worlds = Worlds("simple_push", 200, dtype=np.float64)
    colors = worlds.obs[1, np.arange(200), 4 + worlds.state.note[:, 0] - 2 + 1]
    assert set(worlds.state.note[:, 0]) == {2, 3}
    assert (colors == 0.75).all() and (worlds.obs[1, :, 4] == 0.25).all()


def test_the_adversary_is_not_told_the_goal():
    worlds = Worlds("simple_push", 1, dtype=np.float64)
    worlds.state.note[0] = 2
    seen = worlds.step(REST).obs[0].copy()
    worlds.state.note[0] = 3
    np.testing.assert_array_equal(worlds.step(REST).obs[0], seen)


def test_the_good_agent_bears_the_colour_of_the_goal():
    worlds = Worlds("simple_push", 20)
    painted = [[worlds.scenario.part("paint")(worlds.world(w), e) for e in range(4)] for w in range(20)]
    goals = [worlds.world(w).note[0] - 1 for w in range(20)]
    assert painted == [[-1, goal, 1, 2] for goal in goals] and set(goals) == {1, 2}


def test_contact_is_counted():
    assert rested((0.0, 0.0), (0.099, 0.0)).metrics[0, -1] == 1
    assert rested((0.0, 0.0), (0.101, 0.0)).metrics[0, -1] == 0


def test_scripts_beat_random_on_either_side():
    """As the good side by the distance to the goal, as the adversary by its score; greedy guesses, wary finds out."""
    scores = {line: match("simple_push", *line)[0] for line in LINES}
    assert scores["random", "greedy"].score[:, 1].mean() > scores["random", "random"].score[:, 1].mean() + 15
    assert scores["greedy", "random"].score[:, 0].mean() > scores["random", "random"].score[:, 0].mean() + 10
    assert scores["wary", "greedy"].score[:, 0].mean() > scores["greedy", "greedy"].score[:, 0].mean() + 5
    assert (scores["wary", "greedy"].winner == 0).mean() > (scores["greedy", "greedy"].winner == 0).mean() + 0.2
    assert (scores["greedy", "wary"].winner == 1).mean() > (scores["greedy", "greedy"].winner == 1).mean() + 0.05


LINES = [
    ("random", "random"),
    ("random", "greedy"),
    ("greedy", "random"),
    ("greedy", "greedy"),
    ("wary", "greedy"),
    ("greedy", "wary"),
]
