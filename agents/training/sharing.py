"""One network for several seats: seats of a side that see and decide alike share their weights.

Which seat it is for enters as one more input, a one-hot indicator. In a linear first layer that is a bias for each
seat, so a stack holds the network once for every seat and keeps all but the biases of the first layers equal.

Source: Gupta, Egorov, Kochenderfer 2017, "Cooperative multi-agent control using deep reinforcement learning", for
sharing with an indicator.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from agents.networks.optimise import Optimiser, clip_
from agents.networks.perceptron import Shape
from agents.training.learner import Spec


@dataclass(frozen=True)
class Sharing:
    """Which of the rows of flat parameters [N, P] are one network."""

    leader: Tensor  # int64 [N] the first row of the same network
    size: Tensor  # [N, 1] how many rows it has
    own: slice  # the columns that each row has for itself

    @classmethod
    def of(cls, keys: Sequence[Hashable], shape: Shape) -> "Sharing":
        """Rows with equal keys are one network."""
        first: dict[Hashable, int] = {}
        leader = torch.tensor([first.setdefault(key, row) for row, key in enumerate(keys)])
        inputs, outputs = shape.widths[0]
        size = torch.bincount(leader, minlength=len(keys))[leader]
        return cls(leader, size.unsqueeze(1).float(), slice(inputs * outputs, (inputs + 1) * outputs))

    def tie_(self, flat: Tensor) -> None:
        """Makes what is shared what the first row has."""
        own = flat[:, self.own].clone()
        flat.copy_(flat[self.leader])
        flat[:, self.own] = own

    def widen_(self, ends: Tensor) -> None:
        """Moves the ends [N, 2] of intervals out to the furthest that rows of the same network have."""
        for column, furthest in ((0, "amin"), (1, "amax")):
            own = ends[:, column]
            own.copy_(own.clone().scatter_reduce_(0, self.leader, own, furthest)[self.leader])

    def clip_(self, grad: Tensor, largest: float) -> None:
        """Gradients [N, P] of the losses of rows become those of a network's mean loss, scaled down to a norm."""
        size = self.size.to(grad.dtype)
        grad /= size
        total = torch.zeros_like(grad).index_add_(0, self.leader, grad)[self.leader]
        each = grad[:, self.own]
        biases = torch.zeros_like(size).index_add_(0, self.leader, each.square().sum(1, keepdim=True))[self.leader]
        total[:, self.own] = 0
        norm = (total.square().sum(1, keepdim=True) + biases).sqrt()
        total[:, self.own] = each
        grad.copy_(total).mul_((largest / (norm + 1e-6)).clamp_(max=1.0))


def descend_(
    flat: Tensor, grad: Tensor, optimiser: Optimiser, rate: float, clip: float, sharing: Sharing | None = None
) -> None:
    """Moves networks [N, P] a step against their gradients, clipped; seats that share one move it together."""
    if sharing is None:
        clip_(grad, clip)
        optimiser.step_(flat, grad, rate)
    else:
        sharing.clip_(grad, clip)
        optimiser.step_(flat, grad, rate)
        sharing.tie_(flat)


def seat_key(spec: Spec, seat: int) -> Hashable:
    """Seats with the same key may share a network."""
    return spec.sides[seat], spec.sees[seat], spec.heads[seat]


def sharing_of(spec: Spec, members: int, each: int, shape: Shape) -> Sharing:
    """For `each` networks of every seat of every member: the k-th of alike seats of a member are one."""
    keys = [(member, seat_key(spec, seat), k) for member in range(members) for seat in spec.mine for k in range(each)]
    return Sharing.of(keys, shape)
