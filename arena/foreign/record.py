"""What has happened in the games that are going on: enough to count, and to play them again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from arena.errors import ArenaError
from arena.foreign.board import Board

ROOM = 64  # steps that a fresh record has room for; it grows
COUNTERS = ("key", "step", "earned", "folded", "fault", "running")


@dataclass
class Record:
    """The state of W games, apart from the environments."""

    key: np.ndarray  # [W]           uint64, the random stream of the current game
    step: np.ndarray  # [W]          int64, steps since its start
    earned: np.ndarray  # [W, A]     float64, return so far
    folded: np.ndarray  # [W, M]     float64, each metric as it was reported last
    fault: np.ndarray  # [W]         int64, 1 + the first seat that acted illegally, or 0
    running: np.ndarray  # [W]       bool, the game is not over
    actions: np.ndarray  # [T, W, A, U] float32, the legal actions of each step since the start

    @classmethod
    def blank(cls, worlds: int, seats: int, metrics: int, width: int) -> "Record":
        return cls(
            key=np.zeros(worlds, np.uint64),
            step=np.zeros(worlds, np.int64),
            earned=np.zeros((worlds, seats)),
            folded=np.full((worlds, metrics), np.nan),
            fault=np.zeros(worlds, np.int64),
            running=np.ones(worlds, np.bool_),
            actions=np.zeros((ROOM, worlds, seats, width), np.float32),
        )

    def copy(self) -> "Record":
        return replace(self, **{name: getattr(self, name).copy() for name in (*COUNTERS, "actions")})

    def clear(self, begun: np.ndarray) -> None:
        """Forgets the games of the worlds `begun` [W], whose next ones have just begun."""
        self.step[begun] = 0
        self.earned[begun] = 0
        self.folded[begun] = np.nan
        self.fault[begun] = 0
        self.running[begun] = True

    def log_actions(self, action: np.ndarray, called: np.ndarray) -> None:
        """Writes down what the worlds `called` [W] are about to play, [A, W, U]."""
        worlds = np.flatnonzero(called)
        if len(worlds) and self.step[worlds].max() >= len(self.actions):
            self.actions = np.concatenate([self.actions, np.zeros_like(self.actions)])
        self.actions[self.step[worlds], worlds] = action.swapaxes(0, 1)[worlds]

    def add(self, board: Board, called: np.ndarray) -> None:
        """Counts what the step of the worlds `called` [W] brought."""
        self.step[called] += 1
        self.earned[called] += board.reward[called]
        self.folded[called] = np.where(np.isnan(board.info[called]), self.folded[called], board.info[called])

    def arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        """The record by names; the actions of all worlds after one another, without the room to grow."""
        for name in COUNTERS:
            yield name, getattr(self, name)
        yield "actions", np.concatenate([self.actions[: self.step[world], world] for world in range(len(self.step))])

    def fill(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Becomes the record that `arrays` was; ArenaError if that was of other worlds."""
        actions = arrays.get("actions", np.zeros(0))
        is_ours = all(key in arrays and arrays[key].shape == getattr(self, key).shape for key in COUNTERS)
        is_ours = is_ours and bool((arrays["step"] >= 0).all())
        if not is_ours or actions.shape != (int(arrays["step"].sum()), *self.actions.shape[2:]):
            raise ArenaError(f"{name}: the saved worlds are of other settings; resume with the same ones")
        for key in COUNTERS:
            getattr(self, key)[:] = arrays[key]
        room = max(ROOM, int(self.step.max()))
        self.actions = np.zeros((room, *self.actions.shape[1:]), np.float32)
        ends = np.cumsum(self.step)
        for world, (first, stop) in enumerate(zip(ends - self.step, ends, strict=True)):
            self.actions[: stop - first, world] = actions[first:stop]
