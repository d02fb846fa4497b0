"""Identity of legs against plain Python sets, and the fingerprint."""

import hashlib
import struct
from dataclasses import replace

import numpy as np
import pytest
from league_fakes import GAME, complete, legs, permuted, played, same

from arena.games import End, Games
from league.records.legs import Index, Rows, fingerprint, is_finished, lineups_of, on_table

NAMES = ["ann", "bob", "cyd"]


def some_games(seeds: int = 4) -> Games:
    lineups, seed = complete(3, seeds)
    return played(legs(GAME, NAMES, lineups, seed.astype(np.uint64) + np.uint64(2**63 + 5)))


def identities(games: Games) -> list[tuple]:
    return [
        (*(games.names[k] for k in row), s) for row, s in zip(games.player.tolist(), games.seed.tolist(), strict=True)
    ]


def test_an_index_is_a_set_of_legs() -> None:
    games = permuted(some_games(20), np.random.default_rng(0))
    index, known = Index(), set()
    for lo in range(0, 60, 7):
        part = games[lo : lo + 7]
        keys = index.keys(part)
        assert not index.contains(keys).any()
        index.insert(keys)
        known |= set(identities(part))
    expected = [identity in known for identity in identities(games)]
    np.testing.assert_array_equal(index.contains(index.keys(games)), expected)
    renumbered = on_table(games, ("cyd", "zoe", "bob", "ann"))
    np.testing.assert_array_equal(index.contains(index.keys(renumbered)), expected)
    assert len(set(index.keys(games).tolist())) == len(games)
    assert not Index().contains(keys).any()
    for lo in range(0, 1000, 2):
        index.insert(np.arange(lo, lo + 2) - 10_000)
    assert len(index._runs) < 12


def test_lineups_stand_in_order_of_first_appearance() -> None:
    games = permuted(some_games(), np.random.default_rng(1))
    lineups, lineup = lineups_of(games)
    assert [lineups[k] for k in lineup] == [identity[:3] for identity in identities(games)]
    assert lineups == list(dict.fromkeys(identity[:3] for identity in identities(games)))
    assert lineups_of(games[:0])[0] == []


def test_the_fingerprint_is_what_the_docstring_says() -> None:
    games = some_games(1)
    games.end[2], games.end[4] = End.UNPLAYED, End.VOID
    games.score[0] = np.nan
    total = hashlib.sha256()
    for row in (0, 1, 3, 5):
        for seat in games.player[row]:
            total.update(hashlib.sha256(NAMES[seat].encode()).digest())
        score, metrics = games.score[row].tolist(), games.metrics[row].tolist()
        total.update(struct.pack("<Q2fbb8f", games.seed[row], *score, games.winner[row], games.end[row], *metrics))
    assert fingerprint(games) == total.hexdigest()
    assert is_finished(games).tolist() == [True, True, False, True, False, True]


def test_the_fingerprint_knows_every_column_and_the_order_but_no_table() -> None:
    games = some_games()
    prints = {fingerprint(games), fingerprint(games[::-1])}
    for column in ("player", "seed", "score", "winner", "end", "metrics"):
        changed = getattr(games, column).copy()
        changed[3] = {"player": [0, 2, 1], "seed": 1, "winner": 1 - games.winner[3], "end": End.FORFEIT}.get(column, 77)
        prints.add(fingerprint(replace(games, **{column: changed})))
    assert len(prints) == 8
    other = on_table(games, ("cyd", "zoe", "bob", "ann"))
    assert same(games, other) and fingerprint(other) == fingerprint(games)
    negative_nan = games.score.copy()
    negative_nan[0] = np.float32(np.nan)
    one = fingerprint(replace(games, score=negative_nan))
    negative_nan[0] = -np.float32(np.nan)
    assert fingerprint(replace(games, score=negative_nan)) == one


@pytest.mark.parametrize("kept", [0, 3, 20, 300])
def test_rows_are_found_by_key(kept: int) -> None:
    rng = np.random.default_rng(kept)
    every = (np.arange(20)[:, None] << 32 | np.arange(15)).ravel()
    keys = rng.permutation(every)[:kept]
    wanted = np.append(rng.permutation(every), [20 << 32, 15, 99 << 32 | 99])
    row_of = {key: row for row, key in enumerate(keys.tolist())}
    assert Rows(keys).of(wanted).tolist() == [row_of.get(key, -1) for key in wanted.tolist()]
