"""Networks with a memory: perceptrons whose last hidden layer is a GRU, for one step or over whole windows.

To the flat weights [N, P] a GRU is two layers of width 3H, one for what comes in and one for the memory, whose sums
make the gates. All else is as in agents/networks/perceptron.py; no ReLU follows the GRU.

Source: Cho et al. 2014, "Learning phrase representations using RNN encoder-decoder for statistical machine
translation"; the equations and the order of the gates (reset, update, fresh) are those of torch.nn.GRU.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from agents.networks.perceptron import Layers, Shape, forward

GATES = 3


@dataclass(frozen=True)
class RecurrentShape(Shape):
    """The shape of a network whose last hidden layer is a GRU; there must be one."""

    @property
    def widths(self) -> list[tuple[int, int]]:
        """[(I, H), ...] of the layers before the GRU, then (I, 3H) and (H, 3H) of the GRU, and (H, outputs)."""
        *before, (inputs, width), output = super().widths
        return [*before, (inputs, GATES * width), (width, GATES * width), output]

    def gates(self, layer: int) -> int:
        """See Shape: the layers of the GRU are those before the last."""
        return GATES if layer in (len(self.hidden) - 1, len(self.hidden)) else 1


def remember(sums: Tensor, memory: Tensor, recurrent: tuple[Tensor, Tensor]) -> Tensor:
    """The next memory [N, K, H], from what comes in as sums [N, K, 3H] of the gates, and the memory [N, K, H]."""
    weight, bias = recurrent
    width = memory.shape[2]
    own = torch.baddbmm(bias, memory, weight)
    sums_gates, sums_fresh = sums.split([2 * width, width], 2)
    own_gates, own_fresh = own.split([2 * width, width], 2)
    reset, update = torch.sigmoid(sums_gates + own_gates).split(width, 2)
    fresh = torch.tanh(torch.addcmul(sums_fresh, reset, own_fresh))
    return torch.lerp(fresh, memory, update)


def gate_sums(weights: Layers, x: Tensor, normed: bool = False) -> Tensor:
    """What the inputs `x` [N, K, I] add to the gates, [N, K, 3H]."""
    return forward(weights[:-2], x, normed)


def step(weights: Layers, x: Tensor, memory: Tensor, normed: bool = False) -> Tensor:
    """The memory [N, K, H] after the inputs `x` [N, K, I]."""
    return remember(gate_sums(weights, x, normed), memory, weights[-2])


def unroll(weights: Layers, x: Tensor, memory: Tensor, starts: Tensor, normed: bool = False) -> Tensor:
    """The memories [N, T, K, H] after each step of the windows `x` [N, T, K, I], from `memory` [N, K, H] on.

    Where `starts` [N, T, K] is 1 a game starts, and what was before is forgotten.
    """
    sums = gate_sums(weights, x.flatten(1, 2), normed).unflatten(1, x.shape[1:3])
    kept = (1 - starts.to(x.dtype)).unsqueeze(3)
    memories = []
    for now, keep in zip(sums.unbind(1), kept.unbind(1), strict=True):
        memory = remember(now, memory * keep, weights[-2])
        memories.append(memory)
    return torch.stack(memories, 1)


def read(weights: Layers, memory: Tensor) -> Tensor:
    """The outputs [N, K, outputs] of networks whose memory is [N, K, H]."""
    return forward(weights[-1:], memory)
