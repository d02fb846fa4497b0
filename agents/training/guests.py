"""Guests: players that stay as they are, in some seats of a team that learns; in each game one of many, or nobody.

How many seats a guest holds in a game is drawn evenly from one to all but one, and then which: so a team learns to
have a guest, and to be one. What happens in a guest's seat teaches nothing to the networks of that seat, and critics of
the other seats know what the guest does next.

Source: Strouse et al. 2021, "Collaborating with humans without human data" (fictitious co-play), where games of two
seats are shared with a guest.

Axes: M members, A seats, N = M x A, W worlds, P players of the bank.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Generator, Tensor

from agents.training.held import Held, HeldStack
from agents.training.learner import Spec
from agents.training.team import Part
from arena.draw import units
from arena.errors import ArenaError
from arena.game import Game


@dataclass
class GuestStack(HeldStack):
    """Which seats are a guest's, besides what is known of its games."""

    seated: Tensor = field(kw_only=True)  # bool [N, W], in the game of each world

    def tensors(self) -> Mapping[str, Tensor]:
        """See Stack."""
        return {**super().tensors(), "seated": self.seated}


@dataclass(eq=False)
class Guests(Held):
    """Players of whom a game has at most one as a guest: with what `chances` [M, P] leave of 1, nobody."""

    def init(self, spec: Spec, members: int, rng: Generator, worlds: int) -> GuestStack:
        """Nobody before the first frame of a first game."""
        games = super().init(spec, members, rng, worlds)
        seated = torch.zeros_like(games.frame, dtype=torch.bool)
        return GuestStack(spec, games.stream, games.frame, games.chosen, seated=seated)

    def drawn(self, stack: HeldStack) -> Tensor:
        """See Held; P is nobody."""
        total = self.chances.cumsum(1)
        level = units(self.draws_of(stack), 0)
        return torch.from_numpy((level[:, :, None] >= total[:, None, :]).sum(2))

    def begin(self, stack: HeldStack, begins: Tensor) -> None:
        """Draws guests and their seats for the games [N, W] that begin."""
        super().begin(stack, begins)
        assert isinstance(stack, GuestStack)
        stack.seated.copy_(torch.where(begins, self.seats_drawn(stack).flatten(0, 1), stack.seated))

    def seats_drawn(self, stack: HeldStack) -> Tensor:
        """Which seats are a guest's in the present game of each world, [M, A, W]."""
        seats, draws = len(stack.spec.mine), self.draws_of(stack)
        count = 1 + (units(draws, 1) * (seats - 1)).astype(np.int64)
        order = np.stack([units(draws, 2 + seat) for seat in range(seats)], 1).argsort(1).argsort(1)
        is_there = (stack.chosen < self.chances.shape[1]).numpy()
        return torch.from_numpy((order < count[:, None]) & is_there[:, None])

    def played(self, stack: HeldStack, obs: Tensor, memory: Tensor, where: Tensor, ahead: int = 0) -> Tensor:
        """See Held: in the seats of guests only."""
        assert isinstance(stack, GuestStack)
        return super().played(stack, obs, memory, where & stack.seated, ahead)


class GuestPart(Part):
    """All seats of a team, of which some are a guest's for the game."""

    @property
    def seated(self) -> Tensor:
        """Which seats are a guest's, bool [M, A, W]."""
        seated: Tensor = self.stack.seated.unflatten(0, (-1, len(self.spec.mine)))
        return seated

    def put(self, x: Tensor, axis: int, own: Tensor) -> None:
        """Writes what guests do into their seats of `x` [M, A, W, U]."""
        x.copy_(torch.where(self.seated.unsqueeze(-1), own, x))


def part_of_guests(guests: Guests, game: Game, members: int, worlds: int, rng: Generator) -> GuestPart:
    """The part of a team that guests are; ArenaError where nobody can be one."""
    spec = Spec.of(game)
    if spec.seats < 2:
        raise ArenaError(f"{game.name} has one seat: a guest would leave nobody to learn")
    memory = torch.zeros(members * spec.seats, worlds, guests.memory_width(spec))
    return GuestPart(guests, spec, guests.init(spec, members, rng, worlds), memory)
