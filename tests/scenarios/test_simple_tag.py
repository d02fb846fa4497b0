"""simple_tag by hand-made numbers, and against mpe2 with its curriculum repaired."""

from math import exp

import numpy as np
import pytest
from mpe2._mpe_utils.scenario import BaseScenario
from test_parity_mpe2 import assert_same_seen, at_random, both, play_both
from test_players import match

from arena.engine.worlds import Worlds
from arena.errors import ArenaError
from arena.scenario import DRAW

FAR = [(-0.8, -0.8), (-0.8, 0.0), (-0.8, 0.8)]
OBSTACLES = [(0.0, 0.8), (0.0, -0.8)]


def placed(agents, cycles=1, **options):
    """A world with its agents here, obstacles above and below."""
    worlds = Worlds("simple_tag", 1, max_cycles=cycles, restarts=False, dtype=np.float64, **options)
    worlds.state.pos[0] = [*agents, *OBSTACLES]
    return worlds


def rest(worlds):
    return worlds.step(np.zeros((worlds.out.reward.shape[1], 1), np.int64))


def test_every_overlap_pays_all_adversaries_and_costs_its_prey():
    """Both adversaries touch the first agent, the second of them also the other one."""
    agents = [(0.0, 0.0), (0.2, 0.0), (0.1, 0.0), (0.3, 0.0)]
    out = rest(placed(agents, num_adversaries=2, num_good=2))
    assert out.reward.tolist() == [[30, 30, -20, -10]]
    assert out.metrics[0].tolist() == [3, pytest.approx(0.1), 0, 0] and out.winner[0] == 0


@pytest.mark.parametrize(
    ("place", "cost"),
    [((0.9, 0.0), 0), ((-0.95, 0.0), 0.5), ((0.5, 1.5), exp(1)), ((2.0, -3.0), exp(2) + 10), ((0.99, 0.99), 1.8)],
)
def test_leaving_the_field_costs(place, cost):
    out = rest(placed([*FAR, place]))
    np.testing.assert_allclose(out.reward, [[0, 0, 0, -cost]], rtol=1e-5, atol=1e-5)
    assert out.metrics[0, 3] == (cost > 0) and out.metrics[0, 2] == 1


def test_the_distance_is_that_of_the_nearest_adversary():
    assert rest(placed([*FAR, (-0.5, -0.4)])).metrics[0, 1] == pytest.approx(0.5)


@pytest.mark.parametrize(("touched", "winner"), [((), 1), ((0,), DRAW), ((1,), DRAW), ((0, 1), 0)])
def test_a_touch_at_any_time_counts_at_the_end(touched, winner):
    """One adversary stands on one agent after the other, then goes away."""
    worlds = placed([(0.0, 0.0), (0.5, 0.0), (-0.5, 0.0)], cycles=4, num_adversaries=1, num_good=2)
    for prey in touched:
        worlds.state.vel[:] = 0
        worlds.state.pos[0, 0] = worlds.state.pos[0, 1 + prey] + [0.1, 0]
        rest(worlds)
    worlds.state.vel[:], worlds.state.pos[0, 0] = 0, (0.0, 0.0)
    while not rest(worlds).last[0]:
        pass
    assert worlds.out.winner[0] == winner
    assert worlds.out.metrics[0, 0] == len(touched)
    assert worlds.out.metrics[0, 2] == (2 - len(touched)) / 2
    worlds.reset()
    assert not worlds.state.note.any()


def test_success_is_every_prey_caught_at_once():
    for where, is_over in (((0.0, 0.0), False), ((0.35, 0.0), True)):
        worlds = placed([(0.3, 0.0), (0.4, 0.0), where], 9, num_adversaries=1, num_good=2, terminate_on_success=True)
        assert rest(worlds).last[0] == is_over and worlds.out.discount[0] == 1 - is_over


