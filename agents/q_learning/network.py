"""Networks that say what each action of a seat is worth: plain, or with noise, streams and atoms.

Each of the three is a way to read the parameters or the outputs of a plain perceptron, so they combine freely: noise
makes weights of means and sigmas, streams are folded into the output layer, atoms turn outputs into distributions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Generator, Tensor

from agents.networks.heads import Products
from agents.networks.perceptron import Shape, forward, initialise, layers
from agents.q_learning.categorical import atoms_between, expected
from agents.q_learning.dueling import DuelingShape, fold
from agents.q_learning.noisy import disturbed, initialise_noisy, means


@dataclass(frozen=True)
class QNetwork:
    """How N networks read their parameters [N, D]."""

    products: Products
    shape: Shape  # of the weights that are learnt
    is_noisy: bool
    atoms: int  # Z; 0: an action has one value

    @property
    def plain(self) -> Shape:
        """The shape of the perceptron that `weights` are for."""
        return self.shape.plain if isinstance(self.shape, DuelingShape) else self.shape

    def initialise(self, live_inputs: Sequence[int], rng: Generator, kind: str) -> Tensor:
        """Fresh parameters [B, D]."""
        return (initialise_noisy if self.is_noisy else initialise)(self.shape, live_inputs, rng, kind)

    def weights(self, flat: Tensor, noise: Tensor | None = None) -> Tensor:
        """The weights [N, P] of the plain perceptron; without noise by the means."""
        if self.is_noisy:
            flat = means(flat) if noise is None else disturbed(flat, noise)
        return fold(flat, self.shape, self.products.counts) if isinstance(self.shape, DuelingShape) else flat

    def outputs(self, flat: Tensor, obs: Tensor, noise: Tensor | None = None) -> Tensor:
        """What is put out for each action: its value, [N, K, Q], or logits over the atoms, [N, K, Q, Z]."""
        out = forward(layers(self.weights(flat, noise), self.plain), obs, self.plain.normed)
        return out.unflatten(2, (-1, self.atoms)) if self.atoms else out

    def support(self, ends: Tensor) -> Tensor:
        """The atoms [N, 1, Z] between the ends [N, 2]."""
        return atoms_between(ends, self.atoms)

    def values(self, outputs: Tensor, ends: Tensor) -> Tensor:
        """The values [N, K, Q] that all outputs stand for, with atoms between the ends [N, 2] if there are any."""
        return self.products.mask(expected(outputs, self.support(ends).unsqueeze(2)) if self.atoms else outputs)

    def value(self, output: Tensor, ends: Tensor) -> Tensor:
        """The value [N, K] that the output [N, K] or [N, K, Z] of one action stands for."""
        return expected(output, self.support(ends)) if self.atoms else output


def taken(outputs: Tensor, number: Tensor) -> Tensor:
    """The outputs, [N, K] or [N, K, Z], of the actions `number` [N, K]."""
    index = number.view(*number.shape, 1, *[1] * (outputs.dim() - 3))
    return outputs.gather(2, index.expand(-1, -1, 1, *outputs.shape[3:])).squeeze(2)
