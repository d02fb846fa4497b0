"""Running scales of observations and rewards, for games whose numbers are far from 1.

The replay keeps what the game said; transitions are scaled when they are drawn, by what is known by then. In a policy
that is saved, the scale of the observations is part of the weights of its first layer.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

import torch
from torch import Tensor

from arena.transition import Transition

LEAST_VARIANCE = 1e-6  # of what is scaled; a number that never changes stays as it is


class Scaling(Protocol):
    """The settings that say what is scaled."""

    normalise_obs: bool
    normalise_reward: bool
    gamma: float


class Moments:
    """The mean and the variance of all numbers seen so far.

    Source: Chan, Golub, LeVeque 1979, "Updating formulae and a pairwise algorithm for computing sample variances".
    """

    def __init__(self, *shape: int) -> None:
        self.count = torch.zeros(shape, dtype=torch.float64)
        self.mean = torch.zeros(shape, dtype=torch.float64)
        self.square = torch.zeros(shape, dtype=torch.float64)  # the sum of the squared distances to the mean

    def add(self, x: Tensor, counts: Tensor) -> None:
        """Takes in numbers of this shape, several of them along axis 1, where `counts` is 1 and not where it is 0."""
        x, counts = x.double(), counts.double()
        count = counts.sum(1)
        mean = (x * counts).sum(1) / count.clamp_min(1)
        change, total = mean - self.mean, (self.count + count).clamp_min(1)
        apart = ((x - mean.unsqueeze(1)).square() * counts).sum(1)
        self.square += apart + change.square() * self.count * count / total
        self.mean += change * count / total
        self.count += count

    def deviation(self) -> Tensor:
        """The standard deviation; 1 where next to nothing varies."""
        variance = self.square / self.count.clamp_min(1)
        return torch.where(variance < LEAST_VARIANCE, 1, variance.sqrt())

    def tensors(self) -> Mapping[str, Tensor]:
        return {"count": self.count, "mean": self.mean, "square": self.square}


class Normaliser:
    """Brings what the A seats of M members see to mean 0 and variance 1, and their returns to variance 1.

    Rewards are divided by the deviation of the discounted return so far and keep their sign.

    Source: Engstrom et al. 2020, "Implementation matters in deep policy gradients", section 3, for the rewards.
    """

    def __init__(self, learner: Scaling, members: int, seats: int, width: int, worlds: int) -> None:
        self.scales_obs, self.scales_reward = learner.normalise_obs, learner.normalise_reward
        self.gamma = learner.gamma
        self.obs = Moments(members, seats, width)
        self.returns = Moments(members, seats)
        self.running = torch.zeros(members, worlds, seats)  # the discounted return of the game so far
        self.centre, self.scale = torch.zeros(members, seats, width), torch.ones(members, seats, width)

    def watch(self, t: Transition) -> None:
        """Takes in a step of every world, [M, W], as far as seats took part in it."""
        if self.scales_obs:
            self.obs.add(t.obs, t.alive.unsqueeze(-1))
            self.centre.copy_(self.obs.mean)
            self.scale.copy_(self.obs.deviation())
        if self.scales_reward:
            self.running.mul_(self.gamma).add_(t.reward)
            self.returns.add(self.running, t.alive)
            self.running.masked_fill_(t.last.bool().unsqueeze(-1), 0)

    def seen(self, obs: Tensor) -> Tensor:
        """Observations [M, A, W, O] as networks take them."""
        return (obs - self.centre.unsqueeze(2)) / self.scale.unsqueeze(2) if self.scales_obs else obs

    def drawn(self, t: Transition) -> Transition:
        """Transitions with leading axes [M, ...], or [M * networks, ...], as networks take them."""
        if self.scales_obs:
            centre, scale = self.spread(self.centre, t.obs), self.spread(self.scale, t.obs)
            t = replace(t, obs=(t.obs - centre) / scale, next_obs=(t.next_obs - centre) / scale)
        if self.scales_reward:
            t = replace(t, reward=t.reward / self.spread(self.returns.deviation().float(), t.reward))
        return t

    def spread(self, x: Tensor, like: Tensor) -> Tensor:
        """`x` [M, A, ...] with axes put in between, so that it goes with `like` [M * networks, ..., A, ...]."""
        x = x.repeat_interleave(like.shape[0] // x.shape[0], 0)
        return x.view(x.shape[0], *[1] * (like.dim() - x.dim()), *x.shape[1:])

    def fold(self, tensors: Mapping[str, Tensor], member: int, seats: Tensor) -> dict[str, Tensor]:
        """The weights of a member's policies of some seats, that take what the game says."""
        if not self.scales_obs:
            return dict(tensors)
        weight, bias = tensors["w.0"], tensors["b.0"]  # [B * networks, I, H] and [B * networks, H]
        each = weight.shape[0] // len(seats)
        centre, scale = (x[member, seats].repeat_interleave(each, 0) for x in (self.centre, self.scale))
        scaled = weight / scale.unsqueeze(2)
        return {**tensors, "w.0": scaled, "b.0": bias - torch.bmm(centre.unsqueeze(1), scaled).squeeze(1)}

    def tensors(self) -> Mapping[str, Tensor]:
        """The state, by name."""
        moments = {"obs": self.obs, "returns": self.returns}
        named = {f"{name}.{k}": x for name, own in moments.items() for k, x in own.tensors().items()}
        return {**named, "running": self.running, "centre": self.centre, "scale": self.scale}
