"""Dividing players into pairings that are near each other and new.

Axes: N players in the order in which neighbours would best meet, an even number; M = N / 2 pairings, as rows of two.
"""

from typing import Self

import networkx as nx
import numpy as np

EXACT = 128  # players that are matched exactly
TURNS, FURTHEST = 64, 8  # how often, and how many places on, those left over look for somebody new
FEW, MANY = 8, 64  # players left over who are matched exactly with those around them: no further look, and at most


class Meetings:
    """How often any two have met."""

    def __init__(self, one: np.ndarray, other: np.ndarray, width: int):
        self._width = width
        self._keys, self._counts = np.unique(self._key(one, other), return_counts=True)

    @classmethod
    def none(cls, width: int) -> Self:
        """Nobody has met anybody."""
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64), width)

    def times(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """How often each `one` has met its `other`, of one shape."""
        if not len(self._keys):
            return np.zeros(np.shape(one), np.int64)
        key = self._key(one, other)
        place = np.minimum(np.searchsorted(self._keys, key), len(self._keys) - 1)
        return np.asarray(np.where(self._keys[place] == key, self._counts[place], 0))

    def _key(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        return np.asarray(np.minimum(one, other) * self._width + np.maximum(one, other))


def match(order: np.ndarray, level: np.ndarray, meetings: Meetings) -> np.ndarray:
    """Pairings [M, 2] of the players `order` [N], whose levels [N] are whole numbers: exact for up to EXACT players."""
    return (exact if len(order) <= EXACT else near)(order, level, meetings)


def exact(order: np.ndarray, level: np.ndarray, meetings: Meetings) -> np.ndarray:
    """The pairings of least cost: fewest meetings again, then least squared distance of levels, then of places."""
    costs, (one, other) = _costs(order, level, meetings), np.triu_indices(len(order), k=1)
    graph = nx.Graph()
    graph.add_nodes_from(range(len(order)))
    graph.add_weighted_edges_from(zip(one.tolist(), other.tolist(), costs[one, other].tolist(), strict=True))
    found = np.array(sorted(sorted(edge) for edge in nx.min_weight_matching(graph)), np.int64).reshape(-1, 2)
    return order[found]


def _costs(order: np.ndarray, level: np.ndarray, meetings: Meetings) -> np.ndarray:
    """What it costs that two meet [N, N], in Python's whole numbers, so that no later rule outweighs an earlier one."""
    places = np.arange(len(order))
    distance = (places[:, None] - places) ** 2
    gap = (level[:, None] - level) ** 2
    again = meetings.times(*np.broadcast_arrays(order[:, None], order))
    costs = again.astype(object)
    for rule in (gap, distance):
        # A sum over M pairings stays below this.
        costs = costs * (int(rule.max(initial=0)) * max(1, len(order) // 2) + 1) + rule.astype(object)
    return np.asarray(costs)


def near(order: np.ndarray, level: np.ndarray, meetings: Meetings) -> np.ndarray:
    """Neighbours, unless they have met; who is left over looks further, and the last few are matched exactly.

    Exactly means with the pairings around them taken apart, so a meeting is repeated only if that is of no use.
    """
    rest, found = np.arange(len(order)), [np.zeros((0, 2), np.int64)]
    for turn in range(TURNS):
        if len(rest) <= FEW:
            break
        stride = 1 + turn // 2 % FURTHEST
        shifted = rest[turn % 2 * stride :]
        blocks = shifted[: len(shifted) // (2 * stride) * 2 * stride].reshape(-1, 2, stride)
        pairs = blocks.swapaxes(1, 2).reshape(-1, 2)
        fresh = pairs[meetings.times(*order[pairs].T) == 0]
        found.append(fresh)
        rest = np.setdiff1d(rest, fresh, assume_unique=True)
    pairs = np.concatenate(found)
    if not len(rest):
        return order[pairs]
    return _settled(order, level, meetings, pairs[np.argsort(pairs[:, 0])], rest)


def _settled(
    order: np.ndarray, level: np.ndarray, meetings: Meetings, pairs: np.ndarray, rest: np.ndarray
) -> np.ndarray:
    """All pairings, those left over included; as many are taken apart as it needs for nobody to meet again."""
    last = rest[-MANY:]  # more are left only if almost everybody has met
    around = 1
    while True:
        near_by = np.searchsorted(pairs[:, 0], last)[:, None] + np.arange(-around, around)
        apart = np.unique(near_by[(near_by >= 0) & (near_by < len(pairs))])
        pool = np.sort(np.concatenate([last, pairs[apart].ravel()]))
        settled = exact(order[pool], level[pool], meetings)
        if len(pool) >= EXACT or len(apart) == len(pairs) or not meetings.times(*settled.T).any():
            break
        around *= 2
    kept = np.concatenate([np.delete(pairs, apart, axis=0), rest[:-MANY].reshape(-1, 2)])
    return np.concatenate([order[kept], settled])
