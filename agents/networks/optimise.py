"""Gradient steps on a stack of flat parameters [N, P], in place; rates are equal, so nothing leaves the device."""

from collections.abc import Mapping
from typing import Protocol

import torch
from torch import Tensor


class Optimiser(Protocol):
    """What a step needs to remember."""

    def step_(self, parameters: Tensor, grad: Tensor, rate: float) -> None:
        """Moves `parameters` one step against `grad`, both [N, P]."""
        ...

    def tensors(self) -> Mapping[str, Tensor]:
        """The state, by name."""
        ...


class Adam:
    """The moments of Adam for parameters [N, P].

    Source: Kingma, Ba 2015, "Adam: a method for stochastic optimization".
    """

    def __init__(self, parameters: Tensor, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8) -> None:
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.mean = torch.zeros_like(parameters)
        self.square = torch.zeros_like(parameters)
        self.decay = torch.ones(2, dtype=torch.float64, device=parameters.device)  # beta1^t, beta2^t

    def step_(self, parameters: Tensor, grad: Tensor, rate: float) -> None:
        """See Optimiser."""
        self.mean.lerp_(grad, 1 - self.beta1)
        self.square.mul_(self.beta2).addcmul_(grad, grad, value=1 - self.beta2)
        self.decay[0] *= self.beta1
        self.decay[1] *= self.beta2
        bias1, bias2 = (1 - self.decay).to(parameters.dtype)
        size = (self.square / bias2).sqrt_().add_(self.epsilon)
        parameters.addcdiv_(self.mean / bias1, size, value=-rate)

    def tensors(self) -> Mapping[str, Tensor]:
        """See Optimiser."""
        return {"mean": self.mean, "square": self.square, "decay": self.decay}


class RmsProp:
    """The mean squares of RMSProp for parameters [N, P].

    Source: Tieleman, Hinton 2012, "Lecture 6.5: RMSProp", COURSERA; constants as in torch.optim.RMSprop.
    """

    def __init__(self, parameters: Tensor, decay: float = 0.99, epsilon: float = 1e-8) -> None:
        self.decay, self.epsilon = decay, epsilon
        self.square = torch.zeros_like(parameters)

    def step_(self, parameters: Tensor, grad: Tensor, rate: float) -> None:
        """See Optimiser."""
        self.square.mul_(self.decay).addcmul_(grad, grad, value=1 - self.decay)
        parameters.addcdiv_(grad, self.square.sqrt().add_(self.epsilon), value=-rate)

    def tensors(self) -> Mapping[str, Tensor]:
        """See Optimiser."""
        return {"square": self.square}


OPTIMISERS: dict[str, type[Adam] | type[RmsProp]] = {"adam": Adam, "rmsprop": RmsProp}


def clip_(grad: Tensor, largest: float) -> None:
    """Scales each row of `grad` [N, P] down to the norm `largest`."""
    norm = torch.linalg.vector_norm(grad, dim=1, keepdim=True)
    grad.mul_((largest / (norm + 1e-6)).clamp_(max=1.0))
