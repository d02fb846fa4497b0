"""Payoffs against loops over legs, and as algebra."""

from dataclasses import fields, replace

import numpy as np
import pytest
from league_fakes import GAME, TEAM, complete, finished, legs, permuted, played

from arena.errors import ArenaError
from arena.games import End, Games
from league.payoff import MOST_BLOCKS, Payoff, seed_blocks, side_players

NAMES = ["ann", "bob", "cyd"]


def some_games() -> Games:
    return played(legs(GAME, NAMES, *complete(3, 5)))


def assert_same(one: Payoff, other: Payoff) -> None:
    assert (one.names, one.sides, one.blocks) == (other.names, other.sides, other.blocks)
    for field in fields(Payoff)[3:]:
        np.testing.assert_allclose(getattr(one, field.name), getattr(other, field.name), err_msg=field.name)


def test_a_payoff_counts_what_a_loop_counts() -> None:
    games = some_games()
    payoff = Payoff.of(games, GAME)
    expected = np.zeros((1, 3, 3, 3), int)
    total, squares = np.zeros((1, 3, 3, 2)), np.zeros((1, 3, 3, 2))
    for player, winner, score in zip(games.player, games.winner, games.score.astype(float), strict=True):
        i, j = player[0], player[1]  # seat 0 is the adversary, seats 1 and 2 are good
        expected[0, i, j, winner if winner >= 0 else 2] += 1
        total[0, i, j] += score
        squares[0, i, j] += score**2
    np.testing.assert_array_equal(payoff.planes(payoff.outcomes), expected)
    np.testing.assert_allclose(payoff.planes(payoff.total), total)
    np.testing.assert_allclose(payoff.planes(payoff.squares), squares)
    np.testing.assert_array_equal(payoff.planes(payoff.legs)[0], 5 * (1 - np.eye(3)))
    np.testing.assert_array_equal(payoff.player, np.argwhere(~np.eye(3, dtype=bool)))
    np.testing.assert_array_equal(payoff.scored, payoff.legs)


def test_unplayed_void_and_mixed_legs_do_not_count_and_forfeits_have_no_score() -> None:
    games = some_games()
    games.end[:4] = [End.UNPLAYED, End.VOID, End.FORFEIT, End.PLAYED]
    games.score[2] = np.nan
    games.player[3, 2] = 2  # a good side of two players
    payoff = Payoff.of(games, GAME)
    assert (payoff.legs.sum(), payoff.scored.sum()) == (len(games) - 3, len(games) - 4)
    assert np.isfinite(payoff.total).all()


def test_payoffs_add_up_whatever_the_split_and_the_table_of_players() -> None:
    games = some_games()
    parts = [Payoff.of(games[rows], GAME) for rows in (slice(0, 7), slice(7, 20), slice(20, 30))]
    other = played(legs(GAME, ["dot", "ann"], *complete(2, 3)))
    a, b, c, d = *parts, Payoff.of(other, GAME)
    assert_same(a + b + c, Payoff.of(games, GAME))
    assert_same((a + b) + (c + d), a + (b + (c + d)))
    assert_same(Payoff.zero(a.sides) + a, a)
    assert_same(a + Payoff.zero(a.sides), a)
    assert (a + d).names == ("ann", "bob", "cyd", "dot")
    met = (a + d).planes((a + d).legs)[0]
    assert met[0, 3] == 3 and met[3, 0] == 3
    with pytest.raises(ValueError, match="cannot be added"):
        a + Payoff.zero(("team",))
    with pytest.raises(ValueError, match="cannot be added"):
        a + Payoff.by_seed(games, GAME)


def test_equal_legs_in_any_order_make_equal_bits() -> None:
    games = some_games()
    games = replace(games, score=games.score * np.float32(1 / 3))
    payoff, other = (Payoff.by_seed(g, GAME) for g in (games, permuted(games, np.random.default_rng(0))))
    for field in fields(Payoff)[2:]:
        np.testing.assert_array_equal(getattr(payoff, field.name), getattr(other, field.name), err_msg=field.name)
    loose, whole = Payoff.of(games, GAME), payoff.sum()
    np.testing.assert_array_equal(loose.total, whole.total)  # the blocks' sums add up exactly too


