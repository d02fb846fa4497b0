"""What a PettingZoo user meets. That the games are mpe2's is tests/scenarios/test_parity_mpe2.py."""

import copy
import pickle
import warnings

import numpy as np
import pytest
from pettingzoo.utils.conversions import aec_to_parallel

from arena.errors import ArenaError
from arena.parallel import env, parallel_env

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # PettingZoo's tests import its own games the old way
    from pettingzoo.test import api_test, parallel_api_test, parallel_seed_test, seed_test

NAMES = ("simple_spread", "simple_adversary")


def game(view, seed=None, act_seed=0):
    """All observations and rewards of one game under random actions."""
    for index, agent in enumerate(view.possible_agents):
        view.action_space(agent).seed(act_seed + index)
    frames = [view.reset(seed=seed)]
    while view.agents:
        frames.append(view.step({agent: view.action_space(agent).sample() for agent in view.agents}))
    return [[value.tolist() if isinstance(value, np.ndarray) else value for value in flat(frame)] for frame in frames]


def flat(frame):
    return [value for part in frame for value in part.values()]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("is_continuous", [False, True])
def test_pettingzoos_own_tests_pass(name, is_continuous):
    parallel_api_test(parallel_env(name, continuous_actions=is_continuous), num_cycles=60)
    api_test(env(name, continuous_actions=is_continuous), num_cycles=60)
    parallel_seed_test(lambda: parallel_env(name, continuous_actions=is_continuous), num_cycles=30)
    seed_test(lambda: env(name, continuous_actions=is_continuous), num_cycles=30)


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_is_a_whole_game_and_all_that_follow(name):
    left, right = parallel_env(name), parallel_env(name)
    for seed in (5, None, None, 5):
        assert game(left, seed) == game(right, seed)
    assert game(left, 5) != game(left, 6)
    assert game(left, 5) != game(left)
    assert game(parallel_env(name)) != game(parallel_env(name))  # unseeded, as in mpe2


@pytest.mark.parametrize("name", NAMES)
def test_the_aec_form_plays_the_same_game(name):
    turns, view = env(name), parallel_env(name)
    turns.reset(seed=3)
    seen, _ = view.reset(seed=3)
    while view.agents:
        action = {agent: view.action_space(agent).sample() for agent in view.agents}
        for agent in view.possible_agents:
            assert turns.agent_selection == agent
            np.testing.assert_array_equal(turns.observe(agent), seen[agent])
            turns.step(action[agent])
        seen, rewards, terminations, truncations, _ = view.step(action)
        assert (turns.rewards, turns.terminations, turns.truncations) == (rewards, terminations, truncations)
        np.testing.assert_array_equal(turns.state(), view.state())
    for _ in view.possible_agents:
        turns.step(None)
    assert turns.agents == []


def test_the_aec_form_goes_back_to_a_parallel_one_and_reaches_the_curriculum():
    turns = env("simple_spread", curriculum=True)
    turns.unwrapped.advance_curriculum()
    assert turns.unwrapped.curriculum_stage == 1
    assert not hasattr(parallel_env("simple_adversary"), "curriculum_stage")
    back = aec_to_parallel(env("simple_adversary"))
    assert game(back, 4) == game(parallel_env("simple_adversary"), 4)


def test_what_was_returned_is_not_overwritten():
    view = parallel_env("simple_spread")
    seen, _ = view.reset(seed=1)
    kept = {agent: array.copy() for agent, array in seen.items()}
    view.step(dict.fromkeys(view.agents, 1))
    view.step(dict.fromkeys(view.agents, 1))
    for agent, array in seen.items():
        np.testing.assert_array_equal(array, kept[agent])


def test_copies_and_pickles_are_made_from_the_arguments():
    view = parallel_env("simple_spread", N=2, max_cycles=4, num_landmark_neighbors=1)
    for twin in (copy.deepcopy(view), pickle.loads(pickle.dumps(view))):
        assert twin.possible_agents == ["agent_0", "agent_1"]
        assert game(twin, 8) == game(view, 8)


def test_continuous_actions_are_clipped_as_mpe2_does():
    view = parallel_env("simple_adversary", continuous_actions=True)
    push, clipped = np.array([0, -2, 3, 0, np.inf], np.float32), np.array([0, 0, 1, 0, 1], np.float32)
    ends = []
    for action in (push, clipped):
        view.reset(seed=2)
        view.step(dict.fromkeys(view.agents, action))
        ends.append(view.step(dict.fromkeys(view.agents, np.zeros(5, np.float32)))[0])
    for agent in view.possible_agents:
        np.testing.assert_array_equal(ends[0][agent], ends[1][agent])


WRONG_NUMBERS = [5, -1, 1.0, None, "1", np.array([1, 2])]
WRONG_VECTORS = [np.full(5, np.nan), [0, 0, 0, 0, float("nan")], np.zeros(4), 1, "left", None]


