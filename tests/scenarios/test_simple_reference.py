"""simple_reference by hand-made numbers."""

import numpy as np
import pytest
from test_players import match

from arena.engine.worlds import Worlds

MARKS = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]


def placed(first, second, goals=(0, 1), cycles=9, **options):
    """goals: where the first agent should send the second, and the second the first."""
    worlds = Worlds("simple_reference", 1, max_cycles=cycles, restarts=False, dtype=np.float64, **options)
    worlds.state.pos[0] = [first, second, *MARKS]
    worlds.state.note[0] = np.add(goals, 2)
    return worlds


def act(worlds, words=(0, 0), moves=(0, 0)):
    return worlds.step(np.add(moves, np.multiply(5, words))[:, None])


@pytest.mark.parametrize(("ratio", "rewards"), [(1.0, (-0.5, -0.25)), (0.0, (-0.375,) * 2), (0.5, (-0.4375, -0.3125))])
def test_an_agent_is_paid_for_its_partner_and_for_both(ratio, rewards):
    """The second agent is 0.5 from where the first should send it, the first 0.25 from its own goal."""
    out = act(placed((1.0, 0.25), (0.3, 0.4), local_ratio=ratio, cycles=1))
    np.testing.assert_allclose(out.reward, [rewards])
    np.testing.assert_allclose(out.metrics, [[0.375, 0.375, 0, 0, 0.5]])


def test_the_reach_is_the_share_of_agents():
    assert act(placed((1.0, 0.05), (0.15, 0.0), cycles=1)).metrics[0, 2:].tolist() == [0.5, 1, 1]


def test_an_agent_sees_the_color_of_its_partners_goal_and_hears_its_partner():
    worlds = placed((0.1, 0.2), (0.3, 0.4), goals=(2, 0))
    obs = act(worlds, words=(9, 4)).obs[:, 0]
    for seat, (goal, heard) in enumerate(((2, 4), (0, 9))):
        np.testing.assert_allclose(obs[seat, 2:8].reshape(3, 2), MARKS - worlds.state.pos[0, seat])
        np.testing.assert_allclose(obs[seat, 8:11], 0.25 + 0.5 * np.eye(3)[goal])
        np.testing.assert_array_equal(obs[seat, 11:], np.eye(10)[heard])


def test_one_number_moves_and_speaks():
    worlds = placed((0.0, 0.0), (0.0, 0.0))
    act(worlds, words=(3, 7), moves=(2, 3))
    np.testing.assert_allclose(worlds.state.vel[0, :2], [(0.5, 0), (0, -0.5)])
    assert worlds.state.say[0].argmax(1).tolist() == [3, 7]
    out = act(worlds, words=(10, 0))  # there are ten words
    assert worlds.state.fault[0] == 1 and out.obs[1, 0, 11 + 3] == 1


def test_goals_are_drawn_apart():
    notes = Worlds("simple_reference", 4000).state.note - 2
    shares = np.bincount(3 * notes[:, 0] + notes[:, 1]) / 4000
    np.testing.assert_allclose(shares, 1 / 9, atol=0.02)


def test_telling_each_other_beats_random():
    told, metrics = match("simple_reference", "telling")
    wandering, lost = match("simple_reference", "random")
    assert told.score.mean() > -7.5 and wandering.score.mean() < -25
    assert metrics["success_0.1"] > 0.98 and lost["success_0.4"] < 0.15
