"""The PettingZoo view plays mpe2's games: same seeds, observations, rewards, ends and infos."""

import importlib
from itertools import chain, product

import numpy as np
import pytest
from grids import GRIDS

from arena.parallel import parallel_env
from arena.scenario import find_module, known_scenarios

TOLERANCE = 1e-6
NAMES = [name for name in known_scenarios() if hasattr(find_module(name), "MPE2")]


def both(name, **arguments):
    reference = importlib.import_module(f"mpe2.{find_module(name).MPE2}")
    return reference.parallel_env(**arguments), parallel_env(name, **arguments)


def assert_close(ours, theirs, what):
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    gap = np.abs(ours - theirs)
    assert ours.shape == theirs.shape, what
    assert (gap <= TOLERANCE + TOLERANCE * np.abs(theirs)).all(), f"{what}: {gap.max()}"


def assert_same_seen(ours, theirs):
    assert list(ours) == list(theirs)
    for agent, seen in theirs.items():
        assert ours[agent].dtype == seen.dtype
        assert_close(ours[agent], seen, agent)


def assert_same_infos(ours, theirs):
    assert list(ours) == list(theirs)
    for agent, info in theirs.items():
        assert ours[agent].keys() == info.keys()
        for key, value in info.items():
            if ours[agent][key] != value:  # what is no number is the very same
                assert_close(ours[agent][key], value, key)


def play_both(reference, view, seed, choose):
    """One whole game of both from one seed, or their generators' next game; the number of steps."""
    seen, infos = reference.reset(seed=seed)
    our_seen, our_infos = view.reset(seed=seed)
    assert_same_seen(our_seen, seen)
    assert_same_infos(our_infos, infos)
    steps = 0
    while reference.agents:
        assert view.agents == reference.agents
        action = {agent: choose(agent, seen[agent]) for agent in reference.agents}
        seen, rewards, *ends, infos = reference.step(action)
        our_seen, our_rewards, *our_ends, our_infos = view.step(action)
        assert our_ends == ends
        assert_same_seen(our_seen, seen)
        assert_same_infos(our_infos, infos)
        assert list(our_rewards) == list(rewards)
        assert all(type(reward) is float for reward in our_rewards.values())
        assert_close(list(our_rewards.values()), list(rewards.values()), "rewards")
        assert_close(view.state(), reference.state(), "state")
        steps += 1
    assert view.agents == []
    return steps


def play_games(name, is_continuous, arguments, games, seed):
    reference, view = both(name, continuous_actions=is_continuous, **arguments)
    choose = at_random(reference, seed)
    for game in range(games):
        play_both(reference, view, seed + game if game % 2 == 0 else None, choose)


def at_random(env, seed=0):
    """Samples of the action spaces, as a way to choose."""
    for index, agent in enumerate(env.possible_agents):
        env.action_space(agent).seed(seed + index)
    return lambda agent, seen: env.action_space(agent).sample()


CASES = list(chain.from_iterable(product([name], (False, True), GRIDS[name]) for name in NAMES))


@pytest.mark.parametrize(("name", "is_continuous", "arguments"), CASES, ids=str)
def test_the_same_seed_is_the_same_game(name, is_continuous, arguments):
    """Every second game starts where the generator was left by the one before."""
    play_games(name, is_continuous, arguments, games=3, seed=100)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "is_continuous", "arguments"), CASES, ids=str)
def test_the_same_seed_is_the_same_game_a_thousand_times(name, is_continuous, arguments):
    games = -(-1000 // (2 * len(GRIDS[name])))
    play_games(name, is_continuous, arguments, games, seed=7_000)


def test_a_game_ends_by_success_as_in_mpe2():
    """One agent walks to the only landmark, pushing along the longer way and resting when it is close."""

    def towards(agent, seen):
        x, y = seen[4:6] - 0.3 * seen[:2]
        if max(abs(x), abs(y)) < 0.05:
            return 0
        return (2 if x > 0 else 1) if abs(x) > abs(y) else (4 if y > 0 else 3)

    reference, view = both("simple_spread", terminate_on_success=True, N=1, max_cycles=60)
    lengths = [play_both(reference, view, seed, towards) for seed in range(8)]
    assert max(lengths) < 60 and len(set(lengths)) > 3


def test_the_curriculum_leaves_collisions_out_until_its_second_stage():
    """The second stage is compared with mpe2 without a curriculum, because the stage of mpe2 1.1.1 never changes."""
    without, _ = both("simple_spread", N=5)
    reference, view = both("simple_spread", N=5, curriculum=True)
    choose = at_random(reference)
    for stage in (-3, 0):
        view.unwrapped.set_curriculum_stage(stage)
        assert view.unwrapped.curriculum_stage == 0
        play_both(reference, view, 5, choose)
    for change in (view.advance_curriculum, view.advance_curriculum, lambda: view.set_curriculum_stage(7)):
        change()
        assert view.curriculum_stage == 1
        play_both(without, view, 5, choose)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("is_continuous", [False, True])
def test_the_spaces_and_names_are_mpe2s(name, is_continuous):
    reference, view = both(name, continuous_actions=is_continuous, **GRIDS[name][2])
    assert view.possible_agents == reference.possible_agents
    assert view.state_space == reference.state_space
    assert view.metadata == {**reference.metadata, "name": find_module(name).MPE2}
    assert str(view) == find_module(name).MPE2
    for agent in view.possible_agents:
        assert view.action_space(agent) == reference.action_space(agent)
        assert view.observation_space(agent) == reference.observation_space(agent)
        assert view.observation_space(agent).dtype == np.float32


def test_actions_in_double_precision_are_read_in_it():
    reference, view = both("simple_spread", continuous_actions=True)
    generator = np.random.default_rng(0)

    play_both(reference, view, 3, lambda agent, seen: generator.uniform(0, 1, 5))
