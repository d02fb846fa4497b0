"""Playing a schedule into a ledger: a generator that can be stopped anywhere and started again.

How legs are played is handed in as `play`, a generator function: it takes an iterator of chunks (unplayed `Games` of
one schedule) and yields, in any order, the games of a chunk with their results and what went wrong with which player
({content hash: message}). In process that is

    def play(chunks):
        for chunk in chunks:
            yield arena.playing.play(chunk, players, scenario)

and a pool of workers pulls as many chunks ahead as it keeps busy (also from another thread), and cleans up in a
`finally`. A lost worker's chunk is yielded with its legs VOID, `fault` naming the seat to blame, or -1.
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from arena.games import End, Games
from league.records.ledger import Ledger
from league.records.legs import Index

CHUNK_LEGS = 2048
SAVE_LEGS = 1 << 16
WITHDRAWN = "withdrawn"  # the kind of the ledger's notes about players that no longer play
VOID = "void"  # of those that count the void legs that a player is at fault for
LONGEST_NOTE = 300

Played = tuple[Games, Mapping[str, str]]
Play = Callable[[Iterator[Games]], Generator[Played, None, None]]


@dataclass(frozen=True)
class Progress:
    """Where a tournament stands; at the end done + skipped = total."""

    done: int  # legs of the schedule that are in the ledger
    skipped: int  # legs given up: a player is withdrawn, or the leg was void twice with nobody at fault
    total: int
    withdrawn: Mapping[str, str]  # {content hash: why}


def run(
    ledger: Ledger,
    schedule: Games,
    play: Play,
    environment: str,
    chunk_legs: int = CHUNK_LEGS,
    save_seconds: float = 0.0,
) -> Generator[Progress, None, None]:
    """Plays what the ledger misses of the schedule and yields where it stands, first before anything is played.

    What a progress counts is on the disk. A void leg is played once more; if it is void again, the player at fault is
    withdrawn with a note in the ledger: it plays no more, what it played stays, and no void is a loss. Legs given up
    without anybody at fault are tried again by the next run. All players must have entered the ledger.

    Results wait up to `save_seconds` for others, since a disk takes as long for one chunk as for twenty. Who leaves the
    loop before its end closes the generator, which writes down what waits.
    """
    season = _Season(ledger, schedule, chunk_legs, environment, save_seconds)
    yield season.progress()
    try:
        while season.has_chunks():
            with closing(play(season.chunks())) as results:
                for games, errors in results:
                    season.take(games, errors)
                    yield season.progress()
    finally:
        season.save()
    yield season.progress()


def voids(ledger: Ledger) -> dict[str, int]:
    """How many void legs each player is at fault for, who is for any, by content hash."""
    return {player: int(text) for player, text in ledger.notes(VOID).items() if text.isdecimal()}


class _Season:
    """What is left to play while a schedule is being played."""

    def __init__(self, ledger: Ledger, schedule: Games, chunk_legs: int, environment: str, save_seconds: float):
        is_missing = ledger.is_missing(schedule)
        # Chunks are places in the schedule, so they are the same whoever plays them and after whatever interruption.
        rows = (lo + np.flatnonzero(is_missing[lo : lo + chunk_legs]) for lo in range(0, len(schedule), chunk_legs))
        self._rows = deque(chunk for chunk in rows if len(chunk))
        self._again: deque[Games] = deque()
        self._void = Index()
        self._ledger = ledger
        self._environment = environment
        self._save_seconds = save_seconds
        self._unsaved: list[Games] = []
        self._saved_at = time.monotonic()
        self._schedule = schedule
        self._done = len(schedule) - int(is_missing.sum())
        self._skipped = 0
        self._withdrawn = ledger.notes(WITHDRAWN)
        self._voids = Counter(voids(ledger))

    def has_chunks(self) -> bool:
        return bool(self._again or self._rows)

    def chunks(self) -> Iterator[Games]:
        """What to play next: what was void before the rest, so that a broken player is found before it costs more."""
        while self.has_chunks():
            chunk = self._again.popleft() if self._again else self._schedule[self._rows.popleft()]
            is_out = np.array([name in self._withdrawn for name in chunk.names])[chunk.player].any(1)
            self._skipped += int(is_out.sum())
            if not is_out.all():
                yield chunk[~is_out]

    def take(self, games: Games, errors: Mapping[str, str]) -> None:
        """Writes results down, soon or now, and sees to the void legs among them."""
        self._unsaved.append(games)
        legs = sum(map(len, self._unsaved))
        if legs >= SAVE_LEGS or time.monotonic() - self._saved_at >= self._save_seconds:
            self.save()
        void = games[games.end == End.VOID]
        keys = self._void.keys(void)
        is_second = self._void.contains(keys)
        self._void.insert(keys[~is_second])
        self._count(_at_fault(void))
        self._withdraw(_at_fault(void[is_second]), errors)
        self._skipped += int(is_second.sum())
        if not is_second.all():
            self._again.append(void[~is_second])

    def save(self) -> None:
        """Writes down what has not been written yet, in one go."""
        if self._unsaved:
            self._done += self._ledger.add(Games.joined(self._unsaved), self._environment)
            self._unsaved = []
        self._saved_at = time.monotonic()

    def progress(self) -> Progress:
        return Progress(self._done, self._skipped, len(self._schedule), dict(self._withdrawn))

    def _count(self, blamed: Counter[str]) -> None:
        """Writes down how many legs are void for whose fault."""
        self._voids += blamed
        for player in blamed:
            self._ledger.note(player, VOID, str(self._voids[player]))

    def _withdraw(self, blamed: Iterable[str], errors: Mapping[str, str]) -> None:
        """Withdraws players, with a note of what went wrong."""
        for player in blamed:
            if player not in self._withdrawn:
                self._withdrawn[player] = errors.get(player, "its legs were void twice")[:LONGEST_NOTE]
                self._ledger.note(player, WITHDRAWN, self._withdrawn[player])


def _at_fault(void: Games) -> Counter[str]:
    """For how many of these void legs each player is at fault, by content hash."""
    blamed = void[void.fault >= 0]
    return Counter(blamed.names[number] for number in blamed.player[np.arange(len(blamed)), blamed.fault].tolist())
