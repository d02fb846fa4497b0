"""simple_world_comm by hand-made numbers and brute force; what it shares with simple_tag is tested there."""

from math import exp

import numpy as np
import pytest
from test_players import match

from agents.policies.scripted import scripted_player
from arena.engine.worlds import Worlds
from arena.scenario import DRAW, load

FAR = [(-0.8, -0.8), (-0.8, 0.0)]
ALONE = {"num_adversaries": 2, "num_good": 1, "num_obstacles": 0, "num_food": 2, "num_forests": 2}
MARKS = [(0.0, 0.5), (0.0, -0.5), (0.8, 0.0), (-0.4, 0.0)]  # food, forests


def placed(agents, marks=MARKS, cycles=1, **options):
    worlds = Worlds("simple_world_comm", 1, max_cycles=cycles, restarts=False, dtype=np.float64, **{**ALONE, **options})
    worlds.state.pos[0] = [*agents, *marks]
    return worlds


def rest(worlds, word=0):
    action = np.zeros((worlds.out.reward.shape[1], 1), np.int64)
    action[0] = 5 * word
    return worlds.step(action)


def test_an_overlap_pays_all_adversaries_and_costs_its_prey():
    """Adversaries pay a tenth of their distance to the nearest prey, prey a twentieth of that to the nearest food."""
    out = rest(placed([(0.0, 0.0), (0.5, 0.0), (0.1, 0.0), (0.55, 0.0)], num_good=2))
    food = 0.05 * np.hypot([0.1, 0.55], 0.5)
    np.testing.assert_allclose(out.reward[0], [10 - 0.01, 10 - 0.005, -5 - food[0], -5 - food[1]])
    np.testing.assert_allclose(out.metrics, [[2, 0.075, 0, 0, 0, 0.5]])  # the second is in a forest
    assert out.winner[0] == 0


@pytest.mark.parametrize(("off", "eaten"), [(0.0, 2), (0.07, 1), (0.08, 0)])
def test_food_pays_for_each_piece_touched(off, eaten):
    """Two pieces, one of them 0.06 further away; they are touched within 0.075."""
    out = rest(placed([*FAR, (0.5, 0.5 - off)], [(0.5, 0.5), (0.5, 0.56), (3, 3), (3, 3)]))
    np.testing.assert_allclose(out.reward[0, 2], 2 * eaten - 0.05 * off)
    assert out.metrics[0, 4] == eaten and out.winner[0] == 1


@pytest.mark.parametrize(("place", "cost"), [((0.9, 0.0), 0), ((-0.95, 0.0), 1), ((0.5, 1.5), 2 * exp(1))])
def test_leaving_the_field_costs_double(place, cost):
    out = rest(placed([*FAR, place], [place, place, (3, 3), (3, 3)]))
    np.testing.assert_allclose(out.reward[0, 2], 4 - cost, atol=1e-9)
    assert out.metrics[0, 3] == (cost > 0)


@pytest.mark.parametrize(("touched", "winner"), [((), 1), ((0,), DRAW), ((1,), DRAW), ((0, 1), 0)])
def test_a_touch_at_any_time_counts_at_the_end(touched, winner):
    worlds = placed([(0.0, 0.9), FAR[0], (0.5, 0.0), (-0.5, 0.0)], cycles=4, num_good=2)
    for prey in touched:
        worlds.state.vel[:] = 0
        worlds.state.pos[0, 0] = worlds.state.pos[0, 2 + prey] + [0.1, 0]
        rest(worlds)
    worlds.state.vel[:], worlds.state.pos[0, 0] = 0, (0.0, 0.9)
    while not rest(worlds).last[0]:
        pass
    assert worlds.out.winner[0] == winner and worlds.out.metrics[0, 2] == 1 - len(touched) / 2


