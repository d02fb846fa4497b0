"""collect_treasure by hand-made numbers."""

import numpy as np
from test_players import match

from arena.engine.worlds import Worlds
from scenarios.collect_treasure import HOLDS

ALONE = {"num_collectors": 1, "num_deposits": 2, "num_treasures": 2}


def placed(places, holds, **options):
    """A world that steps on from these places; `holds` is 1 + the kind, or 0, of each entity."""
    worlds = Worlds("collect_treasure", 1, dtype=np.float64, **options)
    worlds.state.pos[0] = places
    worlds.state.note[0, HOLDS:] = holds
    return worlds


def rest(worlds):
    seats = len(worlds.scenario.seats)
    return worlds.step(np.zeros((seats, 1), np.int64))


def test_a_treasure_is_picked_up_comes_back_elsewhere_and_is_delivered():
    worlds = placed([[0, 0], [0.5, 0], [0, 0.8], [0.07, 0], [-0.4, 0]], [0, 0, 0, 2, 1], **ALONE)
    out = rest(worlds)  # takes the treasure of the second kind; one is left
    np.testing.assert_allclose(out.reward, [[5 - 0.08, 5 - 0.05, 5 - 0.08]])
    assert worlds.state.note[0, HOLDS:].tolist() == [2, 0, 0, 0, 1]
    assert out.obs[0, 0, 4:6].tolist() == [0, 1] and not out.obs[0, 0, -4:].any()
    worlds.state.pos[0, 0] = [0, 0.7]
    out = rest(worlds)  # touches its deposit
    assert worlds.state.note[0, HOLDS:-2].tolist() == [0, 0, 0] and worlds.state.note[0, -2] > 0
    assert abs(out.reward[0, 0] - 5) < 0.3 and (worlds.state.pos[0, 3] != [0.07, 0]).all()
    assert (worlds.state.folded[0] == [1, 1, 0]).all()


def test_a_collector_takes_one_treasure_and_no_other_deposit_takes_it():
    worlds = placed([[0, 0], [0.1, 0], [0, 0.8], [0.05, 0], [0.06, 0]], [0, 0, 0, 2, 1], **ALONE)
    rest(worlds)
    assert worlds.state.note[0, HOLDS:].tolist() == [2, 0, 0, 0, 1] and worlds.state.folded[0].tolist() == [1, 0, 0]


def test_overlapping_collectors_pay_five_for_each_other():
    crowd = {"num_collectors": 3, "num_deposits": 1, "num_treasures": 1}
    out = rest(placed([[0, 0], [0.09, 0], [0.18, 0], [0.09, -1], [0.09, 1]], [0, 0, 0, 0, 1], **crowd))
    to_treasure = 0.1 * np.hypot([0.09, 0, 0.09], 1)
    np.testing.assert_allclose(out.reward[0], [*(-5 * np.array([1, 2, 1]) - to_treasure), -0.1])


def test_the_others_and_the_treasures_are_seen_nearest_first():
    worlds = Worlds("collect_treasure", 50, seed=2, dtype=np.float64)
    rows = worlds.obs[:, :, 6:].copy()
    rows[6:] = worlds.obs[6:, :, 4:-2]
    for first, width, count in ((0, 8, 7), (56, 4, 6)):
        blocks = rows[..., first : first + width * count].reshape(8, 50, count, width)
        gaps = np.hypot(blocks[..., 0], blocks[..., 1])
        assert (np.diff(gaps) >= 0).all() and (blocks[..., -2:].sum(-1) == (first > 0)).all()


def test_treasures_come_back_at_places_of_their_own():
    """In the engine; the PettingZoo view repeats the draws of the start, as mpe2 does."""
    worlds = Worlds("collect_treasure", 300, seed=3, dtype=np.float64)
    worlds.state.note[:, HOLDS + 8 :] = 0
    starts = worlds.state.pos.copy()
    rest_all = np.zeros((8, 300), np.int64)
    worlds.step(rest_all)
    places = worlds.state.pos[:, 8:]
    assert len(np.unique(places)) > 3500 and len(np.intersect1d(places, starts)) < 100
    assert abs((worlds.state.note[:, HOLDS + 8 :] == 1).mean() - 0.5) < 0.05


def test_the_script_beats_random():
    hunt, metrics = match("collect_treasure", "greedy")
    stroll, wandering = match("collect_treasure", "random")
    assert hunt.score.mean() > stroll.score.mean() + 25
    assert metrics["pickups"] > 4 > 1 > wandering["pickups"] and metrics["deliveries"] > 1.5
