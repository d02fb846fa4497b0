"""The worlds of a tiny game whose every number is known: seats that leave early, outcomes, faults, restarts."""

import os
from dataclasses import replace

import numpy as np
import pytest
import tiny
from supersuit import black_death_v3

from arena.draw import children
from arena.errors import ArenaError
from arena.foreign import from_pettingzoo, load, taken_apart
from arena.foreign.block import choose_workers, free_cores
from arena.foreign.copies import Copies
from arena.game import DRAW, Head

SIDES = "hunters=hunter_0,hunter_1;prey=prey_0"


def game(**options):
    return from_pettingzoo(tiny.parallel_env, **options)


def action(worlds: int) -> np.ndarray:
    """hunter_0 takes 3 of 1..3, hunter_1 (1, 4) of 2 x 5, prey_0 the numbers 1 of -2..2 and 5 of 0..10: [A, W, U]."""
    filled = np.zeros((3, worlds, 10), np.float32)
    filled[0, :, 2] = filled[1, :, 1] = filled[1, :, 3 + 4] = 1
    filled[2, :, 8:10] = 0.75, 0.5
    return filled


def test_what_the_game_says_of_itself():
    g = game(sides=SIDES)
    assert (g.name, g.word) == ("pettingzoo:tiny", f"pettingzoo:tiny?sides={SIDES}")
    assert (g.version, g.cycles, g.batch_legs) == (1, 50, 8)
    assert [(seat.name, seat.side, seat.sees) for seat in g.seats] == [
        ("hunter_0", "hunters", 2),
        ("hunter_1", "hunters", 4),
        ("prey_0", "prey", 6),
    ]
    assert [seat.heads for seat in g.seats] == [(Head(0, 3),), (Head(0, 2), Head(3, 5)), (Head(8, 2, True),)]
    assert (g.observation_width, g.action_width, g.sides) == (6, 10, {"hunters": (0, 1), "prey": (2,)})
    assert g.metric_names == ("close", "flag", "time") and g.has_outcome
    assert "tiny_v3" in g.story


def test_loading_its_word_gives_the_same_game():
    g = game(sides=SIDES, draw_margin=0.5, max_cycles=7, frame_stack=2, length=4, cut=True)
    again = load(g.word)
    assert again.identity == g.identity == load(g.name, **g.parameters).identity
    assert again.parameters == {
        "length": 4,
        "cut": True,
        "sides": SIDES,
        "draw_margin": 0.5,
        "max_cycles": 7,
        "frame_stack": 2,
    }
    assert again.seats == g.seats and again.cycles == 7
    assert load(g.word, max_cycles=9, length=3).parameters["max_cycles"] == 9
    assert game(length=3).identity != game().identity
    written = {"length": 4, "cut": True, "max_cycles": 7, "sides": SIDES, "draw_margin": 0.5, "frame_stack": 2}
    assert taken_apart(f"{g.word}&timeout_s=3") == (g.name, written)
    assert taken_apart("pettingzoo:pettingzoo.sisl.no_such_v1?n=1") == ("pettingzoo:sisl.no_such_v1", {"n": 1})
    assert load("pettingzoo:tiny:Tiny?length=4").parameters["length"] == 4
    assert from_pettingzoo(lambda: tiny.Tiny(), worlds=3).batch_legs == 3


@pytest.mark.parametrize("cut", [False, True])
def test_a_game_step_by_step(cut):
    """hunter_0 dies in step 2, hunter_1 is cut off in step 3, prey_0 ends the game in step 5."""
    worlds = game(sides=SIDES, cut=cut).open(2)
    keys = np.array([5, (1 << 40) + 9], np.uint64)  # seeds 5 and 9
    obs = worlds.reset(keys).copy()
    assert obs[0].tolist() == [[5, 0, 0, 0, 0, 0], [9, 0, 0, 0, 0, 0]]
    assert obs[1].tolist() == [[0, 1, 0, 0, 0, 0]] * 2  # one-hot of 5 % 4 and 9 % 4
    assert np.allclose(obs[2], [[5 / 255] * 6, [9 / 255] * 6])
    alive = [[1, 1, 1], [1, 1, 1], [0, 1, 1], [0, 0, 1], [0, 0, 1]]
    discount = [[1, 1, 1], [0, 1, 1], [0, 1, 1], [0, 0, 1], [0, 0, int(cut)]]
    reward = np.array(alive) * [3, 14, 6]
    for step in range(5):
        out = worlds.step(action(2))
        assert out.alive[1].tolist() == alive[step]
        assert out.discount[1].tolist() == discount[step]
        assert out.reward.tolist() == [reward[step].tolist()] * 2
        assert out.last.tolist() == [step == 4] * 2
        if step < 4:
            seen = worlds.obs[:, 1, 1].tolist()  # time, one-hot, picture
            expected = [step + 1 if alive[step][0] else 0, (9 + step + 1) % 4 == 1 and alive[step][1], 0]
            assert seen[:2] == [float(value) for value in expected[:2]]
            assert seen[2] == pytest.approx((10 + step) / 255)
            assert out.winner.tolist() == [DRAW, DRAW]
    assert out.returns.tolist() == [[6, 42, 30]] * 2
    assert out.winner.tolist() == [1, 1]  # (6 + 42) / 2 < 30
    assert out.fault.tolist() == [0, 0]
    names = dict(zip(("close", "flag", "time"), out.metrics[0], strict=True))
    assert names == {"close": 2, "flag": 1, "time": 5}  # close and flag as hunter_0 reported them last
    assert np.allclose(out.final_obs[2, 1], 14 / 255) and not out.final_obs[:2].any()
    following = children(keys, 0) & np.uint64(0x7FFFFFFF)
    assert worlds.obs[0, :, 0].tolist() == (following % 1000).tolist()  # the next game has begun
    assert np.isnan(worlds.record.folded).all()
    assert worlds.step(action(2)).alive.all()


