"""Noise on ranges, whose numbers lie in [0, 1]; choices explore by being sampled.

Source: Lillicrap et al. 2015, "Continuous control with deep reinforcement learning", for the process of Uhlenbeck and
Ornstein 1930, in steps of one frame; Fujimoto et al. 2018, "Addressing function approximation error in actor-critic
methods", section 5.3, for the noise on target actions.
"""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from agents.networks.heads import Heads

EXPLORE = ("gaussian", "ou")


def gaussian_(heads: Heads, action: Tensor, noise: float, rng: Generator) -> Tensor:
    """The actions [N, K, U] with independent noise of this standard deviation."""
    return shift_(heads, action, lambda part, _: noise * normal(part, rng))


def ou_(heads: Heads, action: Tensor, state: Tensor, noise: float, theta: float, rng: Generator) -> Tensor:
    """The actions [N, K, U] with noise that wanders: its `state` [N, K, U] falls by a share theta and is moved on."""

    def walk(part: Tensor, place: slice) -> Tensor:
        own = state[..., place]
        return own.mul_(1 - theta).add_(noise * normal(part, rng))

    return shift_(heads, action, walk)


def smooth_(heads: Heads, action: Tensor, noise: float, most: float, rng: Generator) -> Tensor:
    """The target actions [N, K, U] with independent noise of this standard deviation, cut off at `most`."""
    return shift_(heads, action, lambda part, _: (noise * normal(part, rng)).clamp_(-most, most))


def shift_(heads: Heads, action: Tensor, draw: Callable[[Tensor, slice], Tensor]) -> Tensor:
    """Adds a draw to every range that a seat has; what leaves [0, 1] is put on its border."""
    for start, width, is_range in heads.segments:
        if is_range:
            place = slice(start, start + width)
            part = action[..., place]
            part += draw(part, place)
            part.clamp_(0, 1).mul_(heads.live[..., place])
    return action


def normal(like: Tensor, rng: Generator) -> Tensor:
    """Standard normal numbers of a shape."""
    return torch.randn(like.shape, generator=rng, device=like.device)
