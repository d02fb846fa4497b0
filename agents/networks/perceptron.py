"""Stacked multi-layer perceptrons: N networks of one shape take every pass together.

The weights of a stack are one flat tensor [N, P], so that clipping, an optimiser step and a target update are each
one operation. `layers` cuts it into views.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Generator, Tensor
from torch.nn.functional import layer_norm

Layers = list[tuple[Tensor, Tensor]]  # weight [N, I, H] and bias [N, 1, H] of each layer
Live = int | Sequence[int]  # how many of the first inputs of a network are not padding, or which inputs


@dataclass(frozen=True)
class Shape:
    """The shape of one network of a stack: ReLU between layers, none after the last."""

    inputs: int
    hidden: tuple[int, ...]
    outputs: int
    normed: bool = False  # layer norm, without gain and bias, before each ReLU

    @property
    def widths(self) -> list[tuple[int, int]]:
        """[(I, H), ...]: the inputs and outputs of each layer."""
        return list(pairwise((self.inputs, *self.hidden, self.outputs)))

    @property
    def size(self) -> int:
        """P: the number of weights of one network."""
        return sum((i + 1) * o for i, o in self.widths)

    def gates(self, layer: int) -> int:
        """How many layers stand side by side in one; each is initialised for itself."""
        return 1


def layers(flat: Tensor, shape: Shape) -> Layers:
    """The weights and biases in `flat` [N, P], as views."""
    sizes = [size for i, o in shape.widths for size in (i * o, o)]
    parts = flat.split(sizes, dim=1)
    stack = flat.shape[0]
    return [
        (parts[2 * k].view(stack, i, o), parts[2 * k + 1].view(stack, 1, o)) for k, (i, o) in enumerate(shape.widths)
    ]


def named_layers(flat: Tensor, shape: Shape) -> dict[str, Tensor]:
    """The weights "w.0" [N, I, H] and biases "b.0" [N, H], and so on, as they stand in a checkpoint."""
    named: dict[str, Tensor] = {}
    for k, (weight, bias) in enumerate(layers(flat, shape)):
        named |= {f"w.{k}": weight, f"b.{k}": bias.squeeze(1)}
    return named


def initialise(shape: Shape, live_inputs: Sequence[Live], rng: Generator, kind: str = "uniform") -> Tensor:
    """Fresh weights [N, P] of one network for each entry of `live_inputs`.

    `live_inputs` [N] says which inputs are not padding, or how many of the first: padded zeros carry nothing, so
    counting them would start a narrow seat with weights that are too small.
    """
    flat = torch.empty(len(live_inputs), shape.size)
    first = [range(live) if isinstance(live, int) else live for live in live_inputs]
    for k, (weight, bias) in enumerate(layers(flat, shape)):
        rows = first if k == 0 else [range(shape.widths[k][0])] * len(first)
        gates = shape.gates(k)
        gain = 1 if gates > 1 else 0.01 if k == len(shape.widths) - 1 else 2**0.5
        for own, own_bias in zip(weight.chunk(gates, 2), bias.chunk(gates, 2), strict=True):
            INITIALISERS[kind](own, own_bias, rows, gain, rng)
    return flat


def uniform_(weight: Tensor, bias: Tensor, rows: Sequence[Sequence[int]], gain: float, rng: Generator) -> None:
    """Uniform in +-1/sqrt(fan-in), torch's own default."""
    fan_in = [len(own) for own in rows]
    for tensor in (weight, bias):
        tensor.uniform_(-1, 1, generator=rng).div_(torch.tensor(fan_in, dtype=torch.float32).sqrt().view(-1, 1, 1))


def orthogonal_(weight: Tensor, bias: Tensor, rows: Sequence[Sequence[int]], gain: float, rng: Generator) -> None:
    """Orthogonal rows or columns times a gain: sqrt(2) before a ReLU, 1 in gates, 0.01 at the end; biases are 0.

    Source: Saxe, McClelland, Ganguli 2014, "Exact solutions to the nonlinear dynamics of learning in deep linear
    neural networks"; the gains are those of Engstrom et al. 2020, "Implementation matters in deep policy gradients".
    """
    for own, live in zip(weight, rows, strict=True):
        own.zero_()[list(live)] = orthogonal(len(live), own.shape[1], rng) * gain
    bias.zero_()


def orthogonal(rows: int, columns: int, rng: Generator) -> Tensor:
    """A random matrix [rows, columns] whose rows, or columns if those are fewer, are orthonormal."""
    normal = torch.randn(max(rows, columns), min(rows, columns), generator=rng)
    q, r = torch.linalg.qr(normal)
    q = torch.mul(q, r.diagonal().sign())  # makes the draw uniform
    return q if rows >= columns else q.T


INITIALISERS = {"uniform": uniform_, "orthogonal": orthogonal_}


def forward(weights: Layers, x: Tensor, normed: bool = False) -> Tensor:
    """The outputs [N, K, outputs] for the inputs `x` [N, K, inputs] of each network."""
    weight, bias = weights[0]
    return finish(weights, torch.baddbmm(bias, x, weight), normed)


def finish(weights: Layers, first: Tensor, normed: bool = False) -> Tensor:
    """`forward` from the sums [N, K, H] of the first layer on; they are overwritten."""
    x = first
    for weight, bias in weights[1:]:
        x = torch.relu_(layer_norm(x, x.shape[-1:]) if normed else x)
        x = weighted_sum(x, weight, bias) if weight.shape[-1] == 1 else torch.baddbmm(bias, x, weight)
    return x


def weighted_sum(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """baddbmm for a single output: a product and a sum beat a matrix product one column wide."""
    return (x * weight.transpose(1, 2)).sum(-1, keepdim=True) + bias
