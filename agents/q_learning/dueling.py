"""Dueling networks: what a place is worth, and how much better than the others each action is there.

The last hidden layer is twice as wide as asked for: one half serves the value V, the other the advantages A. An
action is worth Q_j = V + A_j - mean A, which is linear in that layer, so the two streams fold into one plain output
layer: whoever runs, saves or plays the network need not know of them.

Source: Wang et al. 2016, "Dueling network architectures for deep reinforcement learning", equation 9.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from agents.networks.perceptron import Shape, layers
from arena.errors import ArenaError


@dataclass(frozen=True)
class DuelingShape(Shape):
    """The shape of a network with two streams: its widths end with the value's layer and the advantages'.

    `hidden` is that of the plain network; `outputs` = Q * atoms. With atoms the streams are folded for each of them.
    """

    atoms: int = 1

    @classmethod
    def of(cls, plain: Shape, atoms: int = 1) -> "DuelingShape":
        """From the shape asked for; ArenaError if it has no hidden layer."""
        if not plain.hidden:
            raise ArenaError("dueling needs a hidden layer; name its width, e.g. hidden=[64], or set dueling=false")
        hidden = (*plain.hidden[:-1], 2 * plain.hidden[-1])
        return cls(plain.inputs, hidden, plain.outputs, plain.normed, atoms)

    @property
    def widths(self) -> list[tuple[int, int]]:
        """[(I, H), ...] of the layers to the last hidden one, then of the two streams, a half of it each."""
        half = self.hidden[-1] // 2
        return [*pairwise((self.inputs, *self.hidden)), (half, self.atoms), (half, self.outputs)]

    @property
    def plain(self) -> Shape:
        """The shape of the network that the streams fold into."""
        return Shape(self.inputs, self.hidden, self.outputs, self.normed)


def fold(flat: Tensor, shape: DuelingShape, counts: Tensor) -> Tensor:
    """The weights [N, P of shape.plain] of the plain network that is the two streams of `flat` [N, P of shape].

    `counts` [N, 1]: how many actions each network has; those beyond do not count in its mean.
    """
    *_, (value, value_bias), (advantage, advantage_bias) = layers(flat, shape)
    weight = torch.cat([_spread(value, shape), _centred(advantage, shape, counts)], 1)  # [N, 2H, Q * Z]
    bias = _spread(value_bias, shape) + _centred(advantage_bias, shape, counts)
    kept = flat.shape[1] - sum(part[0].numel() for part in (value, value_bias, advantage, advantage_bias))
    return torch.cat([flat[:, :kept], weight.flatten(1), bias.flatten(1)], 1)


def _spread(value: Tensor, shape: DuelingShape) -> Tensor:
    """The value's weights [N, H, Z] for every action, [N, H, Q * Z]."""
    return value.repeat(1, 1, shape.outputs // shape.atoms)


def _centred(advantage: Tensor, shape: DuelingShape, counts: Tensor) -> Tensor:
    """The advantages' weights [N, H, Q * Z] less their mean over a network's own actions."""
    by_action = advantage.unflatten(2, (-1, shape.atoms))  # [N, H, Q, Z]
    is_own = torch.arange(by_action.shape[2]) < counts  # [N, Q]
    own = torch.where(is_own.view(len(counts), 1, -1, 1), by_action, 0)
    mean = own.sum(2, keepdim=True) / counts.view(-1, 1, 1, 1)
    return torch.sub(by_action, mean).flatten(2)
