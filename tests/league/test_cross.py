"""Cross-play: who meets whom, in which worlds, and what is folded from it."""

from dataclasses import replace

import numpy as np
import pytest
from league_fakes import GAME, TEAM, played
from scipy import stats

from arena.errors import ArenaError
from arena.games import End, world_seeds
from arena.scenario import load
from league.records.legs import Index
from league.studies.cells import Cell, Group, mean_of_games
from league.studies.cross import cross_play, line_ups, mean_played
from league.studies.field import SCRIPTED, STUDY, Field, field_of, of_study, scaled_between
from league.studies.intervals import UNBOUNDED, cell_mean, own_cell_mean
from league.studies.measures import measures_of

NAMES = ("a0", "a1", "b0", "b1", "random")
GROUPS = {"a": [0, 1], "b": [2, 3], "random": [4]}
SEEDS = world_seeds(0, GAME, 100)


@pytest.fixture
def cross():
    schedule = cross_play(GAME, NAMES, [*GROUPS.values()], 20, SEEDS)
    return schedule.played(played(schedule.games))


def test_cells_share_their_worlds_and_pairs_of_a_cell_do_not(cross):
    """20 games a cell in the same 20 worlds: five of each of four pairs of seeds, ten of two, twenty of one."""
    for own in GROUPS.values():
        for other in GROUPS.values():
            count = 20 // (len(own) * len(other))
            cell = cross.cell(own, other)
            assert cell.shape == (2 + len(GAME.metric_names), len(own), len(other), count)
            worlds = [cross.games.seed[(cross.row == r) & (cross.column == c)] for r in own for c in other]
            np.testing.assert_array_equal(np.concatenate(worlds), SEEDS[:20])
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
    host, first = np.array([0, 0]), np.array([3, 0])
    schedule = line_ups(TEAM, ("host", "guest"), host, np.array([1, 0]), first, np.array([6, 2]), SEEDS)
    guests = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    np.testing.assert_array_equal(schedule.games.player, [[0, 0, 0], [0, 0, 0], *guests, *guests])
    np.testing.assert_array_equal(schedule.games.seed, [*SEEDS[:2], *SEEDS[3:9]])


def test_a_team_by_itself_plays_as_many_games_as_with_all_guests():
    """Scores of games of one side are made of them: a quarter of a cell's games would be little to go by."""
    schedule = cross_play(TEAM, NAMES, [[0, 1], [2, 3]], 24, SEEDS)
    assert [len(schedule.legs(0, other)) for other in range(4)] == [12, 12, 6, 6]
    np.testing.assert_array_equal(schedule.games.seed[schedule.legs(1, 1)], SEEDS[12:24])
    np.testing.assert_array_equal(schedule.games.seed[schedule.legs(1, 0)], SEEDS[12:24])


def test_a_player_of_two_contenders_plays_its_legs_once():
    schedule = cross_play(GAME, NAMES, [[0, 1], [0, 1]], 20, SEEDS)
    keys = Index().keys(schedule.games)
    assert len(np.unique(keys)) == len(keys) == 20
    assert schedule.cell([0], [1]).shape[-1] == 5


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
    spoilt_cross = cross.played(replace(cross.games, end=end))
    cell = spoilt_cross.cell([0], [2])
    whole = Cell.of(spoilt_cross, Group("a", [0, 1], True), Group("b", [2, 3], True))
    assert (whole.planned, whole.played) == (20, 18)
    assert np.isnan(cell[:, 0, 0, :2]).all() and not np.isnan(cell[:, 0, 0, 2:]).any()
    np.testing.assert_allclose(mean_played(cell)[:2, 0, 0], cross.games.score[spoilt[2:]].mean(0))
    assert np.isnan(mean_played(np.full((2, 3), np.nan))).all()


def test_estimates_of_cells_are_those_of_their_means(cross):
    measure = measures_of(GAME, ())[1]
    one, other = Group("a", [0, 1], True), Group("b", [2, 3], True)
    cell = Cell.of(cross, one, other)
    assert cell.estimate(measure) == cell_mean(cell.games[1].mean(-1))
    own = Cell.of(cross, one, one)
    assert own.estimate(measure).value == pytest.approx(own.games[1].mean())
    assert own.estimate(measure).value == pytest.approx(own_cell_mean(own.games[1].mean(-1), 0.5, 0.5).value)
    assert cell.played == cell.planned == 20


def test_where_nobody_was_trained_games_are_all_that_could_have_been_others(cross):
    random = Group("random", [4], False)
    cell = Cell.of(cross, random, random)
    found, games = cell.estimate(measures_of(GAME, ())[1]), cell.games[1].ravel()
    student = stats.ttest_1samp(games, 0).confidence_interval()
    assert (found.value, found.low, found.high) == pytest.approx((games.mean(), *student))


def test_intervals_of_cells_hold_the_truth_where_worlds_differ_more_than_seeds():
    """Were all pairs played in the same few worlds, the luck of these would be in no spread between seeds."""
    names, seeds = tuple(f"{who}{k}" for who in "ab" for k in range(5)), np.arange(100)
    plan = cross_play(GAME, names, [range(5), range(5, 10)], 100, seeds)
    one, other = Group("a", range(5), True), Group("b", range(5, 10), True)
    rng, held, measure = np.random.default_rng(7), 0, measures_of(GAME, ())[1]
    for _ in range(200):
        skill, luck = rng.normal(0, 0.2, len(names)), rng.normal(0, 1, len(seeds))
        score = skill[plan.row] - skill[plan.column] + luck[plan.games.seed] + rng.normal(0, 0.3, len(plan.row))
        games = replace(
            plan.games, score=np.stack([-score, score], axis=1), end=np.full(len(score), End.PLAYED, np.int8)
        )
        found = Cell.of(plan.played(games), one, other).estimate(measure)
        held += found.low <= 0 <= found.high
    assert 0.92 <= held / 200 <= 0.99


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


def test_scores_say_which_scale_they_are_on():
    def scale(game):
        schedule = cross_play(game, NAMES, [*GROUPS.values()], 24, world_seeds(0, game, 100))
        return field_of(schedule.played(played(schedule.games)), game, GROUPS, ["a", "b"]).scale

    assert scale(TEAM) == SCRIPTED
    assert scale(load("simple_spread", N=4)) == STUDY  # no norm of these options
    worse = {"a": np.array([[2.0, 3.0]]), "random": np.array([[1.0, 4.0]])}
    assert of_study(worse) == Field(worse, None, None)


def test_measures_belong_to_the_sides_that_they_name():
    measures = {m.name: m for m in measures_of(GAME, ("good_success_0.4",))}
    assert (measures["return/good"].side, measures["return/good"].column) == ("good", 1)
    assert measures["adversary_distance"].side == "adversary"
    assert measures["good_success_0.4"].is_share and not measures["good_distance"].is_share
    assert measures["return/good"].label == "return of good" and measures["good_distance"].label == "good distance"
    assert measures["good_success_0.4"].bounds == (0, 1)
    assert measures_of(TEAM, ())[1].side is None
