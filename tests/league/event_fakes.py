"""Events played by rule: what came of a round, and whole events."""

from collections.abc import Callable

import numpy as np

from league.schedules.rounds import BOTH, NOBODY, Outcome, Round

Play = Callable[[Round, np.ndarray], Outcome]  # of a round, and who had left before it


def stronger_wins(strength: np.ndarray, leaves: dict[int, int] | None = None) -> Play:
    """All points go to the stronger; `leaves` says after how many rounds a player is gone."""
    count = 0

    def play(upcoming: Round, gone: np.ndarray) -> Outcome:
        nonlocal count
        count += 1
        margin = strength[upcoming.one] - strength[upcoming.other]
        gone = gone | np.array([(leaves or {}).get(player, 10**9) <= count for player in range(len(gone))])
        points = upcoming.pairs * (np.sign(margin) + 1) / 2
        return Outcome(upcoming, points, margin, upcoming.pairs, gone)

    return play


def by_chance(rng: np.random.Generator, leaving: float = 0.0, void: float = 0.0) -> Play:
    """Any outcome; shares of players that leave in a round and of pairings that are void."""

    def play(upcoming: Round, gone: np.ndarray) -> Outcome:
        played = np.where(rng.random(len(upcoming.one)) < void, 0, upcoming.pairs)
        points = rng.integers(0, 4 * played + 1) / 4
        margin = rng.integers(-1, 2, len(points)).astype(np.float64)
        return Outcome(upcoming, points, margin, played, gone | (rng.random(len(gone)) < leaving))

    return play


def event(next_round: Callable[..., Round | None], players: int, play: Play, most: int = 1000, **options) -> list:
    """All outcomes of an event; each round is asked for twice, and must be playable."""
    outcomes: list[Outcome] = []
    while len(outcomes) < most:
        upcoming = next_round(players, outcomes, **options)
        if upcoming is None:
            return outcomes
        again = next_round(players, list(outcomes), **options)
        for name in ("one", "other", "pairs", "side"):
            np.testing.assert_array_equal(getattr(upcoming, name), getattr(again, name))
        gone = outcomes[-1].withdrawn if outcomes else np.zeros(players, np.bool_)
        both = np.concatenate([upcoming.one, upcoming.other])
        assert len(both) and not gone[both].any() and (both != NOBODY).all() and both.max() < players
        assert (upcoming.one != upcoming.other).all() and (upcoming.pairs > 0).all()
        assert np.isin(upcoming.side, (BOTH, 0, 1)).all()
        outcomes.append(play(upcoming, gone))
    return outcomes


def pairings(upcoming: Round | None) -> list[tuple[int, int]]:
    """Who meets whom."""
    assert upcoming is not None
    return list(zip(upcoming.one.tolist(), upcoming.other.tolist(), strict=True))
