"""What a learner is: the contract between the loop of training and the families of learners.

A stack holds M members x B seats = N networks, member by member, where the B seats are those that its learner trains:
all A seats of the game, or those of some sides in a mixed team.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import torch
from torch import Generator, Tensor

from agents.training.replay import Replay
from arena.game import Game, Head
from arena.transition import Transition, seat_major

Metrics = dict[str, Tensor]  # each [N]


@dataclass(frozen=True)
class Spec:
    """What a learner needs to know of a game, and which of its seats it trains."""

    sees: tuple[int, ...]  # [A] width of each seat's observation
    obs_width: int  # O
    action_width: int  # U
    heads: tuple[tuple[Head, ...], ...] = ()  # [A] what each seat decides; the default: one choice among all U
    mine: tuple[int, ...] = ()  # [B] the seats that learn; the default: all
    sides: tuple[int, ...] = ()  # [A] the number of each seat's side; the default: all on one

    def __post_init__(self) -> None:
        seats = len(self.sees)
        defaults = {
            "heads": ((Head(0, self.action_width),),) * seats,
            "mine": tuple(range(seats)),
            "sides": (0,) * seats,
        }
        for name, value in defaults.items():
            if not getattr(self, name):
                object.__setattr__(self, name, value)

    @property
    def seats(self) -> int:
        """A: all seats of the game."""
        return len(self.sees)

    @cached_property
    def index(self) -> Tensor:
        """The seats that learn, int64 [B]."""
        return torch.tensor(self.mine)

    @property
    def is_whole(self) -> bool:
        """Whether all seats learn here."""
        return self.mine == tuple(range(self.seats))

    def own(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """The entries [B] of `values` [A] that belong to the seats that learn."""
        return tuple(values[seat] for seat in self.mine)

    def mine_of(self, x: Tensor) -> Tensor:
        """[M, K, A, ...] as [N, K, ...]: the seats that learn, as stacked networks take them."""
        return seat_major(x if self.is_whole else x.index_select(2, self.index))

    @classmethod
    def of(cls, game: Game, mine: tuple[int, ...] = ()) -> "Spec":
        """Of a game, for the seats `mine` that learn; the default: all."""
        sees, heads = (tuple(getattr(seat, name) for seat in game.seats) for name in ("sees", "heads"))
        side_of = {seat: k for k, seats in enumerate(game.sides.values()) for seat in seats}
        sides = tuple(side_of[seat] for seat in range(len(game.seats)))
        return cls(sees, game.observation_width, game.action_width, heads, mine, sides)


class Stack(Protocol):
    """N networks in training, and everything that training needs to go on."""

    spec: Spec

    def tensors(self) -> Mapping[str, Tensor]:
        """Every tensor of the state by name, as views: reading them saves a stack, filling them restores it."""
        ...


class Learner(Protocol):
    """The settings of a learner, and the functions of its stack."""

    batch_size: int
    samples_per_step: float  # samples drawn from the replay per transition added to it
    warmup: int  # transitions per member before the first update
    replay: int  # transitions kept per member
    recurrent: bool  # learns along windows, and needs those to tell what it does next

    @property
    def reads_others(self) -> bool:
        """Whether updates need to know what the seats of other learners do next."""
        ...

    @property
    def ranking_bytes(self) -> int:
        """What each network keeps beside the replay, in bytes."""
        ...

    def memory_width(self, spec: Spec) -> int:
        """H: numbers that each seat of each world keeps during a game; they start at zero."""
        ...

    def init(self, spec: Spec, members: int, rng: Generator) -> Any:
        """A fresh stack."""
        ...

    def act(self, stack: Any, obs: Tensor, memory: Tensor, progress: float, rng: Generator) -> Tensor:
        """Exploring actions [N, W, U] for observations [N, W, O]; changes the memory [N, W, H] in place.

        Progress in [0, 1] is the share of training done.
        """
        ...

    def owner(self, memory: Tensor) -> Tensor:
        """Which of a seat's policies plays the present game, [N, W], by its memory [N, W, H]."""
        ...

    def sample(self, stack: Any, replay: Replay, progress: float, rng: Generator) -> Any:
        """A batch for `update`: transitions with leading axes [M, K], or what else the learner draws."""
        ...

    def next_action(self, stack: Any, batch: Transition, rng: Generator) -> Tensor:
        """What the target policies do next, [N, K, U], for critics of other learners."""
        ...

    def update(self, stack: Any, batch: Any, progress: float, rng: Generator) -> Metrics:
        """One step of every network on a batch; where `frozen` of it is not nan, that is what a seat does next."""
        ...

    def policy(self, stack: Any, member: int) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """The weights of a member's policy, and the card entries that say how to act with them."""
        ...


def mean_alive(x: Tensor, alive: Tensor) -> Tensor:
    """The mean [N] of `x` [N, K] over the samples in which its seat took part; 0 if it did in none."""
    return (x * alive).sum(1) / alive.sum(1).clamp_min(1)
