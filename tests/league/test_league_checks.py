"""Whether a league can be believed: what is sampled, who is linked, whether machines agree."""

from dataclasses import replace

import numpy as np
import pytest
from league_fakes import GAME, TEAM, complete, finished, legs, permuted, played

from arena.games import Games
from league.checks.connectivity import groups
from league.checks.homogeneity import homogeneity
from league.checks.sample import sampled

NAMES = ["ann", "bob", "cyd", "dan"]


def pairs_of(games: Games, chosen: np.ndarray) -> set[tuple[int, frozenset[str]]]:
    return {(int(g.seed[0]), frozenset(g.names[k] for k in g.player[0])) for g in (games[[k]] for k in chosen)}


def test_pairs_are_sampled_whole_by_what_they_are() -> None:
    games = played(legs(GAME, NAMES, *complete(4, 500)))  # 3,000 pairs
    some = np.flatnonzero(sampled(games, 0.05, 0, key=7))
    pairs = pairs_of(games, some)
    assert len(some) == 2 * len(pairs) and 110 < len(pairs) < 195
    shuffled = permuted(games, np.random.default_rng(0))
    renamed = replace(shuffled, names=shuffled.names[::-1], player=3 - shuffled.player)
    assert pairs_of(renamed, np.flatnonzero(sampled(renamed, 0.05, 0, key=7))) == pairs
    assert pairs_of(games, np.flatnonzero(sampled(games, 0.05, 0, key=8))) != pairs
    assert sampled(games, 0.1, 0, key=7)[some].all() and sampled(games, 1, 0, key=7).all()
    assert len({names for _, names in pairs}) == 6  # of all pairings


def test_a_small_league_has_some_pairs_sampled() -> None:
    games = played(legs(GAME, NAMES, *complete(4, 3)))
    assert sampled(games, 0.01, 5, key=7).sum() == 10
    assert sampled(games, 0.01, 100, key=7).all()
    assert not sampled(games[:0], 0.01, 5, key=7).any()
    alone = played(legs(TEAM, NAMES, np.arange(4)[:, None], np.arange(4)))
    assert sampled(alone, 0.01, 3, key=7).sum() == 3


def test_who_is_linked_by_opponents() -> None:
    def met(*lineups: tuple[int, int]) -> dict:
        return groups(played(legs(GAME, NAMES, np.array(lineups), np.arange(len(lineups)))), GAME)

    assert met((0, 1), (2, 1), (2, 3)) == {"adversary": [["ann", "cyd"]], "good": [["bob", "dan"]]}
    # Ann and Cyd have met as adversaries only those who never met the other's opponents.
    assert met((0, 1), (2, 3)) == {"adversary": [["ann"], ["cyd"]], "good": [["bob"], ["dan"]]}
    # Bob is on either side, which links nobody: strength on one side says nothing of the other.
    assert met((0, 1), (1, 3), (2, 3)) == {"adversary": [["bob", "cyd"], ["ann"]], "good": [["bob"], ["dan"]]}
    assert groups(played(legs(TEAM, NAMES, np.arange(4)[:, None], np.arange(4))), TEAM) == {}


def league(rng: np.random.Generator, seeds: int, shift: float, split: str) -> tuple[Games, np.ndarray]:
    """A league of worlds that favour one side or the other, and the environments that played it."""
    lineups, seed = complete(4, seeds)
    games = legs(GAME, NAMES, lineups, seed)
    environment = {"seeds": seed % 2, "legs": rng.integers(0, 2, len(seed)), "players": lineups.max(1) == 3}[split]
    environment = np.asarray(environment, np.int64)
    luck = rng.normal(size=seeds)[seed] + rng.normal(size=len(seed)) + shift * environment
    winner = np.where(np.abs(luck) < 0.3, -1, (luck < 0).astype(int))
    return finished(games, winner, np.stack([luck, -luck], 1)), environment


@pytest.mark.parametrize("split", ["seeds", "legs"])
def test_machines_that_play_alike_are_said_to_differ_as_often_as_is_claimed(split: str) -> None:
    rng = np.random.default_rng(3)
    p = [homogeneity(*((g := league(rng, 60, 0.0, split))[0], GAME, g[1])).p for _ in range(400)]
    assert 0.025 < np.mean(np.array(p) < 0.05) < 0.085
    assert 0.4 < np.mean(p) < 0.6


@pytest.mark.parametrize("split", ["seeds", "legs"])
def test_machines_that_play_differently_are_found_out(split: str) -> None:
    games, environment = league(np.random.default_rng(4), 200, 0.7, split)
    found = homogeneity(games, GAME, environment)
    assert found.p < 1e-3 and found.degrees == 1 and found.seeds > 150


def test_where_no_line_up_was_played_twice_nothing_is_said() -> None:
    games, environment = league(np.random.default_rng(4), 100, 5.0, "players")
    assert homogeneity(games, GAME, environment).degrees == 0
    assert homogeneity(games, GAME, np.zeros_like(environment)).p == 1
    assert homogeneity(games[:0], GAME, environment[:0]).p == 1
    few, environment = league(np.random.default_rng(4), 10, 5.0, "seeds")
    assert homogeneity(few, GAME, environment).degrees == 0


def test_scores_are_compared_where_nobody_wins() -> None:
    games = played(legs(TEAM, NAMES, np.repeat(np.arange(4), 50)[:, None], np.tile(np.arange(50), 4)))
    environment = games.seed.astype(np.int64) % 3
    alike = homogeneity(games, TEAM, environment)
    assert alike.degrees == 2 and alike.p > 0.01
    games.score[environment == 1] += 100
    games.score[0] = np.nan  # a forfeit
    assert homogeneity(games, TEAM, environment).p < 1e-3
