"""The engine's own promises. That its physics and rewards are mpe2's is tests/scenarios/test_parity_mpe2.py."""

import numpy as np
import pytest

from arena.draw import children, seeds_of
from arena.engine.world import touch_below
from arena.engine.worlds import Worlds
from arena.errors import ArenaError

SCENARIOS = ("simple_spread", "simple_adversary")
STEPS = 60  # two whole games and a piece of a third


def numbers(seed, worlds, steps=STEPS):
    """Random discrete actions int64 [T, A, W] for three seats."""
    return np.random.default_rng(seed).integers(0, 5, (steps, 3, worlds))


def one_hot(action):
    return np.eye(5, dtype=np.float32)[action]


def history(worlds, actions):
    """Everything that came out, step by step."""
    frames = [[array.copy() for array in worlds.step(action)] for action in actions]
    return [np.stack(column) for column in zip(*frames, strict=True)]


def assert_same_bits(left, right):
    for a, b in zip(left, right, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_batch_is_its_worlds_played_alone(name):
    keys, actions = seeds_of(64, "test", name), numbers(1, 64)
    together = Worlds(name, 64)
    together.reset(keys)
    batch = history(together, actions)
    for w in range(64):
        alone = Worlds(name, 1)
        alone.reset(keys[w : w + 1])
        single = history(alone, actions[:, :, w : w + 1])
        assert_same_bits(single, [part[:, :, w : w + 1] if part.ndim == 4 else part[:, w : w + 1] for part in batch])


def test_threads_do_not_change_bits():
    actions = numbers(2, 101)
    one, three = (history(Worlds("simple_spread", 101, seed=4, threads=n), actions) for n in (1, 3))
    assert_same_bits(one, three)


@pytest.mark.parametrize("name", SCENARIOS)
def test_float32_stays_near_float64(name):
    """The engine with sizes compiled in, in single precision, against the one that reads them, in double."""
    actions = numbers(3, 200)
    single, double = (history(Worlds(name, 200, seed=1, dtype=kind), actions) for kind in (np.float32, np.float64))
    gap = np.abs(single[0] - double[0])
    assert np.quantile(gap, 0.99) < 1e-5 and gap.max() < 0.01  # a collision magnifies a rounding
    np.testing.assert_array_equal(single[3], double[3])


def test_numbers_and_their_one_hot_vectors_are_the_same_action():
    actions = numbers(4, 50)
    by_number = history(Worlds("simple_spread", 50, seed=2), actions)
    assert_same_bits(by_number, history(Worlds("simple_spread", 50, seed=2), one_hot(actions)))
    strange_layout = one_hot(actions).astype(np.float64)[..., ::-1][..., ::-1]
    strange_layout.flags.writeable = False
    assert_same_bits(by_number, history(Worlds("simple_spread", 50, seed=2), strange_layout.astype(">f4")))


@pytest.mark.parametrize("cycles", [1, 7, 25])
def test_a_game_lasts_exactly_max_cycles(cycles):
    worlds = Worlds("simple_adversary", 3, max_cycles=cycles)
    last = history(worlds, numbers(5, 3))[3]
    assert np.flatnonzero(last[:, 0]).tolist() == list(range(cycles - 1, STEPS, cycles))
    assert (last == last[:, :1]).all()


def test_a_time_limit_keeps_the_discount_and_a_true_ending_takes_it():
    worlds = Worlds("simple_spread", 2, terminate_on_success=True, max_cycles=10)
    rest = np.zeros((3, 2), np.int64)
    worlds.state.pos[0, :3] = worlds.state.pos[0, 3:] = [[-0.5, 0], [0, 0], [0.5, 0]]  # world 0 has its landmarks
    out = worlds.step(rest)
    assert out.last.tolist() == [True, False] and out.discount.tolist() == [0, 1]
    ends = history(worlds, np.zeros((9, 3, 2), np.int64))
    assert ends[3][-1].tolist() == [False, True] and ends[2].min() == 1


def test_a_success_on_the_last_step_is_a_time_limit_as_in_mpe2():
    worlds = Worlds("simple_spread", 1, terminate_on_success=True, max_cycles=1)
    worlds.state.pos[0, :3] = worlds.state.pos[0, 3:]
    out = worlds.step(np.zeros((3, 1), np.int64))
    assert out.last[0] and out.discount[0] == 1


@pytest.mark.parametrize("name", SCENARIOS)
def test_final_obs_is_what_was_seen_before_the_reset(name):
    """A world with a longer limit plays the same game on: its observation is the true last one."""
    keys, actions = seeds_of(20, "final"), numbers(6, 20, 25)
    short, long = Worlds(name, 20), Worlds(name, 20, max_cycles=26)
    short.reset(keys), long.reset(keys)
    ends, goes_on = history(short, actions), history(long, actions)
    np.testing.assert_array_equal(ends[4][-1], goes_on[0][-1])
    np.testing.assert_array_equal(ends[5][-1], goes_on[1].cumsum(0, dtype=np.float32)[-1])  # the returns
    assert ends[3][-1].all() and not goes_on[3].any()


def test_after_an_end_the_next_game_of_the_stream_begins():
    worlds = Worlds("simple_adversary", 5, seed=9, max_cycles=2)
    keys = worlds.state.key.copy()
    action = one_hot(numbers(7, 5, 1)[0])
    worlds.step(action), worlds.step(action)
    np.testing.assert_array_equal(worlds.state.key, children(keys, 0))
    after = [array.copy() for array in (*worlds.state, worlds.obs)]
    fresh = Worlds("simple_adversary", 5, seed=9)
    fresh.reset(children(keys, 0))
    assert_same_bits(after, (*fresh.state, fresh.obs))
    assert not worlds.state.vel.any() and not worlds.state.step.any() and not worlds.state.earned.any()


def test_without_restarts_a_world_stays_at_its_end_until_it_is_reset():
    worlds = Worlds("simple_adversary", 4, max_cycles=2, restarts=False)
    keys = worlds.state.key.copy()
    ends = history(worlds, numbers(7, 4, 2))
    np.testing.assert_array_equal(ends[0][-1], ends[4][-1])
    np.testing.assert_array_equal(worlds.state.key, keys)
    worlds.reset()
    np.testing.assert_array_equal(worlds.state.key, children(keys, 0))


def test_worlds_differ_from_each_other_and_from_game_to_game():
    worlds = Worlds("simple_adversary", 500, max_cycles=1)
    goals, starts = worlds.state.note[:, 0].copy(), worlds.state.pos.copy()
    assert 200 < (goals == 3).sum() < 300 and set(goals) == {3, 4}
    assert len(np.unique(starts)) > 0.99 * starts.size and np.abs(starts.mean()) < 0.03
    worlds.step(np.zeros((3, 500), np.int64))
    assert 200 < (worlds.state.note[:, 0] != goals).sum() < 300
    assert (worlds.state.pos != starts).all()


ILLEGAL = [np.nan, -0.1, 1.5, np.inf]


@pytest.mark.parametrize("value", ILLEGAL)
def test_an_illegal_vector_is_noted_and_its_seat_rests(value):
    vectors = np.zeros((3, 2, 5), np.float32)
    vectors[:, :, 2] = 1
    vectors[1, 0, 3] = value
    assert_illegal(vectors)


@pytest.mark.parametrize("value", [5, -1, 100])
def test_an_illegal_number_is_noted_and_its_seat_rests(value):
    chosen = np.full((3, 2), 2)
    chosen[1, 0] = value
    assert_illegal(chosen)


def assert_illegal(action):
    worlds = Worlds("simple_adversary", 2, max_cycles=2)
    worlds.step(action)
    assert worlds.state.fault.tolist() == [2, 0]
    np.testing.assert_allclose(worlds.state.vel[:, :3, 0], [[0.5, 0, 0.5], [0.5, 0.5, 0.5]])
    legal = np.full((3, 2), 2)
    assert worlds.step(legal).fault.tolist() == [2, 0]  # written down with the end of the game,
    assert worlds.state.fault.tolist() == [0, 0]  # and forgotten in the next


def test_momentum_is_conserved_in_a_collision():
    worlds = Worlds("simple_spread", 1, dtype=np.float64, max_cycles=100)
    worlds.state.pos[0, :3] = [[-0.1, 0], [0.12, 0.03], [0.0, 0.2]]
    rest = np.zeros((3, 1), np.int64)
    speeds = []
    for _ in range(10):
        worlds.step(rest)
        speeds.append(np.abs(worlds.state.vel[0]).max())
        np.testing.assert_allclose(worlds.state.vel[0].sum(0), 0, atol=1e-13)
    assert max(speeds) > 1  # they did collide


def test_a_push_moves_as_the_equations_say():
    """Closed form: v_t = 0.5 (1 - 0.75^t) / 0.25 for a steady push, and positions follow the old velocity."""
    worlds = Worlds("simple_adversary", 1, dtype=np.float64)
    start = worlds.state.pos[0, 0, 0]
    for _ in range(20):
        worlds.step(np.full((3, 1), 2))
    t = np.arange(20)
    np.testing.assert_allclose(worlds.state.vel[0, 0], [2 * (1 - 0.75**20), 0])
    np.testing.assert_allclose(worlds.state.pos[0, 0, 0] - start, 0.1 * (2 * (1 - 0.75**t)).sum())


def test_metrics_are_folded_by_their_rule_or_left_out():
    actions = numbers(8, 30, 25)
    worlds = Worlds("simple_spread", 30, seed=5)
    rewards = history(worlds, actions)[1].sum((0, 2)) / 3
    cover, hits, covered = worlds.out.metrics.T
    np.testing.assert_allclose(rewards, -12.5 * (cover + hits), rtol=1e-5)  # the identity in the scenario's file
    assert ((covered >= 0) & (covered <= 3) & (covered == covered.round())).all()
    without = Worlds("simple_spread", 30, seed=5, metrics=False)
    np.testing.assert_array_equal(history(without, actions)[1].sum((0, 2)) / 3, rewards)
    assert np.isnan(without.out.metrics).all()


def test_options_can_change_while_games_run_but_not_the_cast():
    actions = numbers(9, 40, 25)
    free, strict = (Worlds("simple_spread", 40, seed=3, curriculum=True) for _ in range(2))
    strict.retune(stage=1)
    assert strict.scenario.options.stage == 1
    paid_free, paid_strict = history(free, actions)[1], history(strict, actions)[1]
    assert (paid_strict <= paid_free).all() and (paid_strict < paid_free).any()
    with pytest.raises(ArenaError, match="would change the cast"):
        strict.retune(N=4)
    with pytest.raises(ArenaError, match="stage must be 0 or 1"):
        strict.retune(stage=2)


@pytest.mark.parametrize(
    "action",
    [np.zeros((3, 2)), np.zeros((3, 4), np.int64), np.zeros((3, 2, 6)), np.zeros((3, 2), np.bool_), np.zeros(3, int)],
)
def test_an_action_of_the_wrong_shape_or_kind_is_refused(action):
    with pytest.raises(ArenaError, match="an action is float"):
        Worlds("simple_spread", 2).step(action)


@pytest.mark.parametrize("real", [np.float32, np.float64])
@pytest.mark.parametrize("reach", [0.3, 0.23, 0.15, 1e-3, 1.0])
def test_squares_are_compared_as_their_roots_would_be(real, reach):
    reach = real(reach)
    near = touch_below(reach) * (1 + np.finfo(real).eps * np.arange(-20, 21, dtype=real))
    assert near.dtype == real and len(np.unique(near)) > 20
    np.testing.assert_array_equal(near < touch_below(reach), np.sqrt(near) < reach)


def test_impossible_worlds_are_refused():
    with pytest.raises(ArenaError, match="at least one world"):
        Worlds("simple_spread", 0)
    with pytest.raises(ArenaError, match="one world only"):
        Worlds("simple_spread", 2, rng=np.random.default_rng(0))


def test_a_copy_of_a_world_is_a_copy():
    worlds = Worlds("simple_spread", 3)
    world = worlds.world(1)
    world.pos[:] = 7
    assert worlds.state.pos.max() <= 1 and world.seats == 3
    assert {name for name, _ in worlds.arrays()} >= {"pos", "vel", "key", "step", "obs"}
