"""Playing legs in this process or in several: the results are the same bits."""

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache

from arena.catalog import load_game
from arena.errors import ArenaError
from arena.game import Game
from arena.games import Games
from arena.player import Player
from arena.playing import play
from arena.processes import end_with_parent, interrupts_ignored
from arena.verbs.parts.entries import Entry, load_players

TRIES = 3
Played = tuple[Games, Mapping[str, str]]
Play = Callable[[Iterator[Games]], Generator[Played, None, None]]


@dataclass(frozen=True)
class Crew:
    """Everything a worker needs: small, and free of code."""

    word: str | Game  # that the user named the game by, or the game itself where there is no such word
    parameters: dict[str, bool | int | float | str]
    entries: tuple[Entry, ...]

    @classmethod
    def of(cls, game: Game, entries: Sequence[Entry]) -> "Crew":
        return cls(game.word or game, game.parameters, tuple(entries))

    def players(self) -> tuple[Game, dict[str, Player]]:
        """The game, and the players by content hash."""
        game = load_game(self.word, **self.parameters)
        return game, {player.hash: player for _, player in load_players(self.entries, game)}


def choose_workers(wanted: int, legs: int, game: Game) -> int:
    """How many processes to play in; 0 lets the number of legs decide."""
    if wanted < 0:
        raise ArenaError(f"--workers must be 0 or more, not {wanted}")
    if wanted > 1 and not game.word:
        raise ArenaError(
            f"other processes cannot make {game.name}: its maker must be a function of a module; or use --workers 1"
        )
    return wanted or (max(1, min(os.cpu_count() or 1, legs // game.legs_per_worker)) if game.word else 1)


def play_chunks(chunks: Iterator[Games], crew: Crew, workers: int) -> Generator[Played, None, None]:
    """The results of `chunks`, in any order, and what went wrong with whom."""
    with opened(crew, workers) as play:
        yield from play(chunks)


@contextlib.contextmanager
def opened(crew: Crew, workers: int) -> Iterator[Play]:
    """How to play chunks, any number of times, with the same processes; all is loaded when it is first used."""
    if workers > 1:
        with Processes(crew, workers) as processes:
            yield processes.play
        return
    loaded = cache(crew.players)

    def play_here(chunks: Iterator[Games]) -> Generator[Played, None, None]:
        game, players = loaded()
        for chunk in chunks:
            yield play(chunk, players, game)

    yield play_here


_crew: Crew


def _begin(crew: Crew, parent: int) -> None:
    """Prepares a worker process; playing takes one thread and no torch."""
    global _crew
    end_with_parent(parent)
    _crew = crew


@cache
def _loaded() -> tuple[Game, dict[str, Player]]:
    """A worker's own copies, made where an error reaches the parent."""
    return _crew.players()


def _play(chunk: Games) -> Played:
    game, players = _loaded()
    return play(chunk, players, game)


class Processes:
    """Worker processes, which are started when there is something to play, and again when one is lost."""

    def __init__(self, crew: Crew, workers: int):
        self._crew = crew
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self._held = contextlib.ExitStack()

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def play(self, chunks: Iterator[Games]) -> Generator[Played, None, None]:
        """Two chunks in flight a worker; a chunk whose worker is lost is played again by fresh ones."""
        lost: list[tuple[Games, int]] = []
        while True:
            try:
                yield from _drain(self._open(), chunks, lost, 2 * self._workers)
                return
            except BrokenProcessPool:
                self._held.close()
                self._pool = None
                if any(tries >= TRIES for _, tries in lost):
                    raise ArenaError(
                        "worker processes keep dying; what was played is saved: go on with --resume --workers 1. A "
                        'script that plays with several workers needs the line if __name__ == "__main__": around its '
                        "calls"
                    ) from None

    def _open(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = self._held.enter_context(_opened_pool(self._crew, self._workers))
        return self._pool


@contextlib.contextmanager
def _opened_pool(crew: Crew, workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool whose processes leave Ctrl-C to this one, and that is dropped without playing what still waits."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(crew, os.getpid()))
    with interrupts_ignored():  # the processes inherit it; each of these calls starts one
        for _ in range(workers):
            pool.submit(os.getpid)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


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