def test_speeds_are_limited_and_follow_the_stage():
    worlds = Worlds("simple_tag", 1, max_cycles=200, curriculum=True, num_obstacles=0, dtype=np.float64)
    for stage, speed in enumerate((0.65, 0.975, 1.3)):
        worlds.retune(stage=stage)
        worlds.state.pos[0, :, 1] = [-3, -1, 1, 3]
        for _ in range(40):
            worlds.step(np.full((4, 1), 2))
        np.testing.assert_allclose(worlds.state.vel[0, :, 0], [1, 1, 1, speed], rtol=1e-4)
    with pytest.raises(ArenaError, match="would change the cast"):
        worlds.retune(num_obstacles=1)
    with pytest.raises(ArenaError, match="would change the cast"):
        worlds.retune(num_agent_neighbors=1)


def test_the_curriculum_is_mpe2s_once_its_stage_can_change(monkeypatch):
    """Without the setter of the base class that swallows it. A new stage waits for the next game."""
    monkeypatch.delattr(BaseScenario, "curriculum_stage")
    reference, view = both("simple_tag", curriculum=True, max_cycles=60)
    choose = at_random(reference)
    for change in (lambda env: None, *[lambda env: env.unwrapped.advance_curriculum()] * 3):
        seen, _ = reference.reset(seed=4)
        view.reset(seed=4)
        change(reference), change(view)
        assert reference.unwrapped.curriculum_stage == view.curriculum_stage
        for _ in range(20):
            action = dict.fromkeys(reference.agents, 2)
            seen = reference.step(action)[0]
            assert_same_seen([view.step(action)[0]], [seen])
        play_both(reference, view, 5, choose)


def test_nearest_agents_come_with_their_own_velocities():
    """Brute force over random worlds: positions by distance, a velocity where the neighbor is prey, else zeros."""
    worlds = Worlds("simple_tag", 50, num_good=3, num_adversaries=3, num_agent_neighbors=4, dtype=np.float64)
    generator = np.random.default_rng(0)
    for _ in range(10):
        worlds.step(generator.integers(0, 5, (6, 50)))
    for w in range(50):
        pos, vel = worlds.state.pos[w], worlds.state.vel[w]
        for seat in range(6):
            others = sorted(set(range(6)) - {seat}, key=lambda o: np.hypot(*(pos[o] - pos[seat])))[:4]
            offsets = np.ravel([pos[o] - pos[seat] for o in others])
            velocities = np.ravel([vel[o] if o >= 3 else (0, 0) for o in others])
            np.testing.assert_array_equal(worlds.obs[seat, w, 8:16], offsets)
            np.testing.assert_array_equal(worlds.obs[seat, w, 16:24], velocities)


def test_equally_near_agents_come_in_the_order_of_seats():
    worlds = placed([(0.25, 0.0), (-0.25, 0.0), (0.0, 0.25), (0.0, 0.0)], 9, num_agent_neighbors=3)
    rest(worlds)
    np.testing.assert_array_equal(worlds.obs[3, 0, 8:14], [0.25, 0, -0.25, 0, 0, 0.25])


def test_greedy_hunts_and_flees_better_than_random():
    """Random adversaries catch random prey in one game of six, chasing ones nearly always."""
    lines = [(hunter, prey) for hunter in ("random", "greedy") for prey in ("random", "greedy")]
    catches = {line: match("simple_tag", *line)[1]["adversary_catches"] for line in lines}
    played = {line: match("simple_tag", *line)[0] for line in lines}
    wins = {line: (games.winner == 0).mean() for line, games in played.items()}
    assert 0.1 < wins["random", "random"] < 0.25 and wins["greedy", "random"] > 0.9
    assert catches["greedy", "random"] > 5 + catches["random", "random"]
    assert catches["random", "greedy"] < catches["random", "random"] / 3
    assert catches["greedy", "greedy"] < 0.7 * catches["greedy", "random"]
    prey = {line: games.score[:, 1].mean() for line, games in played.items()}
    assert prey["random", "greedy"] > prey["random", "random"] + 10


def test_a_hunter_that_sees_one_neighbor_still_hunts():
    few = match("simple_tag", "greedy", "random", num_agent_neighbors=2, num_landmark_neighbors=1)[1]
    none = match("simple_tag", "random", "random", num_agent_neighbors=2, num_landmark_neighbors=1)[1]
    assert few["adversary_catches"] > none["adversary_catches"] + 1
