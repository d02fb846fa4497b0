"""Players that stay as they are while others learn: one that holds a side, or in each world one of many.

Who plays in a world is drawn when its game begins, by the chances that each member gives to the players of a bank.

Axes: M members, N = M x B their seats, W worlds, P players of the bank.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Generator, Tensor

from agents.policies.bank import Bank
from agents.training.learner import Spec
from arena.draw import children, units
from arena.player import Player

NEXT_GAME = 0  # the part of a game's stream that is the stream of the world's next one
OPPONENT = 2  # the part that says who plays; 1 is the choice of an ensemble: policies/drawn.py


@dataclass
class HeldStack:
    """What held players need to know of the games that they are in."""

    spec: Spec
    stream: Tensor  # int64 [N, W] the random stream of a seat in the game of a world: the bits of a uint64
    frame: Tensor  # int64 [N, W] the frame of that game, from 0
    chosen: Tensor  # int64 [M, W] the number of the player, from the first frame on
    ahead: tuple[Tensor, Tensor] | None = None  # what is played next, and the memory after it, of games that go on

    def tensors(self) -> Mapping[str, Tensor]:
        """See Stack; what is played next follows from the rest."""
        return {"stream": self.stream, "frame": self.frame, "chosen": self.chosen}


@dataclass(eq=False)
class Held:
    """Players in the seats of a side: they act, and never change."""

    bank: Bank
    chances: np.ndarray = field(default_factory=lambda: np.ones((1, 1)))  # [M or 1, P] of each player, not all 0
    room: int = 0  # numbers of memory, at least, for players that are yet to come
    replay: int = 1
    reads_others: bool = False
    ranking_bytes: int = 0

    @classmethod
    def by(cls, player: Player, action_width: int) -> "Held":
        """One player in all games."""
        return cls(Bank([player], action_width))

    def memory_width(self, spec: Spec) -> int:
        """See Learner: what the players keep."""
        return max(self.room, self.bank.memory_width)

    def init(self, spec: Spec, members: int, rng: Generator, worlds: int) -> HeldStack:
        """Everybody before the first frame of a first game."""
        shape = (members * len(spec.mine), worlds)
        stream = torch.randint(-(2**63), 2**63 - 1, shape, generator=rng)
        frame, chosen = torch.zeros(shape, dtype=torch.int64), torch.zeros(members, worlds, dtype=torch.int64)
        return HeldStack(spec, stream, frame, chosen)

    def drawn(self, stack: HeldStack) -> Tensor:
        """Who plays the present game of each world, [M, W]."""
        draws = self.draws_of(stack)
        total = np.broadcast_to(self.chances.cumsum(1), (len(draws), self.chances.shape[1]))
        level = units(draws, 0) * total[:, -1:]
        return torch.from_numpy((level[:, :, None] >= total[:, None, :]).sum(2))

    def draws_of(self, stack: HeldStack) -> np.ndarray:
        """The streams uint64 [M, W] of what is drawn for the present games: parts of those of their first seats."""
        return children(stack.stream[:: len(stack.spec.mine)].numpy().view(np.uint64), OPPONENT)

    def begin(self, stack: HeldStack, begins: Tensor) -> None:
        """Draws who plays the games [N, W] that begin."""
        stack.chosen.copy_(torch.where(begins[:: len(stack.spec.mine)], self.drawn(stack), stack.chosen))

    def count(self, stack: HeldStack, last: Tensor) -> None:
        """Goes on to the next frame, or to the next game of the worlds [M, W] whose game was at its `last` frame."""
        ended = last.bool().repeat_interleave(len(stack.spec.mine), 0)
        following = children(stack.stream.numpy().view(np.uint64), NEXT_GAME).view(np.int64)
        stack.stream.copy_(torch.where(ended, torch.from_numpy(following), stack.stream))
        stack.frame.add_(1).masked_fill_(ended, 0)

    def act(self, stack: HeldStack, obs: Tensor, memory: Tensor) -> Tensor:
        """The players' actions [N, W, U] for observations [N, W, O]; changes the memory [N, W, H] in place."""
        begins = stack.frame == 0
        if begins.any():
            self.begin(stack, begins)
        if stack.ahead is None:
            return self.played(stack, obs, memory, torch.ones_like(begins))
        (action, kept), stack.ahead = stack.ahead, None
        memory.copy_(torch.where(begins.unsqueeze(-1), memory, kept))
        return torch.where(begins.unsqueeze(-1), self.played(stack, obs, memory, begins), action)

    def next_action(self, stack: HeldStack, obs: Tensor, memory: Tensor) -> Tensor:
        """What the players do at the next frame [N, W, U], seeing [N, W, O]: they do the same when it comes to that."""
        kept = memory.clone()
        action = self.played(stack, obs, kept, torch.ones_like(stack.frame, dtype=torch.bool), ahead=1)
        stack.ahead = action, kept
        return action

    def played(self, stack: HeldStack, obs: Tensor, memory: Tensor, where: Tensor, ahead: int = 0) -> Tensor:
        """The actions [N, W, U] in the worlds `where` [N, W], so many frames ahead; zeros elsewhere."""
        action = torch.zeros(*obs.shape[:2], self.bank.action_width)
        for n in where.any(1).nonzero()[:, 0].tolist():
            rows = where[n].nonzero()[:, 0].numpy()
            member, place = divmod(n, len(stack.spec.mine))
            kept = memory[n].numpy()[rows]
            played = self.bank.act(
                stack.spec.mine[place],
                stack.chosen[member].numpy()[rows],
                obs[n].numpy()[rows],
                kept,
                stack.stream[n].numpy().view(np.uint64)[rows],
                stack.frame[n].numpy()[rows] + ahead,
            )
            action[n, rows] = torch.from_numpy(played)
            memory[n, rows] = torch.from_numpy(kept)
        return action
