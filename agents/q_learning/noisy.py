"""Noisy networks: weights whose noise is learnt, so that exploring fades where it does not pay.

Each weight has a mean and a sigma. One draw of noise serves a whole batch; acting for real uses the means.
Source: Fortunato et al. 2018, "Noisy networks for exploration", with factorised Gaussian noise.
"""

from collections.abc import Sequence

import torch
from torch import Generator, Tensor

from agents.networks.perceptron import Shape, initialise, layers

SIGMA = 0.5  # the sigma of a weight at the start, times the root of the layer's inputs


def initialise_noisy(shape: Shape, live_inputs: Sequence[int], rng: Generator, kind: str = "uniform") -> Tensor:
    """Fresh means, then sigmas, [N, 2P]: means as `kind` has them, sigmas SIGMA / sqrt(fan-in).

    `live_inputs` [N] counts the inputs that are not padding, as in agents.networks.perceptron.
    """
    means = initialise(shape, live_inputs, rng, kind)
    sigmas = torch.full_like(means, SIGMA)
    for k, pair in enumerate(layers(sigmas, shape)):
        fan_in = torch.tensor([live if k == 0 else shape.widths[k][0] for live in live_inputs], dtype=means.dtype)
        for tensor in pair:
            tensor.div_(fan_in.sqrt().view(-1, 1, 1))
    return torch.cat([means, sigmas], 1)


def means(parameters: Tensor) -> Tensor:
    """The weights [N, P] without their noise."""
    return parameters[:, : parameters.shape[1] // 2]


def disturbed(parameters: Tensor, noise: Tensor) -> Tensor:
    """The weights [N, P] with `noise` [N, P], each scaled by its sigma."""
    mean, sigma = parameters.chunk(2, 1)
    return torch.addcmul(mean, sigma, noise)


def draw_noise(shape: Shape, like: Tensor, rng: Generator) -> Tensor:
    """Noise [N, P] for the parameters `like` [N, 2P]: for each layer a product of its inputs' and its outputs'."""
    networks = len(like)
    parts = []
    for inputs, outputs in shape.widths:
        normal = torch.randn(networks, inputs + outputs, dtype=like.dtype, generator=rng)
        rooted = normal.sign() * normal.abs().sqrt()
        own, theirs = rooted.split([inputs, outputs], 1)
        parts += [(own.unsqueeze(2) * theirs.unsqueeze(1)).flatten(1), theirs]
    return torch.cat(parts, 1)