def test_metrics_are_means_over_the_seats_that_report():
    worlds = game().open(1)
    for _ in range(2):
        worlds.step(action(1))
    assert worlds.record.folded[0].tolist() == [2, 1, (3 + 2 + 2) / 3]


def test_without_restarts_a_world_stays_at_its_end():
    worlds = game().open(2, restarts=False)
    worlds.reset(np.array([5, 6], np.uint64))
    for _ in range(5):
        out = worlds.step(action(2))
    assert out.last.all()
    seen = worlds.obs.copy()
    for _ in range(2):
        out = worlds.step(action(2))
        assert not out.last.any() and not out.alive.any() and not out.reward.any()
        assert np.array_equal(worlds.obs, seen) and out.returns.tolist() == [[6, 42, 30]] * 2
    worlds.reset(np.array([5, 6], np.uint64))
    assert worlds.step(action(2)).alive.all()


def test_the_next_games_without_keys_are_children():
    worlds = game().open(2)
    keys = np.array([5, 6], np.uint64)
    worlds.reset(keys)
    worlds.reset()
    assert worlds.record.key.tolist() == children(keys, 0).tolist()


def test_a_time_limit_is_a_truncation():
    worlds = game(max_cycles=2).open(1)
    worlds.step(action(1))
    out = worlds.step(action(1))
    assert out.last.all() and out.discount.tolist() == [[0, 1, 1]]  # hunter_0 died in that step


@pytest.mark.parametrize(
    ("sides", "margin", "winner"),
    [
        ("a=hunter_0,hunter_1;b=prey_0", 5.9, 1),  # 24 against 30
        ("a=hunter_0,hunter_1;b=prey_0", 6, DRAW),
        ("a=hunter_1;b=prey_0,hunter_0", 0, 1),  # 18 against 42: the side of hunter_0 is the first
        ("a=hunter_0;b=prey_0;c=hunter_1", 0, DRAW),
        ("a=hunter_0,prey_0,hunter_1", 0, DRAW),
    ],
)
def test_the_greater_mean_return_wins_by_more_than_the_margin(sides, margin, winner):
    g = game(sides=sides, draw_margin=margin)
    assert g.has_outcome == (sides.count("=") == 2)
    worlds = g.open(1)
    for _ in range(5):
        out = worlds.step(action(1))
    assert out.last.all() and out.winner.tolist() == [winner]


def test_the_first_side_wins_too():
    returns = np.array([[90, 0, 30], [0, 0, 30], [60, 0, 30]], np.float64)
    assert game(sides=SIDES).winner(returns).tolist() == [0, 1, DRAW]


@pytest.mark.parametrize("value", [np.nan, -0.1, 1.1, np.inf])
@pytest.mark.parametrize(("seat", "column"), [(0, 0), (1, 5), (2, 9)])
def test_an_illegal_action_leaves_its_seat_at_rest_and_is_noted(value, seat, column):
    worlds = game().open(2)
    bad = action(2)
    bad[seat, 1, column] = value
    out = worlds.step(bad)
    rest = [1, 0, 0]  # of hunter_0 the first of 1..3, of prey_0 the numbers nearest to 0
    assert out.reward[0].tolist() == [3, 14, 6]
    assert out.reward[1].tolist() == [rest[k] if k == seat else [3, 14, 6][k] for k in range(3)]
    assert worlds.moment(1).fault == seat + 1 and worlds.moment(0).fault == 0
    for _ in range(4):
        out = worlds.step(action(2))
    assert out.last.all() and out.fault.tolist() == [0, seat + 1]
    assert worlds.moment(1).fault == 0  # the next game is innocent