def test_only_what_was_played_is_held() -> None:
    """100,000 players of whom each met two: the written-out table would take 75 GiB."""
    players = 100_000
    lineups = np.stack([np.arange(players), (np.arange(players) + 1) % players], axis=1)
    pairings = legs(GAME, [f"p{k}" for k in range(players)], lineups, np.zeros(players))
    games = finished(pairings, np.ones(players), np.zeros((players, 2)))
    payoff = Payoff.of(games, GAME)
    np.testing.assert_array_equal(payoff.player[[0, -1]], [[0, 1], [players - 1, 0]])
    np.testing.assert_array_equal(payoff.outcomes, np.tile([0, 1, 0], (players, 1)))


def test_swap_is_the_fold_of_the_swapped_game() -> None:
    payoff = Payoff.of(some_games(), GAME)
    swapped = payoff.swap()
    assert swapped.sides == ("good", "adversary")
    outcomes, total, squares = (payoff.planes(part)[0] for part in (payoff.outcomes, payoff.total, payoff.squares))
    np.testing.assert_array_equal(swapped.planes(swapped.outcomes)[0][..., 0], outcomes[..., 1].T)
    np.testing.assert_array_equal(swapped.planes(swapped.outcomes)[0][..., 2], outcomes[..., 2].T)
    np.testing.assert_array_equal(swapped.planes(swapped.total)[0][..., 1], total[..., 0].T)
    np.testing.assert_array_equal(swapped.planes(swapped.squares)[0][..., 1], squares[..., 0].T)
    assert_same(swapped.swap(), payoff)
    by_seed = Payoff.by_seed(some_games(), GAME)
    assert_same(by_seed.swap().sum(), swapped)


def test_by_seed_splits_what_of_counts() -> None:
    games = permuted(some_games(), np.random.default_rng(0))
    by_seed = Payoff.by_seed(games, GAME)
    assert by_seed.planes(by_seed.outcomes).shape == (5, 3, 3, 3)
    assert_same(by_seed.sum(), Payoff.of(games, GAME))
    for block in range(5):
        alone = Payoff.of(games[games.seed == block], GAME)
        np.testing.assert_array_equal(by_seed.outcomes[by_seed.block == block], alone.outcomes)
        np.testing.assert_allclose(by_seed.total[by_seed.block == block], alone.total)


def test_many_seeds_make_blocks_of_equally_many() -> None:
    seed = np.random.default_rng(0).permutation(np.arange(1000, dtype=np.uint64) + 2**63)
    block, blocks = seed_blocks(np.tile(seed, 3))
    assert blocks == 250 <= MOST_BLOCKS
    np.testing.assert_array_equal(np.bincount(block), 12)
    np.testing.assert_array_equal(block, np.tile(block[:1000], 3))
    assert seed_blocks(seed[:7])[1] == 7
    assert seed_blocks(seed[:0])[1] == 1


def test_one_side_has_one_player() -> None:
    games = played(legs(TEAM, NAMES, np.repeat(np.arange(3), 4)[:, None], np.tile(np.arange(4), 3)))
    payoff = Payoff.of(games, TEAM)
    np.testing.assert_array_equal(payoff.planes(payoff.legs), [[4, 4, 4]])
    np.testing.assert_allclose(payoff.total[:, 0], games.score[:, 0].reshape(3, 4).sum(1))
    assert_same(payoff.swap(), payoff)


def test_no_legs_and_three_sides() -> None:
    nothing = Payoff.by_seed(some_games()[:0], GAME)
    assert nothing.planes(nothing.legs).tolist() == np.zeros((1, 3, 3)).tolist()
    seats = [replace(seat, side=f"side {k}") for k, seat in enumerate(GAME.seats)]
    three = replace(GAME, layout=replace(GAME.layout, seats=tuple(seats)))
    with pytest.raises(ArenaError, match="3 sides"):
        side_players(some_games(), three)
