"""Playing legs in this process or in several: the results are the same bits."""

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from arena.errors import ArenaError
from arena.games import Games
from arena.player import Player
from arena.playing import play
from arena.scenario import Scenario, load
from arena.verbs.parts.entries import Entry, load_players

LEGS_PER_WORKER = 100_000  # below this a second process costs more to start than it saves
TRIES = 3
Played = tuple[Games, Mapping[str, str]]


@dataclass(frozen=True)
class Crew:
    """Everything a worker needs: small, and free of code."""

    scenario: str
    parameters: dict[str, bool | int | float]
    entries: tuple[Entry, ...]

    @classmethod
    def of(cls, scenario: Scenario, entries: Sequence[Entry]) -> "Crew":
        return cls(scenario.name, scenario.parameters, tuple(entries))

    def players(self) -> tuple[Scenario, dict[str, Player]]:
        """The scenario, and the players by content hash."""
        scenario = load(self.scenario, **self.parameters)  # type: ignore[arg-type]
        return scenario, {player.hash: player for _, player in load_players(self.entries, scenario)}


def choose_workers(wanted: int, legs: int) -> int:
    """How many processes to play in; 0 lets the number of legs decide."""
    if wanted < 0:
        raise ArenaError(f"--workers must be 0 or more, not {wanted}")
    return wanted or max(1, min(os.cpu_count() or 1, legs // LEGS_PER_WORKER))


def play_chunks(chunks: Iterator[Games], crew: Crew, workers: int) -> Generator[Played, None, None]:
    """The results of `chunks`, in any order, and what went wrong with whom."""
    if workers > 1:
        yield from _play_in_processes(chunks, crew, workers)
        return
    scenario, players = crew.players()
    for chunk in chunks:
        yield play(chunk, players, scenario)


_scenario: Scenario
_players: dict[str, Player]


def _begin(crew: Crew, parent: int) -> None:
    """Prepares a worker process: its own copies of the players; playing takes one thread and no torch."""
    global _scenario, _players
    end_with_parent(parent)
    _scenario, _players = crew.players()


def end_with_parent(parent: int) -> None:
    """On Linux, lets the kernel end this process when the one that started it dies, however that happens."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL("libc.so.6").prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:  # it died before it could be asked for
        os._exit(1)


def _play(chunk: Games) -> Played:
    return play(chunk, _players, _scenario)


def _play_in_processes(chunks: Iterator[Games], crew: Crew, workers: int) -> Iterator[Played]:
    """Two chunks in flight a worker; a chunk whose worker is lost is played again in a fresh pool."""
    lost: list[tuple[Games, int]] = []
    while True:
        try:
            with _opened_pool(crew, workers) as pool:
                yield from _drain(pool, chunks, lost, 2 * workers)
            return
        except BrokenProcessPool:
            if any(tries >= TRIES for _, tries in lost):
                raise ArenaError(
                    "worker processes keep dying; what was played is saved: go on with --resume --workers 1. A script "
                    'that plays with several workers needs the line if __name__ == "__main__": around its calls'
                ) from None


@contextlib.contextmanager
def _opened_pool(crew: Crew, workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool whose processes leave Ctrl-C to this one, and that is dropped without playing what still waits."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(crew, os.getpid()))
    with _interrupts_ignored():  # the processes inherit it; each of these calls starts one
        for _ in range(workers):
            pool.submit(os.getpid)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def _interrupts_ignored() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def _drain(
    pool: ProcessPoolExecutor, chunks: Iterator[Games], lost: list[tuple[Games, int]], in_flight: int
) -> Iterator[Played]:
    """Plays `lost` and then `chunks`; when the pool breaks, what was in flight is in `lost` with one more try."""
    flying: dict[Future[Played], tuple[Games, int]] = {}
    waiting, lost[:] = list(lost), []
    try:
        while True:
            while len(flying) < in_flight:
                job = waiting.pop() if waiting else next(((chunk, 0) for chunk in chunks), None)
                if job is None:
                    break
                flying[pool.submit(_play, job[0])] = job
            if not flying:
                return
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                played = future.result()
                del flying[future]
                yield played
    except BrokenProcessPool:
        lost += [(chunk, tries + 1) for chunk, tries in (*flying.values(), *waiting)]
        raise