def test_what_no_head_covers_and_who_has_left_cannot_be_at_fault():
    worlds = game().open(1)
    strange = action(1)
    strange[0, :, 3:] = strange[2, :, :8] = np.nan
    worlds.step(strange)
    worlds.step(action(1))
    strange[0] = np.nan  # hunter_0 has died
    worlds.step(strange)
    assert worlds.board.action[0, 0].tolist() == [1, *[0] * 9] and not worlds.board.action[2, 0, :8].any()
    assert worlds.moment().fault == 0 and worlds.moment().step == 3
    assert worlds.moment().returns.tolist() == [6, 42, 18]


@pytest.mark.parametrize("wrong", [np.zeros((3, 1, 9)), np.zeros((3, 2, 10)), np.zeros((3, 1, 10), np.int64)])
def test_an_action_of_another_shape_is_refused(wrong):
    with pytest.raises(ArenaError, match=r"tiny: an action is float \(3, 1, 10\), not"):
        game().open(1).step(wrong)


def test_agents_that_vanish_have_ended_and_those_that_stay_on_the_list_too():
    for keeps in (False, True):
        worlds = from_pettingzoo(tiny.Silent, keeps=keeps).open(1)
        discounts = []
        for _ in range(5):
            out = worlds.step(action(1))
            discounts.append(out.discount[0].tolist())
        # without a word, being cut off cannot be told from dying
        assert discounts == [[1, 1, 1], [0, 1, 1], [0, int(keeps), 1], [0, 0, 1], [0, 0, 0]]
        assert out.last.all() and out.returns.tolist() == [[6, 42, 30]]


def test_frames_are_stacked_oldest_first():
    worlds = game(frame_stack=3).open(1)
    worlds.reset(np.array([5], np.uint64))
    assert [seat.sees for seat in worlds.game.seats] == [6, 12, 18]
    assert worlds.obs[0, 0, :6].tolist() == [5, 0] * 3
    for _ in range(2):
        worlds.step(action(1))
    assert worlds.obs[0, 0, :6].tolist() == [5, 0, 5, 1, 5, 2]
    assert worlds.obs[1, 0, :12].reshape(3, 4).argmax(1).tolist() == [5 % 4, 6 % 4, 7 % 4]
    worlds.step(action(1))
    assert not worlds.obs[0].any()


def test_supersuits_black_death_would_lose_what_we_need():
    """Why seats that leave are ours to handle: it reports no ending before the game's, and a step too late."""
    env = black_death_v3(tiny.OneShape(length=3))
    env.reset(seed=1)
    over = []
    for _ in range(4):
        _, _, terminations, truncations, _ = env.step({agent: env.action_space(agent).sample() for agent in env.agents})
        over.append((any(terminations.values()), any(truncations.values())))
    assert over == [(False, False), (False, False), (False, False), (True, True)]


def test_workers_give_the_same_bits(generator):
    g = game(sides=SIDES)
    alone, crew = g.open(5, threads=1), g.open(5, threads=2)
    assert isinstance(alone._block, Copies) and len(crew._block._processes) == 2
    for _ in range(12):
        actions = generator.random((3, 5, 10), np.float32)
        actions[0, 2, 0] = np.nan
        one, other = alone.step(actions), crew.step(actions)
        for name in one._fields:
            assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True), name
    processes = list(crew._block._processes)
    crew.close()
    assert all(process._closed for process in processes)
    with pytest.raises(ArenaError, match="closed"):
        crew.step(action(5))


def test_workers_are_taken_where_they_save_time(monkeypatch):
    g = game()
    quick, slow = (replace(g, found=replace(g.found, step_s=step_s)) for step_s in (1e-5, 0.01))
    local = from_pettingzoo(lambda: tiny.Tiny())
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    for busy, cores in [(0.2, 4), (1.9, 2), (9.0, 1)]:
        monkeypatch.setattr(os, "getloadavg", lambda busy=busy: (busy, 0, 0))
        assert free_cores() == cores
        assert choose_workers(slow, 8, None) == cores and choose_workers(slow, 1, None) == 1
        assert choose_workers(quick, 8, None) == choose_workers(slow, 8, 1) == 1
        assert choose_workers(quick, 8, 3) == 3 and choose_workers(quick, 2, 3) == 2
        assert choose_workers(local, 8, 4) == 1  # no other process finds a lambda
