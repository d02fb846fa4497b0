"""Inferred policies of the others: each learner approximates every other seat's policy by watching what that seat does.

Before each update of the critics the approximations take one step of maximum likelihood on the latest transitions;
slow copies of them say in the critics' targets what the others do next.

Source: Lowe et al. 2017, "Multi-Agent Actor-Critic for Mixed Cooperative-Competitive Environments", section 4.2: the
loss is equation 7, the target equation 8.
Differs: of a soft action the strongest component counts as the choice that was made, which is a sample of the softmax
exactly (Gumbel 1954; Maddison, Tarlow, Minka 2014, "A* sampling"). A range is taken for a Gaussian of a fixed width.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, pi

import torch
from torch import Generator, Tensor

from agents.actor_critic.view import View
from agents.networks.heads import Heads, entropy, shares, squash
from agents.networks.optimise import Adam, Optimiser, RmsProp, clip_
from agents.networks.perceptron import Shape, forward, initialise, layers
from agents.training.learner import Spec, mean_alive
from arena.transition import Transition, seat_major

ENTROPY = 0.001  # the weight of the entropy of an approximation
WIDTH = 0.1  # standard deviation that a range is taken to have


@dataclass(frozen=True)
class Watched:
    """What a learner that infers is given: a batch with leading axes [M, K], and the latest transitions [M, L]."""

    rows: Transition
    latest: Transition


@dataclass
class Inferred:
    """For each of N learners an approximation of each of A seats' policies; that of its own seat is never asked."""

    spec: Spec
    heads: Heads
    shape: Shape
    online: Tensor  # [N * A, P]
    target: Tensor  # [N * A, P]
    optimiser: Optimiser
    others: Tensor  # [N, A] 1 where the learner's critic reads another seat

    def tensors(self) -> Mapping[str, Tensor]:
        """The state, by name."""
        optimiser = {f"optimiser.{k}": v for k, v in self.optimiser.tensors().items()}
        return {"online": self.online, "target": self.target, **optimiser}

    def learn(self, latest: Transition, rate: float, clip: float, tau: float) -> Tensor:
        """One step on the latest transitions; the mean log-likelihood [N] of what the others did, before it."""
        flat = self.online.detach().requires_grad_()
        outputs = self.outputs(flat, latest.obs)
        likelihood = log_likelihood(self.heads, outputs, self.spread(latest.action))
        alive = self.spread(latest.alive.unsqueeze(-1)).squeeze(-1)
        loss = mean_alive(-likelihood - ENTROPY * entropy(self.heads, outputs), alive)
        (grad,) = torch.autograd.grad(loss.sum(), flat)
        clip_(grad, clip)
        self.optimiser.step_(self.online, grad, rate)
        self.target.lerp_(self.online, tau)
        mean = mean_alive(likelihood.detach(), alive).view_as(self.others)
        return (mean * self.others).sum(1) / self.others.sum(1).clamp_min(1)

    def outputs(self, flat: Tensor, obs: Tensor) -> Tensor:
        """What approximations put out for observations [M, K, A, O]: [N * A, K, U]."""
        return forward(layers(flat, self.shape), self.spread(obs), self.shape.normed)

    def spread(self, x: Tensor) -> Tensor:
        """[M, K, A, X] of all seats as [N * A, K, X]: once for each learner of a member."""
        by_seat = seat_major(x).unflatten(0, (x.shape[0], 1, -1))
        every: Tensor = by_seat.expand(-1, len(self.spec.mine), -1, -1, -1).flatten(0, 2)
        return every


def fresh_approximations(spec: Spec, shape: Shape, rng: Generator, initial: str) -> Tensor:
    """Weights [B * A, P] of the approximations of one member."""
    return initialise(shape, spec.sees * len(spec.mine), rng, initial)


def inferred_of(
    spec: Spec, view: View, shape: Shape, optimiser: type[Adam] | type[RmsProp], online: Tensor
) -> Inferred:
    """The approximations of members, from their weights [N * A, P]."""
    members = view.members
    heads = Heads.of(spec.heads * len(spec.mine), spec.action_width, members)
    others = view.reads.float()
    others[torch.arange(len(others)), spec.index] = 0
    return Inferred(spec, heads, shape, online, online.clone(), optimiser(online), others.repeat(members, 1))


def own_put_in(following: Tensor, own: Tensor, spec: Spec) -> Tensor:
    """What learners think that seats do next, [N * A, K, U], with what their own do, [N, K, U]: [N, K, A, U]."""
    joint: Tensor = following.unflatten(0, (own.shape[0], -1)).transpose(1, 2).clone()
    network = torch.arange(len(own))
    joint[network, :, spec.index.repeat(len(own) // len(spec.mine))] = own
    return joint


def log_likelihood(heads: Heads, outputs: Tensor, action: Tensor) -> Tensor:
    """The logarithm [n, K] of how likely actions [n, K, U] are under policies that put out [n, K, U]."""
    total = torch.zeros_like(outputs[..., 0])
    for start, width, is_range in heads.segments:
        place = slice(start, start + width)
        live, done = heads.live[..., place], action[..., place]
        if is_range:
            error = ((done - squash(outputs[..., place])) / WIDTH).square()
            total = total - ((error / 2 + log(WIDTH) + log(2 * pi) / 2) * live).sum(-1)
        else:
            chosen = done.argmax(-1, keepdim=True)
            total = total + shares(outputs[..., place], live).gather(-1, chosen).squeeze(-1) * live[..., 0]
    return total
