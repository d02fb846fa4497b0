"""Environments run in worker processes, which read and write the same board."""

import contextlib
import multiprocessing
import os
import signal
import weakref
from collections.abc import Iterable, Sequence
from multiprocessing.connection import Connection
from typing import Any

from arena.errors import ArenaError
from arena.foreign.board import Board, board_over
from arena.foreign.copies import Copies
from arena.foreign.maker import Maker
from arena.processes import end_with_parent, interrupts_ignored, script_hidden

STEP, RESET, END = b"step", b"reset", b"end"
START_S = 120.0  # a busy machine takes long to start a process
GRACE_S = 2.0  # by which a worker's own watch is ahead of ours


class Crew:
    """The environments of W worlds, shared out among processes; the same bits as `Copies`."""

    def __init__(
        self,
        maker: Maker,
        metrics: Sequence[str],
        memory: Any,
        shapes: dict[str, tuple[tuple[int, ...], Any]],
        workers: int,
        timeout_s: float,
    ) -> None:
        self.name, self.timeout_s = maker.name, timeout_s
        self.board = board_over(memory, shapes)
        count = len(self.board.seed)
        self._worlds = [range(worker, count, workers) for worker in range(workers)]
        context = multiprocessing.get_context("spawn")
        self._pipes: list[Connection] = []
        self._processes: list[Any] = []
        self._stop = weakref.finalize(self, _stop, self._pipes, self._processes)
        with interrupts_ignored(), script_hidden():
            for worlds in self._worlds:
                ours, theirs = context.Pipe()
                job = (theirs, maker, tuple(metrics), memory, shapes, worlds, timeout_s, os.getpid())
                process = context.Process(target=_serve, args=job, daemon=True, name="arena-worlds")
                process.start()
                theirs.close()
                self._pipes.append(ours)
                self._processes.append(process)
        self._await("start", START_S)

    def reset(self) -> None:
        """Starts a game in the worlds that are called."""
        self._order(RESET)

    def step(self) -> None:
        """Plays one step in the worlds that are called."""
        self._order(STEP)

    def _order(self, verb: bytes) -> None:
        for pipe in self._pipes:
            with contextlib.suppress(OSError):  # a lost worker is noticed when it does not answer
                pipe.send_bytes(verb)
        self._await(verb.decode(), self.timeout_s + GRACE_S)

    def _await(self, verb: str, limit_s: float) -> None:
        """Takes the answer of every worker; ArenaError, and no more workers, if one is not well."""
        try:
            answers = [self._answer(worker, verb, limit_s) for worker in range(len(self._pipes))]
        except ArenaError:
            self.close()
            raise
        for answer in answers:
            if answer:
                self.close()
                raise ArenaError(answer)

    def _answer(self, worker: int, verb: str, limit_s: float) -> str:
        """What went wrong in a worker, or nothing."""
        pipe, worlds = self._pipes[worker], self._worlds[worker]
        beat = -1
        while not pipe.poll(limit_s):
            if beat == (beat := int(self.board.beat[worlds].sum())) or verb == "start":
                raise ArenaError(
                    f"{self.name}: {verb}() of one of the worlds {worlds[0]}..{worlds[-1]} did not come back within "
                    f"{self.timeout_s:g} s; mend it, or raise timeout_s"
                )
        try:
            return pipe.recv_bytes().decode()
        except (EOFError, OSError):
            raise ArenaError(self._obituary(worker, verb)) from None

    def _obituary(self, worker: int, verb: str) -> str:
        process = self._processes[worker]
        process.join(1)
        end = f"ended with code {process.exitcode}"
        return f"{self.name}: the process of world {self._worlds[worker][0]} {end} in {verb}(); try it with threads=1"

    def picture(self, world: int) -> None:
        """Nothing: pictures are drawn in this process."""

    def close(self) -> None:
        """Ends the workers."""
        self._stop()


def _stop(pipes: list[Connection], processes: list[Any]) -> None:
    """Asks the workers to end, and ends those that do not."""
    for pipe in pipes:
        with contextlib.suppress(OSError):
            pipe.send_bytes(END)
            pipe.close()
    for process in processes:
        process.join(1)
        if process.is_alive():
            process.kill()
            process.join()
        process.close()
    pipes.clear()
    processes.clear()


def _serve(
    pipe: Connection,
    maker: Maker,
    metrics: Sequence[str],
    memory: Any,
    shapes: dict[str, tuple[tuple[int, ...], Any]],
    worlds: Iterable[int],
    timeout_s: float,
    parent: int,
) -> None:
    """The life of a worker: orders in; nothing, or what went wrong, out."""
    end_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    board: Board = board_over(memory, shapes)
    copies = None
    with contextlib.suppress(EOFError, OSError):  # the parent is gone
        try:
            copies = Copies(maker, metrics, board, worlds, timeout_s)
            pipe.send_bytes(b"")
            while (order := pipe.recv_bytes()) != END:
                copies.step() if order == STEP else copies.reset()
                pipe.send_bytes(b"")
        except ArenaError as error:
            pipe.send_bytes(str(error).encode())
    if copies:
        copies.close()
