"""The PettingZoo view plays mpe2's games: same seeds, observations, rewards, ends and infos.

A game is recorded from mpe2 and its actions are played again by ours; then whole games are compared, because NumPy
takes as long for one number as for a thousand.
"""

import importlib
import inspect
from dataclasses import dataclass, field
from itertools import chain, product

import numpy as np
import pytest
from grids import GRIDS

from arena.parallel import parallel_env
from arena.scenario import find_module, known_scenarios

TOLERANCE = 1e-6
QUICK, GAMES = 8, 100  # how many of a grid are played by default, and how many games of each of all in the slow test
NAMES = [name for name in known_scenarios() if hasattr(find_module(name), "MPE2")]


def mpe2_module(name):
    return importlib.import_module(f"mpe2.{find_module(name).MPE2}")


def both(name, **arguments):
    return mpe2_module(name).parallel_env(**arguments), parallel_env(name, **arguments)


@dataclass
class Game:
    """What came out of one whole game, frame by frame; the first frame is the reset."""

    actions: list = field(default_factory=list)
    agents: list = field(default_factory=list)
    seen: list = field(default_factory=list)
    rewards: list = field(default_factory=list)
    ends: list = field(default_factory=list)
    infos: list = field(default_factory=list)
    states: list = field(default_factory=list)


def record(env, seed, choose):
    """The game of a seed, or the generator's next one, in which `choose(step, agent, seen)` acts."""
    game = Game()
    seen, infos = env.reset(seed=seed)
    game.seen.append(seen), game.infos.append(infos), game.states.append(env.state())
    while env.agents:
        game.agents.append(list(env.agents))
        game.actions.append({agent: choose(len(game.actions), agent, seen[agent]) for agent in env.agents})
        seen, rewards, *ends, infos = env.step(game.actions[-1])
        game.seen.append(seen), game.rewards.append(dict(rewards)), game.ends.append(ends), game.infos.append(infos)
    game.states.append(env.state())
    return game


def assert_close(ours, theirs, what):
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    gap = np.abs(ours - theirs)
    assert ours.shape == theirs.shape, what
    assert (gap <= TOLERANCE + TOLERANCE * np.abs(theirs)).all(), f"{what}: {gap.max()}"


def listed(frames):
    """(agent, value) of all frames, in order."""
    return [item for frame in frames for item in frame.items()]


def assert_same_seen(ours, theirs):
    ours, theirs = listed(ours), listed(theirs)
    kinds = [[(agent, seen.shape, seen.dtype) for agent, seen in frames] for frames in (ours, theirs)]
    assert kinds[0] == kinds[1]
    assert_close(*(np.concatenate([seen for _, seen in frames]) for frames in (ours, theirs)), "observations")


def assert_same_rewards(ours, theirs):
    ours, theirs = listed(ours), listed(theirs)
    assert [agent for agent, _ in ours] == [agent for agent, _ in theirs]
    assert all(type(reward) is float for _, reward in ours)
    assert_close([reward for _, reward in ours], [reward for _, reward in theirs], "rewards")


def assert_same_infos(ours, theirs):
    for (agent, our_info), (their_agent, info) in zip(listed(ours), listed(theirs), strict=True):
        assert agent == their_agent and our_info.keys() == info.keys()
        for key, value in info.items():
            if repr(our_info[key]) != repr(value):  # what is no number is the very same
                assert_close(our_info[key], value, f"{key} of {agent}")


def play_both(reference, view, seed, choose):
    """One whole game of both from one seed, or their generators' next game; the number of steps."""
    theirs = record(reference, seed, choose)
    ours = record(view, seed, lambda step, agent, seen: theirs.actions[min(step, len(theirs.actions) - 1)][agent])
    assert ours.agents == theirs.agents and ours.ends == theirs.ends and view.agents == reference.agents == []
    assert_same_seen(ours.seen, theirs.seen)
    assert_same_rewards(ours.rewards, theirs.rewards)
    assert_same_infos(ours.infos, theirs.infos)
    assert_close(ours.states, theirs.states, "state")
    return len(theirs.actions)


def at_random(env, seed=0):
    """Random actions, a way to choose."""
    generator = np.random.default_rng(seed)
    spaces = {agent: env.action_space(agent) for agent in env.possible_agents}
    if env.unwrapped.continuous_actions:
        return lambda step, agent, seen: generator.random(spaces[agent].shape, np.float32)
    return lambda step, agent, seen: int(generator.integers(spaces[agent].n))


def assert_same_spaces(reference, view):
    assert view.possible_agents == reference.possible_agents
    assert view.state_space == reference.state_space
    for agent in view.possible_agents:
        assert view.action_space(agent) == reference.action_space(agent)
        assert view.observation_space(agent) == reference.observation_space(agent)
        assert view.observation_space(agent).dtype == np.float32


def play_games(name, is_continuous, arguments, seeds):
    reference, view = both(name, continuous_actions=is_continuous, **arguments)
    assert_same_spaces(reference, view)
    choose = at_random(reference, 5)
    return sum(play_both(reference, view, seed, choose) for seed in seeds)


def grid(name):
    return GRIDS.get(name, [{}])


def cases():
    """(scenario, way of acting, arguments) of all grids."""
    return list(chain.from_iterable(product([name], (False, True), grid(name)) for name in NAMES))


def quick_cases():
    """Each of the first arguments of each grid with one way of acting; the very first with both."""
    for name in NAMES:
        for index, arguments in enumerate(grid(name)[:QUICK]):
            for is_continuous in (False, True) if index == 0 else (index % 2 == 0,):
                yield name, is_continuous, arguments


@pytest.mark.parametrize(("name", "is_continuous", "arguments"), list(quick_cases()), ids=str)
def test_the_same_seed_is_the_same_game(name, is_continuous, arguments):
    """The second game starts where the generator was left by the first."""
    play_games(name, is_continuous, arguments, (100, None))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "is_continuous", "arguments"), cases(), ids=str)
def test_the_same_seed_is_the_same_game_a_hundred_times(name, is_continuous, arguments):
    """12 scenarios, at least 30 combinations of arguments, both ways of acting, 100 games each: 15 minutes."""
    play_games(name, is_continuous, arguments, range(7_000, 7_000 + GAMES))


@pytest.mark.parametrize("name", NAMES)
def test_the_grids_are_wide_and_leave_no_argument_out(name):
    tried = grid(name)
    assert len({repr(sorted(arguments.items())) for arguments in tried}) == len(tried) >= 30
    known = set(inspect.signature(mpe2_module(name).raw_env.__init__).parameters) - {"self", "continuous_actions"}
    without_effect = {"render_mode", "dynamic_rescaling"}  # on the numbers
    assert known - without_effect <= set().union(*tried) <= known
    for argument in known - without_effect - {"max_cycles"}:
        assert len({repr(arguments.get(argument)) for arguments in tried}) > 1


def test_a_game_ends_by_success_as_in_mpe2():
    """One agent walks to the only landmark, pushing along the longer way and resting when it is close."""

    def towards(step, agent, seen):
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
def test_the_names_are_mpe2s(name):
    reference, view = both(name)
    assert view.metadata == {**reference.metadata, "name": find_module(name).MPE2}
    assert str(view) == find_module(name).MPE2


def test_actions_in_double_precision_are_read_in_it():
    reference, view = both("simple_spread", continuous_actions=True)
    generator = np.random.default_rng(0)

    play_both(reference, view, 3, lambda step, agent, seen: generator.uniform(0, 1, 5))
