"""Where the environments of some worlds run: in this process, or in several others."""

import os
from multiprocessing import current_process, get_context
from typing import TYPE_CHECKING, TypeAlias

from arena.foreign.board import Board, board_over, bytes_of, shapes_of
from arena.foreign.copies import Copies
from arena.foreign.crew import Crew

if TYPE_CHECKING:
    from arena.foreign.game import ForeignGame

Block: TypeAlias = Copies | Crew
ORDER_S = 1e-4  # what it costs to order a step of a worker process and to hear of its end
WORTH_S = 3e-4  # a step of all worlds has to get faster by this much, to be worth the start of processes


def open_block(game: "ForeignGame", count: int, threads: int | None) -> tuple[Board, Block]:
    """`count` environments, and the board that they read and write."""
    shapes = shapes_of(len(game.seats), count, game.observation_width, game.action_width, len(game.metric_names))
    workers = choose_workers(game, count, threads)
    if workers == 1:
        board = board_over(bytearray(bytes_of(shapes)), shapes)
        return board, Copies(game.maker, game.metric_names, board, range(count), game.timeout_s)
    memory = get_context("spawn").RawArray("b", bytes_of(shapes))
    crew = Crew(game.maker, game.metric_names, memory, shapes, workers, game.timeout_s)
    return crew.board, crew


def choose_workers(game: "ForeignGame", count: int, threads: int | None) -> int:
    """How many processes run `count` worlds: 1 is this one."""
    if not game.maker.is_portable or threads == 1 or current_process().daemon:  # a daemon may start no processes
        return 1
    if threads is not None:
        return min(threads, count)
    workers = min(free_cores(), count)
    saved_s = count * game.found.step_s * (1 - 1 / workers) - workers * ORDER_S
    return workers if saved_s > WORTH_S else 1


def free_cores() -> int:
    """How many processors are idle now, and one at least: on a busy machine more processes only wait for each other."""
    cores = os.cpu_count() or 1
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return max(1, cores - round(load))