def test_who_is_seen_by_brute_force():
    """In random worlds with four forests, half of the agents being in one."""
    options = {"num_adversaries": 3, "num_good": 3, "num_forests": 4}
    worlds = Worlds("simple_world_comm", 60, dtype=np.float64, seed=3, **options)
    generator = np.random.default_rng(0)
    for _ in range(8):
        out = worlds.step(np.array([generator.integers(0, 20 if a == 0 else 5, 60) for a in range(6)]))
    hidden = 0
    for w in range(60):
        pos, vel, say = worlds.state.pos[w], worlds.state.vel[w], worlds.state.say[w, 0]
        radius = np.array([0.075] * 3 + [0.045] * 3)
        inside = np.linalg.norm(pos[:6, None] - pos[None, -4:], axis=-1) < radius[:, None] + 0.3
        for seat in range(6):
            others = [other for other in range(6) if other != seat]
            seen = {
                o: seat == 0 or (inside[seat] & inside[o]).any() or not (inside[seat] | inside[o]).any() for o in others
            }
            hidden += 5 - sum(seen.values())
            places = [(pos[o] - pos[seat]) * seen[o] for o in others]
            speeds, flags = [vel[o] * seen[o] for o in others if o >= 3], np.where(inside[seat], 1, -1)
            tail = [*speeds, flags, say] if seat < 3 else [flags, *speeds]
            row = np.concatenate([vel[seat], pos[seat], *(pos[6:] - pos[seat]), *places, *tail])
            np.testing.assert_array_equal(out.obs[seat, w, : len(row)], row)
            assert not out.obs[seat, w, len(row) :].any() and load("simple_world_comm", **options).seats[
                seat
            ].sees == len(row)
    assert 300 < hidden < 1200


def test_adversaries_hear_their_leader_and_prey_does_not():
    obs = rest(placed([*FAR, (0.3, 0.3)], cycles=9), word=2).obs[:, 0]
    np.testing.assert_array_equal(obs[:2, -4:], np.eye(4)[[2, 2]])
    assert not obs[2, -6:].any()


def test_the_leader_names_the_quarter_and_the_blind_go_there():
    """The prey is in a forest at the lower right; the second adversary cannot see it, the leader can."""
    scenario = load("simple_world_comm", **ALONE)
    worlds = placed([(0.2, 0.2), (-0.5, 0.5), (0.8, -0.3)], [(0, 0.5), (0, -0.5), (0.8, -0.2), (3, 3)], cycles=9)
    policy = scripted_player(scenario, "greedy").policy
    memory = np.zeros((1, policy.memory_width), np.float32)
    word = policy.act(0, rest(worlds).obs[0].astype(np.float32), memory, None, 0)[0, 5:]
    np.testing.assert_array_equal(word, np.eye(4)[1])
    seen = rest(worlds, word=1).obs[1].astype(np.float32)
    np.testing.assert_allclose(policy.act(1, seen, memory, None, 0)[0, :5], [0, 0, 1, 1, 0], atol=1e-6)


def test_greedy_hunts_feeds_and_flees_better_than_random():
    lines = [(hunter, prey) for hunter in ("random", "greedy") for prey in ("random", "greedy")]
    played = {line: match("simple_world_comm", *line) for line in lines}
    scores = {line: games.score.mean(0) for line, (games, _) in played.items()}
    wins = {line: [(games.winner == side).mean() for side in (0, 1)] for line, (games, _) in played.items()}
    assert wins["random", "random"][0] < 0.1 < 0.6 < wins["greedy", "random"][0]
    assert scores["greedy", "random"][0] > scores["random", "random"][0] + 50
    assert scores["random", "greedy"][1] > scores["random", "random"][1] + 15
    assert scores["greedy", "greedy"][1] > scores["greedy", "random"][1] + 40
    assert wins["greedy", "greedy"][1] > wins["greedy", "random"][1] + 0.1
    assert played["random", "greedy"][1]["good_meals"] > 1.5 > 0.7 > played["random", "random"][1]["good_meals"]
