"""Playing some pairs of a league again, in batches other than those of its tournament."""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from arena.draw import seed_of
from arena.games import Games
from arena.report import Report
from arena.verbs.checking.played import Played
from arena.verbs.parts.workers import Crew, choose_workers, play_chunks
from league.checks.sample import sampled
from league.records.legs import Index, differing

FEWEST_PAIRS = 10
CHUNK_LEGS = 1000


@dataclass(frozen=True)
class Replay:
    """Legs as they lie in the ledger, and the same legs played again."""

    before: Games
    again: Games
    pairs: int

    @property
    def differing(self) -> np.ndarray:
        """Which of them have other results."""
        return np.flatnonzero(differing(self.before, self.again))


def replay(league: Played, share: float, workers: int) -> Generator[Report, None, Replay]:
    """Plays a sample of the pairs of those who can still play."""
    legs = can_be_played(league)
    key = seed_of("check", league.spec["identity"], league.spec["tournament_seed"])
    before = legs[sampled(legs, share, FEWEST_PAIRS, key)]
    workers = choose_workers(workers, len(before), league.game)
    chunks = (before[lo : lo + CHUNK_LEGS] for lo in range(0, len(before), CHUNK_LEGS))
    crew = Crew.of(league.game, [*league.entries.values()])
    parts = [before[:0]]
    for games, _ in play_chunks(chunks, crew, workers):
        parts.append(games)
        yield Report("replay", sum(map(len, parts)), len(before))
    index = Index()
    before, again = (games[np.argsort(index.keys(games))] for games in (before, Games.joined(parts)))
    low, high = before.player.min(1), before.player.max(1)
    pairs = len(set(zip(before.seed.tolist(), low.tolist(), high.tolist(), strict=True)))
    return Replay(before, again, pairs)


def can_be_played(league: Played) -> Games:
    """The legs of which all players are still what they were."""
    has_changed = np.array([name in league.changed for name in league.games.names], np.bool_)
    return league.games[~has_changed[league.games.player].any(1)]
