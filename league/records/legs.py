"""Which leg is which: a leg is known by its line-up (the content hashes in its seats) and its seed.

Axes: G legs, A seats.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from arena.game import Game
from arena.games import End, Games
from league.records.distinct import ROOMY, distinct

SEED_BITS = 32  # of a key; the line-up stands above
SEED = (1 << SEED_BITS) - 1
ROWS_AT_ONCE = 1 << 13  # whose bytes stay in the cache


class Index:
    """A set of legs that takes in and answers whole columns.

    It numbers line-ups and seeds as it meets them, so that a leg is one integer: no hash, so no chance collision. The
    known keys lie in sorted runs of falling size, of which there are only ever a few.
    """

    def __init__(self) -> None:
        self._lineups: dict[tuple[str, ...], int] = {}
        self._seeds: dict[int, int] = {}
        self._runs: list[np.ndarray] = []

    def keys(self, games: Games) -> np.ndarray:
        """An integer int64 [G] for each leg; equal legs, equal keys."""
        lineups, lineup = lineups_of(games)
        seeds, seed = distinct(games.seed)
        lineup_number = np.array([self._lineups.setdefault(x, len(self._lineups)) for x in lineups], np.int64)
        seed_number = np.array([self._seeds.setdefault(x, len(self._seeds)) for x in seeds.tolist()], np.int64)
        return np.asarray((lineup_number[lineup] << SEED_BITS) | seed_number[seed])

    def contains(self, keys: np.ndarray) -> np.ndarray:
        """Which keys [G] are in the set, [G] bool."""
        found = np.zeros(len(keys), np.bool_)
        for run in self._runs:
            place = np.minimum(run.searchsorted(keys), len(run) - 1)
            found |= run[place] == keys
        return found

    def insert(self, keys: np.ndarray) -> None:
        """Takes new keys in."""
        if len(keys):
            self._runs.append(np.sort(keys))
        while len(self._runs) > 1 and 2 * len(self._runs[-1]) > len(self._runs[-2]):
            self._runs[-2:] = [np.sort(np.concatenate(self._runs[-2:]))]


class Rows:
    """Where legs stand, found by their keys: different ones [G] of one index."""

    def __init__(self, keys: np.ndarray) -> None:
        self._lineups, self._seeds = (int(part.max(initial=-1)) + 1 for part in (keys >> SEED_BITS, keys & SEED))
        self._has_table = self._lineups * self._seeds <= ROOMY * len(keys)
        if self._has_table:  # most line-ups have played most seeds: of all, and one more place for what is in none
            self._table = np.full(self._lineups * self._seeds + 1, -1)
            self._table[(keys >> SEED_BITS) * self._seeds + (keys & SEED)] = np.arange(len(keys))
        else:
            self._order = np.argsort(keys)
            self._keys = keys[self._order]

    def of(self, wanted: np.ndarray) -> np.ndarray:
        """The row of each wanted key [N], or -1: [N]."""
        if self._has_table:
            lineup, seed = wanted >> SEED_BITS, wanted & SEED
            is_inside = (lineup < self._lineups) & (seed < self._seeds)
            return np.asarray(self._table[np.where(is_inside, lineup * self._seeds + seed, -1)])
        place = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        return np.where(self._keys[place] == wanted, self._order[place], -1)


def lineups_of(games: Games) -> tuple[list[tuple[str, ...]], np.ndarray]:
    """The distinct line-ups, as content hashes by seat, in order of first appearance, and each leg's, [G]."""
    # Neighbours mostly share a line-up, so sort the few runs instead of the legs.
    is_new = np.ones(len(games), np.bool_)
    is_new[1:] = (games.player[1:] != games.player[:-1]).any(1)
    rows, first, index = np.unique(games.player[is_new], axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    lineups = [tuple(games.names[k] for k in row) for row in rows[order].tolist()]
    return lineups, rank[index.reshape(-1)][np.cumsum(is_new) - 1]


def on_table(games: Games, names: tuple[str, ...]) -> Games:
    """The same games with players numbered as in `names`, which must hold them all."""
    number = {name: k for k, name in enumerate(names)}
    place = np.array([number[name] for name in games.names], np.int32)
    return replace(games, names=names, player=place[games.player])


def is_finished(games: Games) -> np.ndarray:
    """Which legs [G] have a result that says something: played or forfeited."""
    return np.asarray((games.end == End.PLAYED) | (games.end == End.FORFEIT))


def only_finished(games: Games) -> Games:
    """The legs that have such a result."""
    return games if (is_kept := is_finished(games)).all() else games[is_kept]


def differing(one: Games, other: Games) -> np.ndarray:
    """Which legs [G], the same in both, have other results in one than in the other: by a bit, or by how they ended."""
    differs = (one.winner != other.winner) | (one.end != other.end) | (one.fault != other.fault)
    for name in ("score", "metrics"):
        bits = [_canonical(getattr(games, name)).view(np.uint32) for games in (one, other)]
        differs |= (bits[0] != bits[1]).any(1)
    return np.asarray(differs)


def told_leg(games: Games, row: int, game: Game, names: Mapping[str, str]) -> str:
    """Which leg it is, in words: `seed 17, good: ann, adversary: bob`."""
    seats = [names.get(games.names[number], games.names[number]) for number in games.player[row]]
    sides = [f"{side}: {', '.join(dict.fromkeys(seats[s] for s in held))}" for side, held in game.sides.items()]
    return f"seed {games.seed[row]}, {', '.join(sides)}"


def told_result(games: Games, row: int, game: Game) -> str:
    """What came of a leg, in words: `played, good won, scores 1.5 and -3.25`."""
    sides, winner = list(game.sides), int(games.winner[row])
    end = End(int(games.end[row])).name.lower()
    won = f", {sides[winner]} won" if winner >= 0 else ""
    return f"{end}{won}, scores {' and '.join(repr(float(score)) for score in games.score[row])}"


def fingerprint(games: Games) -> str:
    """The SHA-256, in hex, of the finished legs in their order: line-up, seed, score, winner, end and metrics."""
    digests = b"".join(hashlib.sha256(name.encode()).digest() for name in games.names)
    player = np.frombuffer(digests, np.uint8).reshape(-1, 32)
    total = hashlib.sha256()
    games = only_finished(games)
    for lo in range(0, len(games), ROWS_AT_ONCE):
        part = games[slice(lo, lo + ROWS_AT_ONCE)]
        columns = (
            player[part.player],
            part.seed.astype("<u8"),
            _canonical(part.score),
            part.winner,
            part.end,
            _canonical(part.metrics),
        )
        # The bytes of a leg stand together, so the fingerprint does not depend on how many are hashed at once.
        total.update(np.concatenate([_bytes(column, len(part)) for column in columns], axis=1).tobytes())
    return total.hexdigest()


def _canonical(column: np.ndarray) -> np.ndarray:
    """As little-endian float32 with one kind of nan."""
    return np.where(np.isnan(column), np.float32(np.nan), column).astype("<f4")


def _bytes(column: np.ndarray, legs: int) -> np.ndarray:
    return np.ascontiguousarray(column).view(np.uint8).reshape(legs, -1)
