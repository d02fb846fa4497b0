"""From the numbers that a network puts out to actions: one head for each thing that a seat decides.

Seats of one stack may decide different things (one moves, one speaks): the networks are of one shape, and what a
seat has no head for stays 0 in its action and out of its gradients.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import torch
from torch import Generator, Tensor
from torch.nn.functional import one_hot

from arena.errors import ArenaError
from arena.game import Head, combinations

TINY = 1e-38  # keeps the logarithm of a uniform draw finite
NEVER = -1e9  # a logit that no softmax picks
MOST_PRODUCTS = 4096  # outputs of a network that values every product of choices
SeatHeads = tuple[tuple[Head, ...], ...]  # [A] the heads of each seat


@dataclass(frozen=True)
class Heads:
    """How outputs [N, K, U] of networks that have one output for each number of an action become actions."""

    segments: tuple[Head, ...]  # the heads of all seats, laid over each other
    live: Tensor  # [N, 1, U] 1 where the seat of a network has a head
    is_single: bool  # all seats make the same one choice, and nothing else

    @classmethod
    def of(cls, seats: SeatHeads, width: int, members: int) -> "Heads":
        segments = laid_over(seats)
        live = torch.zeros(len(seats), width)
        for row, heads in zip(live, seats, strict=True):
            for head in heads:
                row[head.start : head.start + head.width] = 1
        is_single = segments == (Head(0, width),) and bool(live.all())
        return cls(segments, live.repeat(members, 1).unsqueeze(1), is_single)

    def relax(self, outputs: Tensor, rng: Generator, is_hard: bool) -> Tensor:
        """Actions [N, K, U]: samples of the Gumbel-softmax at temperature 1, hard or soft, and ranges as they are.

        Source: Jang, Gu, Poole 2017, "Categorical reparameterization with Gumbel-softmax".
        """
        uniform = torch.rand(outputs.shape, generator=rng, device=outputs.device, dtype=outputs.dtype)
        noise = uniform.clamp_min_(TINY).log_().neg_().log_()  # minus a Gumbel
        if self.is_single:
            return pick(outputs - noise, is_hard)
        noisy = torch.where(self.live > 0, outputs - noise, NEVER)
        parts = []
        at = 0
        for start, width, is_range in self.segments:
            parts.append(outputs.new_zeros(*outputs.shape[:-1], start - at))
            at = start + width
            parts.append(squash(outputs[..., start:at]) if is_range else pick(noisy[..., start:at], is_hard))
        parts.append(outputs.new_zeros(*outputs.shape[:-1], outputs.shape[-1] - at))
        return torch.cat(parts, -1) * self.live


def laid_over(seats: SeatHeads) -> tuple[Head, ...]:
    """The heads of all seats by where they start, each as wide as its widest."""
    widest: dict[int, Head] = {}
    for head in (head for heads in seats for head in heads):
        known = widest.setdefault(head.start, head)
        widest[head.start] = max(known, head, key=lambda h: h.width)
    return tuple(widest[start] for start in sorted(widest))


def pick(noisy: Tensor, is_hard: bool) -> Tensor:
    """The softmax over the last axis, or its one-hot with the gradient of the softmax."""
    soft = torch.softmax(noisy, -1)
    if not is_hard:
        return soft
    hard = one_hot(soft.argmax(-1), soft.shape[-1]).to(soft.dtype)
    return hard + (soft - soft.detach()) if soft.requires_grad else hard


def squash(outputs: Tensor) -> Tensor:
    """Numbers in [0, 1] from any."""
    return torch.sigmoid(2 * outputs)  # (tanh(x) + 1) / 2


def entropy(heads: Heads, outputs: Tensor) -> Tensor:
    """The entropy [n, K] of the choices of policies that put out [n, K, U]; that of ranges does not change."""
    total = torch.zeros_like(outputs[..., 0])
    for start, width, is_range in heads.segments:
        if not is_range:
            live = heads.live[..., start : start + width]
            logs = shares(outputs[..., start : start + width], live)
            total = total - (logs.exp() * logs).sum(-1) * live[..., 0]
    return total


def shares(logits: Tensor, live: Tensor) -> Tensor:
    """The logarithms of the softmax over the alternatives that a seat has."""
    return torch.log_softmax(torch.where(live > 0, logits, NEVER), -1)


@dataclass(frozen=True)
class Products:
    """Every combination of a seat's choices as one numbered action: the first head turns fastest, as in mpe2."""

    action: Tensor  # [N, Q, U] the action of each number
    counts: Tensor  # [N, 1]    how many numbers the seat of a network has
    weight: Tensor  # [N, U, 1] action @ weight is the number of an action
    is_even: bool  # all seats have as many

    @classmethod
    def of(cls, seats: SeatHeads, width: int, members: int) -> "Products":
        """ArenaError if a seat decides by numbers instead of choices, or has too many combinations."""
        if any(head.is_range for heads in seats for head in heads):
            raise ArenaError(
                "Q-learning chooses among discrete actions, and this game has continuous ones; "
                "use ddpg, td3, maddpg or matd3"
            )
        most = max(combinations(heads) for heads in seats)
        if most > MOST_PRODUCTS:
            raise ArenaError(
                f"Q-learning would need {most} outputs for a seat, more than {MOST_PRODUCTS}; use ddpg or maddpg"
            )
        tables = [table(heads, width) for heads in seats]
        action = torch.stack([torch.cat([rows, rows[:1].expand(most - len(rows), -1)]) for rows in tables])
        weight = torch.stack([radix(heads, width) for heads in seats]).unsqueeze(2)
        counts = torch.tensor([[len(rows)] for rows in tables])
        is_even = bool((counts == most).all())
        return cls(action.repeat(members, 1, 1), counts.repeat(members, 1), weight.repeat(members, 1, 1), is_even)

    @property
    def most(self) -> int:
        """Q: the numbers of the seat that has most."""
        return self.action.shape[1]

    def mask(self, values: Tensor) -> Tensor:
        """The values [N, K, Q] with those of numbers that a seat does not have out of the question."""
        if self.is_even:
            return values
        return torch.where(torch.arange(self.most) < self.counts.unsqueeze(2), values, NEVER)

    def vectors(self, number: Tensor) -> Tensor:
        """The actions [N, K, U] of numbers [N, K]."""
        return self.action.gather(1, number.unsqueeze(2).expand(-1, -1, self.action.shape[2]))

    def numbers(self, action: Tensor) -> Tensor:
        """The numbers [N, K] of actions [N, K, U]."""
        return torch.bmm(action, self.weight.to(action.dtype)).squeeze(2).round().long()


def table(heads: Sequence[Head], width: int) -> Tensor:
    """The action [Q, U] of every combination of a seat's choices."""
    rows = torch.zeros(combinations(heads), width)
    turns = product(*(range(head.width) for head in reversed(heads)))  # the last of a product turns fastest
    for row, choices in zip(rows, turns, strict=True):
        for head, choice in zip(reversed(heads), choices, strict=True):
            row[head.start + choice] = 1
    return rows


def radix(heads: Sequence[Head], width: int) -> Tensor:
    """What each number of an action [U] adds to the number of its combination."""
    weight, stride = torch.zeros(width), 1
    for head in heads:
        weight[head.start : head.start + head.width] = stride * torch.arange(head.width)
        stride *= head.width
    return weight
