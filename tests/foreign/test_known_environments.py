"""Environments that everybody knows, through the adapter: the same numbers as without it."""

from contextlib import closing
from importlib.util import find_spec

import gymnasium
import numpy as np
import pytest
from mpe2 import simple_adversary_v3

import arena
from arena.foreign import from_pettingzoo, load
from arena.foreign.maker import home_of
from arena.game import Head

ADVERSARY = "pettingzoo:mpe2.simple_adversary_v3"
games = pytest.mark.skipif(
    find_spec("pymunk") is None or find_spec("Box2D") is None, reason='needs: pip install "marl-arena[games]"'
)


def walk(worlds, steps, generator):
    """What happens under random actions: the outputs of each step, copied."""
    seen = []
    for _ in range(steps):
        out = worlds.step(generator.random(worlds.board.action.shape, np.float32))
        seen.append([array.copy() for array in out])
    return seen


@pytest.mark.parametrize("continuous", [False, True])
def test_mpe2_through_the_adapter_is_our_own_world(continuous, generator):
    """simple_adversary of mpe2 from the same seeds and actions, against our float64 view."""
    options = {"max_cycles": 12, "continuous_actions": continuous}
    game = load(f"{ADVERSARY}?N=3", **options)
    ours = arena.parallel_env("simple_adversary", N=3, **options)
    assert game.sides == {"adversary": (0,), "agent": (1, 2, 3)} and game.has_outcome and game.cycles == 12
    assert game.seats[1].heads == (Head(0, 5, continuous),)
    worlds, keys = game.open(3), np.array([7, 8, 1 << 40], np.uint64)
    worlds.reset(keys)
    actions = generator.random((12, 4, 3, 5), np.float32)
    rows = [worlds.obs.copy()]
    for step in range(12):
        out = worlds.step(actions[step])
        rows.append(out.final_obs.copy() if out.last.all() else out.obs.copy())
    assert out.last.all() and (out.discount == 1).all()
    for world, key in enumerate(keys.tolist()):
        seen, _ = ours.reset(seed=key & 0x7FFFFFFF)
        returns = np.zeros(4)
        for step in range(13):
            for seat, name in enumerate(ours.possible_agents):
                width = game.seats[seat].sees
                assert np.allclose(rows[step][seat, world, :width], seen[name], atol=1e-6)
            if step < 12:
                given = actions[step, :, world]
                moves = given if continuous else given.argmax(1)
                seen, rewards, *_ = ours.step(dict(zip(ours.possible_agents, moves, strict=True)))
                returns += list(rewards.values())
        assert np.allclose(out.returns[world], returns, rtol=1e-5)
        assert out.winner[world] == (0 if returns[0] > returns[1:].mean() else 1)


def test_cartpole_is_gymnasiums(generator):
    game = load("gym:CartPole-v1")
    assert (game.cycles, game.version, game.sides, game.has_outcome) == (500, 1, {"team": (0,)}, False)
    assert (game.seats[0].name, game.seats[0].sees, game.seats[0].heads) == ("agent_0", 4, (Head(0, 2),))
    worlds, plain = game.open(1), gymnasium.make("CartPole-v1")
    worlds.reset(np.array([3], np.uint64))
    seen, _ = plain.reset(seed=3)
    length, is_over = 0, False
    while not is_over:
        length += 1
        assert np.array_equal(worlds.obs[0, 0], seen)
        action = int(generator.integers(2))
        out = worlds.step(np.eye(2, dtype=np.float32)[[[action]]])
        seen, _, is_over, _, _ = plain.step(action)
    assert out.last[0] and out.discount[0, 0] == 0 and out.returns[0, 0] == length
    assert np.array_equal(out.final_obs[0, 0], seen)


def test_pendulum_and_mountain_car_end_by_their_limits(generator):
    pendulum = load("gym:Pendulum-v1?g=9.0", max_cycles=30)
    assert pendulum.seats[0].heads == (Head(0, 1, True),) and pendulum.parameters["g"] == 9.0
    worlds, plain = pendulum.open(1), gymnasium.make("Pendulum-v1", g=9.0)
    worlds.reset(np.array([4], np.uint64))
    plain.reset(seed=4)
    returns = 0.0
    for _ in range(30):
        share = generator.random(1, np.float32)
        out = worlds.step(share[None, None])
        returns += float(plain.step(-2 + 4 * share)[1])
    assert out.last[0] and out.discount[0, 0] == 1 and out.returns[0, 0] == pytest.approx(returns, rel=1e-5)
    car = load("gym:MountainCar-v0")
    assert car.cycles == 200
    rest = car.open(2)
    for _ in range(200):
        out = rest.step(np.full((1, 2, 3), 0.5, np.float32))
    assert out.last.all() and out.returns.tolist() == [[-200]] * 2


