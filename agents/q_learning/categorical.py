"""Distributional Q-learning: what an action is worth as a distribution over a fixed set of numbers, the atoms.

Source: Bellemare, Dabney, Munos 2017, "A distributional perspective on reinforcement learning" (C51).
"""

import torch
from torch import Tensor


def atoms_between(ends: Tensor, count: int) -> Tensor:
    """The `count` numbers [N, 1, Z] that lie evenly between the `ends` [N, 2] of each network."""
    low, high = ends[:, None, :1], ends[:, None, 1:]
    share = torch.linspace(0, 1, count, dtype=ends.dtype, device=ends.device)
    return torch.lerp(low, high, share)


def project(probability_t: Tensor, r_t: Tensor, discount_t: Tensor, support: Tensor) -> Tensor:
    """The distributions [..., Z] of r_t + discount_t z, for z of `probability_t` [..., Z], put back on the atoms.

    What falls between two atoms is shared between them by its distance, what falls beyond the ends goes to the ends.
    `support` [..., Z] are the atoms, evenly spaced; r_t and discount_t [...]. Source: algorithm 1 of the paper.
    Differs: a number that is exactly an atom keeps all its mass (there, it would lose it).
    """
    last = support.shape[-1] - 1
    low, high = support[..., :1], support[..., -1:]
    moved = r_t.unsqueeze(-1) + discount_t.unsqueeze(-1) * support  # [..., Z]
    place = ((moved - low) * (last / (high - low))).clamp(0, last)
    lower = place.floor().clamp_max(last - 1)
    share = place - lower  # of the upper atom
    index = lower.long()
    shared = torch.zeros_like(probability_t)
    shared.scatter_add_(-1, index, probability_t * (1 - share))
    return shared.scatter_add_(-1, index + 1, probability_t * share)


def divergence(logits_tm1: Tensor, target: Tensor) -> Tensor:
    """The Kullback-Leibler divergence [...] of targets [..., Z] from the distributions that logits [..., Z] stand for.

    Its gradient is that of the cross-entropy, and it is 0 where there is nothing to learn.
    """
    return (torch.xlogy(target, target) - target * logits_tm1.log_softmax(-1)).sum(-1)


def expected(logits: Tensor, support: Tensor) -> Tensor:
    """The means [...] of the distributions that logits [..., Z] stand for."""
    return (logits.softmax(-1) * support).sum(-1)
