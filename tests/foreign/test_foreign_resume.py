"""Going on where the worlds stood: the same bits, from the actions since each game began."""

import numpy as np
import pytest
import tiny

from arena.errors import ArenaError
from arena.foreign import from_pettingzoo


def steps(worlds, count, generator):
    """The outputs of `count` random steps, copied."""
    shape = worlds.board.action.shape
    return [[array.copy() for array in worlds.step(generator.random(shape, np.float32))] for _ in range(count)]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("played", [0, 3, 17])
def test_restored_worlds_go_on_with_the_same_bits(threads, played):
    """17 steps: three whole games of 5 and a part of the next; hunters have left."""
    game = from_pettingzoo(tiny.parallel_env, sides="a=hunter_0;b=hunter_1,prey_0")
    first, second = game.open(3), game.open(3, threads=threads)
    first.reset(np.array([100, 200, 300], np.uint64))
    steps(first, played, np.random.default_rng(1))
    bad = np.full(first.board.action.shape, 0.5, np.float32)
    bad[1, 2] = np.nan
    first.step(bad)
    saved = {name: array.copy() for name, array in first.arrays()}
    assert saved["actions"].shape == (3 * ((played + 1) % 5), 3, 10)
    second.restore(saved)
    assert np.array_equal(first.obs, second.obs)
    assert [first.moment(w).fault for w in range(3)] == [second.moment(w).fault for w in range(3)]
    went_on, resumed = (steps(worlds, 12, np.random.default_rng(2)) for worlds in (first, second))
    for one, other in zip(went_on[5:], resumed[5:], strict=True):  # what ended last is known again after a game
        assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one, other, strict=True))
    for one, other in zip(went_on[:5], resumed[:5], strict=True):  # obs, reward, discount, last
        assert all(np.array_equal(a, b) for a, b in zip(one[:4], other[:4], strict=True))
    second.close()


def test_long_games_grow_the_record():
    game = from_pettingzoo(tiny.parallel_env, length=1000)
    first, second = game.open(2), game.open(2)
    steps(first, 45, np.random.default_rng(1))
    assert game.cycles == 50
    game = from_pettingzoo(tiny.parallel_env, length=1000, max_cycles=300)
    first, second = game.open(2), game.open(2)
    steps(first, 200, np.random.default_rng(1))
    second.restore(dict(first.arrays()))
    assert second.record.step.tolist() == [200, 200]
    assert np.array_equal(second.record.actions[:200], first.record.actions[:200])
    assert first.record.actions[199].any()


def test_an_environment_that_does_not_repeat_itself_starts_other_games_and_says_so():
    with pytest.warns(UserWarning, match="pettingzoo:tiny does not repeat itself from the same seed and actions"):
        game = from_pettingzoo(tiny.parallel_env, drift=tiny.OF_ALL)
    first, second = game.open(3), game.open(3)
    steps(first, 6, np.random.default_rng(1))
    first.step(np.zeros((3, 3, 10), np.float32))
    saved = {name: array.copy() for name, array in first.arrays()}
    second.reset()
    with pytest.warns(UserWarning, match="pettingzoo:tiny does not repeat itself from the same seed and actions: 3 of"):
        second.restore(saved)
    assert not second.record.step.any() and second.step(np.zeros((3, 3, 10), np.float32)).alive.all()


def test_games_that_leave_traces_in_their_copy_get_a_fresh_one_each():
    """Here the first game of a copy has 1 added to what is seen, the second 2, ..."""
    game = from_pettingzoo(tiny.parallel_env, drift=tiny.OF_COPY)
    first, second = game.open(3), game.open(3)
    steps(first, 17, np.random.default_rng(1))
    first.reset(np.array([100, 200, 300], np.uint64))
    assert first.obs[0, :, 0].tolist() == [101, 201, 301]
    steps(first, 8, np.random.default_rng(2))
    second.restore({name: array.copy() for name, array in first.arrays()})
    assert second.record.step.tolist() == [3, 3, 3]
    for one, other in zip(*(steps(worlds, 6, np.random.default_rng(3)) for worlds in (first, second)), strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one[:4], other[:4], strict=True))


def test_arrays_of_other_worlds_are_refused():
    worlds = from_pettingzoo(tiny.parallel_env).open(2)
    saved = {name: array.copy() for name, array in worlds.arrays()}
    others = from_pettingzoo(tiny.parallel_env).open(3)
    broken = [dict(others.arrays()), {}, saved | {"actions": np.zeros((9, 3, 10), np.float32)}]
    broken += [saved | {"step": saved["step"] - 1}, saved | {"obs": saved["obs"][:2]}]
    for arrays in broken:
        with pytest.raises(ArenaError, match="the saved worlds are of other settings; resume with the same ones"):
            worlds.restore(arrays)
