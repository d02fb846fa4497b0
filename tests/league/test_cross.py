"""Cross-play: who meets whom, in which worlds, and what is folded from it."""

from dataclasses import replace

import numpy as np
import pytest
from league_fakes import GAME, TEAM, played

from arena.errors import ArenaError
from arena.games import End, world_seeds
from arena.scenario import load
from league.legs import Index
from league.studies.cells import Cell, Group, mean_of_games
from league.studies.cross import cross_play, line_ups, mean_played
from league.studies.field import field_of, scaled_between
from league.studies.intervals import UNBOUNDED, cell_mean, own_cell_mean
from league.studies.measures import measures_of

NAMES = ("a0", "a1", "b0", "b1", "random")
GROUPS = {"a": [0, 1], "b": [2, 3], "random": [4]}
SEEDS = world_seeds(0, GAME, 100)


@pytest.fixture
def cross():
    schedule = cross_play(GAME, NAMES, [*GROUPS.values()], 20, SEEDS)
    return schedule.played(played(schedule.games))


def test_every_cell_has_its_games_and_all_cells_share_their_worlds(cross):
    """20 games a cell: five of each of four pairs of seeds, ten of two, twenty of one."""
    for own in GROUPS.values():
        for other in GROUPS.values():
            count = 20 // (len(own) * len(other))
            cell = cross.cell(own, other)
            assert cell.shape == (2 + len(GAME.metric_names), len(own), len(other), count)
            legs = [(r, c) for r in own for c in other]
            for row, column in legs:
                of_pair = (cross.row == row) & (cross.column == column)
                np.testing.assert_array_equal(cross.games.seed[of_pair], SEEDS[:count])
    assert len(cross.games) == 9 * 20


def test_the_row_holds_the_last_side_and_the_column_the_first(cross):
    seats = GAME.sides
    for index in (0, 57, 179):
        holders = cross.games.player[index]
        assert set(holders[list(seats["good"])]) == {cross.row[index]}
        assert set(holders[list(seats["adversary"])]) == {cross.column[index]}


def test_a_cell_holds_the_very_scores_of_its_games(cross):
    cell = cross.cell([3], [0, 4])
    for column, player in enumerate((0, 4)):
        legs = (cross.row == 3) & (cross.column == player)
        own = cell[:, 0, column][:, ~np.isnan(cell[0, 0, column])]
        np.testing.assert_array_equal(own[:2].T, cross.games.score[legs])
        np.testing.assert_array_equal(own[2:].T, cross.games.metrics[legs])


def test_a_guest_takes_each_seat_of_a_team_in_turn():
    schedule = line_ups(TEAM, ("host", "guest"), np.array([0, 0]), np.array([1, 0]), np.array([6, 2]), SEEDS)
    guests = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    np.testing.assert_array_equal(schedule.games.player, [*guests, *guests, [0, 0, 0], [0, 0, 0]])


@pytest.mark.parametrize("game", [GAME, TEAM, load("simple_speaker_listener"), load("simple")])
def test_no_leg_comes_twice(game):
    schedule = cross_play(game, NAMES, [*GROUPS.values()], 24, world_seeds(0, game, 100)).games
    keys = Index().keys(schedule)
    assert len(np.unique(keys)) == len(keys)
    if len(game.seats) == 1:
        assert len(keys) == 3 * 24  # everybody alone


def test_more_than_two_sides_are_refused():
    game = replace(load("simple_tag"), name="three")
    game.__dict__["sides"] = {"a": (0,), "b": (1,), "c": (2, 3)}
    with pytest.raises(ArenaError, match="three has 3 sides"):
        cross_play(game, NAMES, [[0]], 1, SEEDS)


def test_games_that_were_not_played_to_their_end_do_not_count(cross):
    end = cross.games.end.copy()
    spoilt = np.flatnonzero((cross.row == 0) & (cross.column == 2))
    end[spoilt[:2]] = End.FORFEIT
    cell = cross.played(replace(cross.games, end=end)).cell([0], [2])
    assert np.isnan(cell[:, 0, 0, :2]).all() and not np.isnan(cell[:, 0, 0, 2:]).any()
    np.testing.assert_allclose(mean_played(cell)[:2, 0, 0], cross.games.score[spoilt[2:]].mean(0))
    assert np.isnan(mean_played(np.full((2, 3), np.nan))).all()


def test_estimates_of_cells_are_those_of_their_means(cross):
    measure = measures_of(GAME, ())[1]
    one, other = Group("a", [0, 1], True), Group("b", [2, 3], True)
    cell = Cell.of(cross, one, other)
    expected = cell_mean(cell.games[1].mean(-1))
    found = cell.estimate(measure)
    assert found.value == pytest.approx(expected.value)
    assert found.low <= expected.low and found.high >= expected.high  # worlds in common may add to it
    own = Cell.of(cross, one, one)
    assert own.estimate(measure).value == pytest.approx(own.games[1].mean())
    assert own.estimate(measure).value == pytest.approx(own_cell_mean(own.games[1].mean(-1), 0.5, 0.5).value)
    assert cell.played == 20


def test_a_cell_in_which_a_pair_never_played_is_unknown():
    games = np.zeros((2, 2, 4))
    games[0, 1] = np.nan
    assert mean_of_games(Group("a", [0, 1], True), Group("b", [2, 3], True), games, UNBOUNDED) is None


def test_the_field_leaves_out_oneself_and_weighs_contenders_alike(cross):
    field = field_of(cross, GAME, GROUPS, ["a", "b"])
    own, strange = cross.cell([0], [1])[1, 0, 0], cross.cell([0], [2, 3])[1, 0]
    assert field.raw["a"][0, 1] == pytest.approx((np.nanmean(own) + np.nanmean(strange, axis=-1).mean()) / 2)
    as_adversary = cross.cell([1], [0])[0, 0, 0], cross.cell([2, 3], [0])[0, :, 0]
    expected = (np.nanmean(as_adversary[0]) + np.nanmean(as_adversary[1], axis=-1).mean()) / 2
    assert field.raw["a"][0, 0] == pytest.approx(expected)
    assert field.scaled is None or field.scaled["random"] == pytest.approx(np.zeros((1, 2)))


def test_the_scale_runs_from_random_play_to_the_best_group():
    raw = {"a": np.array([[2.0, 5.0], [4.0, 7.0]]), "random": np.array([[1.0, 4.0]])}
    scaled = scaled_between(raw, raw["random"].mean(0))
    assert scaled["a"].mean(0) == pytest.approx([1, 1]) and scaled["a"][0] == pytest.approx([0.5, 0.5])
    assert scaled_between({"a": np.array([[2.0, 3.0]]), "random": np.array([[1.0, 4.0]])}, np.array([1.0, 4.0])) is None


def test_measures_belong_to_the_sides_that_they_name():
    measures = {m.name: m for m in measures_of(GAME, ("good_success_0.4",))}
    assert (measures["return/good"].side, measures["return/good"].column) == ("good", 1)
    assert measures["adversary_distance"].side == "adversary"
    assert measures["good_success_0.4"].is_share and not measures["good_distance"].is_share
    assert measures["return/good"].label == "return of good" and measures["good_distance"].label == "good distance"
    assert measures["good_success_0.4"].bounds == (0, 1)
    assert measures_of(TEAM, ())[1].side is None
