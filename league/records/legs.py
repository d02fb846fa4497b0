"""Which leg is which: a leg is known by its line-up (the content hashes in its seats) and its seed.

Axes: G legs, A seats.
"""

import hashlib
from dataclasses import replace

import numpy as np

from arena.games import End, Games
from league.records.distinct import distinct

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
        return np.asarray((lineup_number[lineup] << 32) | seed_number[seed])

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
