"""A player that stays as it is while others learn: what a best response is trained against."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Generator, Tensor

from agents.training.learner import Spec
from arena.draw import children
from arena.player import Player


@dataclass
class HeldStack:
    """What a held player needs to know of the games that it is in."""

    spec: Spec
    stream: Tensor  # int64 [N, W] the random stream of a seat in the game of a world: the bits of a uint64
    frame: Tensor  # int64 [N, W] the frame of that game, from 0

    def tensors(self) -> Mapping[str, Tensor]:
        """See Stack."""
        return {"stream": self.stream, "frame": self.frame}

    def count(self, last: Tensor) -> None:
        """Goes on to the next frame, or to the next game of the worlds [M, W] whose game was at its `last` frame."""
        ended = last.bool().repeat_interleave(len(self.spec.mine), 0)
        following = children(self.stream.numpy().view(np.uint64), 0).view(np.int64)
        self.stream.copy_(torch.where(ended, torch.from_numpy(following), self.stream))
        self.frame.add_(1).masked_fill_(ended, 0)


@dataclass(frozen=True, eq=False)
class Held:
    """A player in the seats of a side: it acts, and never changes."""

    player: Player
    replay: int = 1
    reads_others: bool = False
    ranking_bytes: int = 0

    def memory_width(self, spec: Spec) -> int:
        """See Learner: what the player keeps."""
        return self.player.policy.memory_width

    def init(self, spec: Spec, members: int, rng: Generator, worlds: int) -> HeldStack:
        """Everybody at the first frame of a first game."""
        shape = (members * len(spec.mine), worlds)
        stream = torch.randint(-(2**63), 2**63 - 1, shape, generator=rng)
        return HeldStack(spec, stream, torch.zeros(shape, dtype=torch.int64))

    def act(self, stack: HeldStack, obs: Tensor, memory: Tensor, ahead: int = 0) -> Tensor:
        """The player's actions [N, W, U] for observations [N, W, O]; changes the memory [N, W, H] in place.

        With `ahead` 1 the observations are those of the next frame of the same game.
        """
        action = torch.zeros(*obs.shape[:2], stack.spec.action_width)
        for n in range(obs.shape[0]):
            frames = (stack.frame[n] + ahead).numpy()
            stream = stack.stream[n].numpy().view(np.uint64)
            seat = stack.spec.mine[n % len(stack.spec.mine)]
            for frame in np.unique(frames):
                rows = np.flatnonzero(frames == frame)
                kept = memory[n].numpy()[rows]
                played = self.player.policy.act(seat, obs[n].numpy()[rows], kept, stream[rows], int(frame))
                action[n, rows] = torch.from_numpy(np.asarray(played, np.float32))
                memory[n, rows] = torch.from_numpy(kept)
        return action

    def next_action(self, stack: HeldStack, obs: Tensor, memory: Tensor) -> Tensor:
        """What the player will do next, [N, W, U]: it does the same when it comes to that."""
        return self.act(stack, obs, memory.clone(), ahead=1)
