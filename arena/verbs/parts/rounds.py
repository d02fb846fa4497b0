"""Legs played into a ledger, as reports."""

import math
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

from arena.environment import environment_digest
from arena.game import Game
from arena.games import Games
from arena.report import Report
from arena.verbs.parts.entries import Entry
from arena.verbs.parts.terms import Terms
from arena.verbs.parts.workers import Crew, opened, play_chunks
from league.course import Contest
from league.event import Stand, Why, hold
from league.joint import rate
from league.records.ledger import Ledger
from league.schedules.precision import by_precision
from league.tournament import run

SAVE_SECONDS = 0.25  # of play that a kill can cost, beside the chunks in flight
LOOKS = ((100, 1.5), (1000, 1.0))  # (resamples, times what is asked): a rough look, then one as the leaderboard's


def play_schedule(
    ledger: Ledger, schedule: Games, entries: Sequence[Entry], game: Game, workers: int
) -> Iterator[Report]:
    """Plays the legs that the ledger does not hold yet."""
    crew, news = Crew.of(game, entries), News(ledger)

    def play(chunks: Iterator[Games]) -> Any:
        return play_chunks(chunks, crew, workers)

    environment = environment_digest(game.packages)
    with closing(run(ledger, schedule, play, environment, game.batch_legs, SAVE_SECONDS)) as progress:
        for state in progress:
            yield Report("play", state.done + state.skipped, state.total, text=news.of(state.withdrawn))


def play_course(
    ledger: Ledger, contest: Contest, entries: Sequence[Entry], workers: int, terms: Terms, minutes: float | None = None
) -> Generator[Report, None, Why | None]:
    """Plays the rounds that the ledger does not hold yet; returns why it ended, or None if the time was over."""
    game, news, last = contest.game, News(ledger), time.monotonic() + 60 * (minutes or math.inf)

    def is_enough(games: Games) -> bool:
        return all(is_within(games, game, room * terms.within, resamples) for resamples, room in LOOKS)

    with opened(Crew.of(game, entries), workers) as play:
        environment = environment_digest(game.packages)
        asked = is_enough if terms.within else None
        with closing(hold(ledger, contest, play, environment, game.batch_legs, SAVE_SECONDS, asked)) as stands:
            report = Report()
            while True:
                try:
                    stand = next(stands)
                except StopIteration as end:
                    yield report
                    why: Why = end.value
                    return why
                report = told(stand, news)
                if report.done < report.total or report.text:  # the end of a round is none, unless it is the last
                    yield report
                if time.monotonic() >= last:
                    return None


def is_within(games: Games, game: Game, within: float, resamples: int) -> bool:
    """Whether the legs say every rating so precisely."""
    ratings = rate(games, game, resamples)
    return by_precision(ratings.overall, within, ratings.provisional)


def told(stand: Stand, news: "News") -> Report:
    """Where a tournament stands; of what comes after this round nothing is known yet."""
    state = stand.progress
    done, total = (stand.before + legs for legs in (state.done + state.skipped, state.total))
    return Report("play", done, total, news.of(state.withdrawn))


class News:
    """Tells of each player once that it is withdrawn."""

    def __init__(self, ledger: Ledger) -> None:
        self._names = {entrant.hash: entrant.name for entrant in ledger.entrants().values()}
        self._told: set[str] = set()

    def of(self, withdrawn: Mapping[str, str]) -> str:
        """What is new."""
        new = {player: why for player, why in withdrawn.items() if player not in self._told}
        self._told |= set(new)
        return "\n".join(f"{self._names[player]} is withdrawn: {why}" for player, why in new.items())