def test_a_discrete_observation_is_one_hot():
    game = load("gym:FrozenLake-v1?is_slippery=false")
    worlds = game.open(1)
    assert game.seats[0].sees == 16 and worlds.obs[0, 0].tolist() == [1, *[0] * 15]
    assert "prob" in game.metric_names
    out = worlds.step(np.eye(4, dtype=np.float32)[[[2]]])
    assert out.obs[0, 0].argmax() == 1 and out.obs.sum() == 1


def test_functions_are_known_by_their_module():
    assert home_of(simple_adversary_v3.parallel_env) == "mpe2.simple_adversary_v3"
    game = from_pettingzoo(simple_adversary_v3.parallel_env, N=1, max_cycles=5)
    assert game.word == f"{ADVERSARY}?N=1&max_cycles=5" and load(game.word).identity == game.identity
    assert arena.from_pettingzoo is from_pettingzoo
    local = from_pettingzoo(lambda: simple_adversary_v3.parallel_env(max_cycles=4))
    assert (local.cycles, local.word, local.maker.is_portable) == (4, "", False)


KNOWN = {  # word: seats, width, sides, steps of each game at most
    "pettingzoo:butterfly.knights_archers_zombies_v11?max_cycles=40&spawn_delay=2&line_death=true": (4, 135, 2),
    "pettingzoo:sisl.pursuit_v5?max_cycles=8&n_pursuers=3": (3, 147, 1),
    "pettingzoo:sisl.multiwalker_v9?max_cycles=40": (3, 31, 1),
}


@games
@pytest.mark.parametrize("word", KNOWN)
def test_games_of_pettingzoo_to_their_end(word, generator):
    game = load(word)
    seats, width, sides = KNOWN[word]
    assert (len(game.seats), game.observation_width, len(game.sides)) == (seats, width, sides)
    assert game.cycles == game.parameters["max_cycles"]
    worlds = game.open(2, threads=1, restarts=False)
    earned, ended = np.zeros((2, seats)), np.zeros(2, np.bool_)
    for step in range(game.cycles):
        out = worlds.step(generator.random(worlds.board.action.shape, np.float32))
        earned += out.reward
        assert not out.obs[~out.alive.T.astype(np.bool_)].any() or ended.any()
        ended |= out.last
        assert not out.last.any() or step > 1
    assert ended.all() and np.allclose(out.returns, earned, rtol=1e-5) and np.isfinite(out.final_obs).all()


@games
@pytest.mark.parametrize("word", KNOWN)
def test_they_draw_themselves(word):
    with closing(load(word).open(1, threads=1, restarts=False)) as worlds:
        worlds.step(np.full(worlds.board.action.shape, 0.4, np.float32))
        first = worlds.moment().view
        assert first.dtype == np.uint8 and first.shape[2] == 3 and len(np.unique(first)) > 3
        worlds.step(np.full(worlds.board.action.shape, 0.6, np.float32))
        assert (worlds.moment().view != first).any() and worlds.moment().step == 2


@games
def test_knights_and_archers_die_one_by_one(generator):
    game = load("pettingzoo:butterfly.knights_archers_zombies_v11?line_death=true&max_cycles=150")
    worlds = game.open(2, restarts=False)
    alive = np.array([array[-1] for array in walk(worlds, 150, generator)])  # [T, W, A]
    counts = alive.sum(2)
    assert (np.diff(alive, axis=0) <= 0).all()  # nobody comes back
    assert len(np.unique(counts)) > 2  # and not all leave at once


@games
@pytest.mark.parametrize("word", KNOWN)
def test_equal_seeds_are_equal_bits_in_workers_too(word):
    game = load(word)
    played = []
    for threads in (1, 2):
        worlds = game.open(3, threads=threads)
        worlds.reset(np.array([11, 12, 11], np.uint64))
        played.append(walk(worlds, 12, np.random.default_rng(5)))
        worlds.close()
    for one, other in zip(*played, strict=True):
        assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one, other, strict=True))
