"""Swiss: in each round, players with equal scores meet, and nobody meets anybody twice until it cannot be helped.

A pairing counts as the share of its points that was won, a bye as 1. Within a score the upper half by seed meets the
lower half. Up to a few hundred players are matched exactly, more as neighbours, see `league.schedules.matching`: as few
meetings again as possible, then least squared distance of scores. With an odd number one has a bye, as if it met a
player below all others: so the last, and nobody twice until it cannot be helped.

Who leaves is not paired any more. Of a pairing during which one left the other has all points; void throughout, half.
"""

from collections.abc import Sequence

import numpy as np

from league.schedules.matching import Meetings, match
from league.schedules.rounds import BOTH, Outcome, Round, share, withdrawn

FINEST = 1000  # levels in a point


def next_round(
    players: int, outcomes: Sequence[Outcome], *, pairs: int, rounds: int = 0, single_sided: bool = False
) -> Round | None:
    """The pairings by the scores; unless said otherwise, as many rounds as leave one player that won all.

    `single_sided`: a pairing plays one leg a seed, the one who held side 0 less often on that side.
    """
    left = np.flatnonzero(~withdrawn(players, outcomes))
    if len(left) < 2 or len(outcomes) >= (rounds or int(np.ceil(np.log2(players)))):
        return None
    score, meetings = scores(players, outcomes), _meetings(players, outcomes)
    if len(left) % 2:
        score[players] = -1  # below all, so that the last has the bye
        left = np.append(left, players)
    order = _folded(left[np.argsort(-score[left], kind="stable")], score)
    found = np.sort(match(order, np.rint(FINEST * score[order]).astype(np.int64), meetings), axis=1)
    one, other = found[found[:, 1] < players].T
    return Round.of(one, other, pairs, _sides(players, outcomes, one, other) if single_sided else BOTH)


def placing(players: int, outcomes: Sequence[Outcome]) -> np.ndarray:
    """All by score, then by the sum of their opponents' scores (Buchholz), then by seed; at any time."""
    score = scores(players, outcomes)[:players]
    opponents = np.zeros(players)
    for outcome in outcomes:
        np.add.at(opponents, outcome.round.one, score[outcome.round.other])
        np.add.at(opponents, outcome.round.other, score[outcome.round.one])
    return np.lexsort((np.arange(players), -opponents, -score))


def scores(players: int, outcomes: Sequence[Outcome]) -> np.ndarray:
    """What each has [P+1]; the last, whom byes meet, has nothing."""
    score = np.zeros(players + 1)
    for number, outcome in enumerate(outcomes):
        won = share(outcome)
        score[outcome.round.one] += won
        score[outcome.round.other] += 1 - won
        score[_byes(players, outcomes, number)] += 1
    return score


def _byes(players: int, outcomes: Sequence[Outcome], number: int) -> np.ndarray:
    """Who was there and did not play in a round."""
    has_bye = ~withdrawn(players, outcomes[:number])
    played = outcomes[number].round
    has_bye[played.one] = has_bye[played.other] = False
    return np.flatnonzero(has_bye)


def _meetings(players: int, outcomes: Sequence[Outcome]) -> Meetings:
    """Who met whom, with byes as meetings of the player after the last."""
    byes = [_byes(players, outcomes, number) for number in range(len(outcomes))]
    one = np.concatenate([np.zeros(0, np.int64), *(o.round.one for o in outcomes), *byes])
    other = np.concatenate(
        [np.zeros(0, np.int64), *(o.round.other for o in outcomes), *(b * 0 + players for b in byes)]
    )
    return Meetings(one, other, players + 1)


def _folded(standing: np.ndarray, score: np.ndarray) -> np.ndarray:
    """The standing with the halves of each score interleaved, so that neighbours are the upper's and lower's first."""
    _, first, size = np.unique(-score[standing], return_index=True, return_counts=True)
    start, count = np.repeat(first, size), np.repeat(size, size)
    place = np.arange(len(standing)) - start
    half = count // 2
    slot = np.where(place < half, 2 * place, np.minimum(2 * (place - half) + 1, count - 1))  # who is odd is last
    return np.asarray(standing[np.argsort(start + slot, kind="stable")])


def _sides(players: int, outcomes: Sequence[Outcome], one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The side [M] that `one` holds."""
    surplus = np.zeros(players, np.int64)  # of side 0 over side 1
    for outcome in outcomes:
        sign = 1 - 2 * outcome.round.side.astype(np.int64)
        surplus[outcome.round.one] += sign
        surplus[outcome.round.other] -= sign
    return np.asarray((surplus[one] > surplus[other]).astype(np.int64))
