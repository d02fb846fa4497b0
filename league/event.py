"""Playing a tournament into a ledger, round after round; it can be stopped anywhere and started again."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import Enum

from arena.games import Games
from league.course import Contest, course
from league.records.book import Book
from league.records.ledger import Ledger
from league.records.legs import is_finished
from league.tournament import WITHDRAWN, Play, Played, Progress, run

GROWTH = 1.05  # ratings are looked at again when there are so many times as many legs

IsEnough = Callable[[Games], bool]


class Why(Enum):
    """Why a tournament has stopped."""

    OVER = "all rounds are played"
    ENOUGH = "what was asked for is known"
    WAITING = "legs of a round are void, and nobody is at fault"


@dataclass(frozen=True)
class Stand:
    """Where a tournament stands."""

    round: int  # from 1
    before: int  # legs of the rounds before
    progress: Progress  # of the legs of this round


def hold(
    ledger: Ledger,
    contest: Contest,
    play: Play,
    environment: str,
    chunk_legs: int,
    save_seconds: float = 0.0,
    is_enough: IsEnough | None = None,
) -> Generator[Stand, None, Why]:
    """Plays what the ledger misses of each round, as `league.tournament.run` does, until the course ends.

    `is_enough` may end it before a round that nothing has been played of. It is asked about the finished legs, whenever
    there are GROWTH times as many as the last time. So the decision is the same after any interruption.
    """
    rounds, book = course(contest, lambda: ledger.notes(WITHDRAWN)), Book(ledger.read())
    held: list[Games] = []
    before = asked_at = 0
    try:
        schedule = next(rounds)
        while True:
            known = book.results(schedule)
            legs = sum(map(len, held))
            if is_enough and held and legs >= GROWTH * asked_at:
                asked_at = legs
                if not is_finished(known).any() and is_enough(Games.joined(held)):
                    return Why.ENOUGH
            recorder = Recorder(play)
            with closing(run(ledger, schedule, recorder.play, environment, chunk_legs, save_seconds)) as progress:
                for state in progress:
                    yield Stand(len(held) + 1, before, state)
            before += len(schedule)
            played = recorder.results(known)
            held.append(played[is_finished(played)])
            schedule = rounds.send(played)
    except StopIteration as end:
        return Why.OVER if end.value.is_over else Why.WAITING


class Recorder:
    """Plays, and keeps what was played."""

    def __init__(self, play: Play):
        self._play = play
        self._parts: list[Games] = []

    def play(self, chunks: Iterator[Games]) -> Generator[Played, None, None]:
        """The same as without a recorder."""
        with closing(self._play(chunks)) as results:
            for games, errors in results:
                self._parts.append(games)
                yield games, errors

    def results(self, known: Games) -> Games:
        """The schedule with what is known, and what was played besides."""
        return Book(Games.joined(self._parts)).results(known) if self._parts else known