@pytest.mark.parametrize(
    ("is_continuous", "wrong"), [(False, w) for w in WRONG_NUMBERS] + [(True, w) for w in WRONG_VECTORS]
)
def test_a_wrong_action_is_refused_by_name_and_nothing_moves(is_continuous, wrong):
    view = parallel_env("simple_adversary", continuous_actions=is_continuous)
    view.reset(seed=0)
    before = view.state()
    good = {agent: view.action_space(agent).sample() for agent in view.agents}
    with pytest.raises(ArenaError, match="action of agent_1"):
        view.step({**good, "agent_1": wrong})
    np.testing.assert_array_equal(view.state(), before)
    view.step(good)
    turns = env("simple_adversary", continuous_actions=is_continuous)
    turns.reset(seed=0)
    with pytest.raises(ArenaError, match="action of adversary_0"):
        turns.step(wrong)
    turns.step(good["adversary_0"])


def test_every_agent_acts_and_nobody_else():
    view = parallel_env("simple_adversary")
    view.reset()
    with pytest.raises(ArenaError, match="no action for agent_0, agent_1; every agent acts"):
        view.step({"adversary_0": 0})
    with pytest.raises(ArenaError, match="no agent 'agent_2'; did you mean 'agent_1'"):
        view.step(dict.fromkeys(["adversary_0", "agent_0", "agent_1", "agent_2"], 0))


def test_numbers_of_any_whole_type_are_taken():
    view = parallel_env("simple_spread")
    starts = []
    for kind in (int, np.int8, np.uint64, np.array):
        view.reset(seed=1)
        starts.append(view.step({agent: kind(2) for agent in view.agents})[1])
    assert starts.count(starts[0]) == 4


def test_the_order_of_calls_is_enforced():
    view = parallel_env("simple_spread", max_cycles=1)
    for call in (lambda: view.step({}), view.state, view.render):
        with pytest.raises(ArenaError, match=r"call reset\(\) before"):
            call()
    view.reset()
    actions = dict.fromkeys(view.agents, 0)
    view.step(actions)
    assert view.step({}) == ({}, {}, {}, {}, {})  # as in mpe2
    with pytest.raises(ArenaError, match="the game is over"):
        view.step(actions)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": 3}, "simple_spread has no argument 'n'"),
        ({"max_cycle": 3}, "did you mean 'max_cycles'"),
        ({"stage": 1}, "has no argument 'stage'"),
        ({"N": 0}, "N must be at least 1, not 0"),
        ({"N": "3"}, "must be a whole number"),
        ({"max_cycles": 0}, "max_cycles must be a positive whole number"),
        ({"local_ratio": 1.5}, "local_ratio must lie between 0 and 1"),
        ({"num_agent_neighbors": 0}, "must be at least 1, or None for all"),
        ({"num_landmark_neighbors": 1.5}, "must be a whole number"),
        ({"benchmark_data": 1}, "benchmark_data must be true or false"),
        ({"render_mode": "ansi"}, "render_mode must be human, rgb_array or None, not 'ansi'"),
    ],
)
def test_wrong_arguments_are_refused(arguments, message):
    with pytest.raises(ArenaError, match=message):
        parallel_env("simple_spread", **arguments)


@pytest.mark.parametrize("seed", [-1, 1.5, "a"])
def test_a_wrong_seed_is_refused(seed):
    with pytest.raises(ArenaError, match="a seed is a whole number from 0 up"):
        parallel_env("simple_spread").reset(seed=seed)


def test_an_unknown_scenario_is_refused():
    with pytest.raises(ArenaError, match="did you mean 'simple_spread'"):
        parallel_env("simple_spred")


def test_none_for_all_neighbors_is_taken_as_in_mpe2():
    view = parallel_env("simple_spread", num_agent_neighbors=None, num_landmark_neighbors=None)
    assert view.observation_space("agent_0").shape == (18,)


def test_rendering_gives_a_picture():
    view = parallel_env("simple_adversary", render_mode="rgb_array", dynamic_rescaling=False)
    view.reset(seed=1)
    first = view.render()
    assert first.shape == (700, 700, 3) and first.dtype == np.uint8 and first.std() > 5
    view.step(dict.fromkeys(view.agents, 2))
    view.step(dict.fromkeys(view.agents, 2))
    assert (view.render() != first).any()


def test_the_window_opens_for_people_only():
    view = parallel_env("simple_adversary", render_mode="human")
    view.reset(seed=1)
    view.step(dict.fromkeys(view.agents, 2))
    assert view.render() is None
    view.close()
    silent = parallel_env("simple_adversary")
    silent.reset()
    with pytest.warns(UserWarning, match="nothing to render without a render_mode"):
        assert silent.render() is None
    silent.close()
