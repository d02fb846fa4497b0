"""What a game is to those who learn, play and rate it, whoever runs its worlds.

A `Game` is a scenario that our engine compiles, or an environment of others behind an adapter. Learners, playing,
films and leagues use what stands here and nothing else of it. Axes: W worlds, A seats, O and U widths, M metrics.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, NamedTuple, Protocol

import numpy as np

DRAW = -1


class Head(NamedTuple):
    """One part of a seat's action: the numbers start..start+width-1 of its action vector.

    A choice is a one-hot or soft vector over `width` alternatives; a range is `width` numbers, each in [0, 1].
    Heads of different seats that start at the same place are of one kind; otherwise heads do not overlap.
    """

    start: int
    width: int
    is_range: bool = False


class Seat(Protocol):
    """A place in a world that acts."""

    @property
    def name(self) -> str: ...
    @property
    def side(self) -> str: ...
    @property
    def sees(self) -> int:
        """The width of its observation."""
        ...

    @property
    def heads(self) -> tuple[Head, ...]:
        """What it decides in each step."""
        ...


def combinations(heads: Sequence[Head]) -> int:
    """How many different actions the choices of `heads` make."""
    return prod(head.width for head in heads)


class Output(NamedTuple):
    """What the last step of W worlds produced."""

    obs: np.ndarray  # [A, W, O]        what seats see now, after any reset
    reward: np.ndarray  # [W, A]
    discount: np.ndarray  # [W] or [W, A]  0 after a true ending, else 1
    last: np.ndarray  # [W]             bool, the game ended in this step
    final_obs: np.ndarray  # [A, W, O]  of the game that ended last in each world: what seats saw at its end
    returns: np.ndarray  # [W, A]       likewise
    metrics: np.ndarray  # [W, M]       likewise
    winner: np.ndarray  # [W]           likewise: index of a side, or DRAW
    fault: np.ndarray  # [W]            likewise: 1 + the first seat that acted illegally, or 0
    alive: np.ndarray  # [W, A]         of the last step again: 1 where the seat took part in it


@dataclass(frozen=True)
class Moment:
    """A game that is going on, for those who watch."""

    view: Any  # an engine's World, or a picture uint8 [H, W, 3]
    step: int  # steps taken so far
    returns: np.ndarray  # [A] so far
    fault: int  # 1 + the first seat that acted illegally, or 0


class Worlds(Protocol):
    """W running copies of a game, stepped together; what a step returns is overwritten by the next one."""

    @property
    def out(self) -> Output: ...
    @property
    def obs(self) -> np.ndarray:
        """What every seat sees now, [A, W, O]."""
        ...

    def reset(self, keys: np.ndarray | None = None) -> np.ndarray:
        """Starts a game in every world: of the streams `keys` uint64 [W], or its next one. Returns `obs`."""
        ...

    def step(self, action: np.ndarray) -> Output:
        """Steps every world by `action` float [A, W, U]; an illegal action is noted in `fault`."""
        ...

    def arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        """Every array that a resumed run needs, by name."""
        ...

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Goes on where `arrays` was taken."""
        ...

    def moment(self, index: int = 0) -> Moment:
        """A copy of where one world stands."""
        ...

    def close(self) -> None:
        """Lets go of what the worlds hold besides memory."""
        ...


class Game(ABC):
    """A game with its options filled in."""

    name: str  # what it is called in cards and ledgers
    version: int  # raised when behaviour changes
    story: str  # one line
    cycles: int  # no game lasts longer, in steps
    train_worlds: int = 100  # how many training plays in at a time unless told
    batch_legs: int = 2048  # how many legs are played, and then saved, at once
    legs_per_worker: int = 100_000  # below this a second process costs more to start than it saves

    @property
    @abstractmethod
    def seats(self) -> tuple[Seat, ...]: ...

    @property
    @abstractmethod
    def metric_names(self) -> tuple[str, ...]: ...

    @property
    @abstractmethod
    def parameters(self) -> dict[str, Any]:
        """Everything that makes this game differ from another of its name: bool, int, float or str."""

    @property
    @abstractmethod
    def word(self) -> str:
        """What to call it by on the command line, or in another process; "" if only this process knows it."""

    @property
    @abstractmethod
    def has_outcome(self) -> bool:
        """Whether games are won, lost or drawn, and not only scored."""

    @abstractmethod
    def open(self, count: int, *, threads: int | None = None, restarts: bool = True) -> Worlds:
        """`count` worlds; with `restarts` the next game starts by itself where one has ended."""

    @property
    def packages(self) -> tuple[str, ...]:
        """The packages whose code plays it, besides ours."""
        return ()

    @cached_property
    def sides(self) -> dict[str, tuple[int, ...]]:
        """The seats of each side, in order of first appearance."""
        sides: dict[str, list[int]] = {}
        for index, seat in enumerate(self.seats):
            sides.setdefault(seat.side, []).append(index)
        return {side: tuple(seats) for side, seats in sides.items()}

    @property
    def observation_width(self) -> int:
        """O: the widest seat's observation; narrower ones are padded with zeros."""
        return max(seat.sees for seat in self.seats)

    @property
    def action_width(self) -> int:
        """U: what no head of a seat covers stays 0."""
        return max(head.start + head.width for seat in self.seats for head in seat.heads)

    @property
    def identity(self) -> str:
        """The text that stands for this game in hashes: name, version and parameters."""
        parameters = ",".join(f"{k}={v!r}" for k, v in sorted(self.parameters.items()))
        return f"{self.name}-v{self.version}({parameters})"
