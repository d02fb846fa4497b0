"""Independent DQN: every seat learns the value of each of its actions alone, from what its own seat sees.

The network has one output for each combination of a seat's choices, e.g. for each move and word of one that does both.

Source: Mnih et al. 2015, "Human-level control through deep reinforcement learning": replay, a target network copied
every `target_every` updates, the Huber loss, epsilon-greedy exploration that falls linearly.
`double` is van Hasselt, Guez, Silver 2016, "Deep reinforcement learning with double Q-learning".
Differs: gradients are clipped by the norm over a network.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor
from torch.nn.functional import smooth_l1_loss

from agents.heads import Products
from agents.learner import Metrics, Spec, mean_alive
from agents.network import Shape, forward, initialise, layers, named_layers
from agents.optimise import OPTIMISERS, Optimiser, clip_
from agents.settings import Settings, between
from arena.transition import Transition


@dataclass
class DqnStack:
    """The state of N = M x B learners."""

    spec: Spec
    products: Products
    shape: Shape
    online: Tensor  # [N, P]
    target: Tensor  # [N, P]
    optimiser: Optimiser
    updates: Tensor  # how many so far

    def tensors(self) -> Mapping[str, Tensor]:
        optimiser = {f"optimiser.{k}": v for k, v in self.optimiser.tensors().items()}
        return {"online": self.online, "target": self.target, "updates": self.updates, **optimiser}


@dataclass(frozen=True, kw_only=True)
class Dqn(Settings):
    """Settings of independent DQN."""

    lr: float = 0.001
    double: bool = False  # the online network chooses the next action, the target network says what it is worth
    target_every: int = 200  # updates between copies to the target network
    clip: float = 10.0
    epsilon_start: float = between(1.0, 0, 1)
    epsilon_end: float = between(0.05, 0, 1)
    epsilon_share: float = between(0.3, 0, 1)  # the share of training over which epsilon falls

    def init(self, spec: Spec, members: int, rng: Generator) -> DqnStack:
        """A fresh stack."""
        self.check(spec)
        products = Products.of(spec.own(spec.heads), spec.action_width, members)
        shape = Shape(spec.obs_width, self.hidden, products.most, self.normed)
        online = torch.cat([initialise(shape, spec.own(spec.sees), rng, self.initial) for _ in range(members)])
        updates = torch.zeros((), dtype=torch.int64)
        return DqnStack(spec, products, shape, online, online.clone(), OPTIMISERS[self.optimiser](online), updates)

    def act(self, stack: DqnStack, obs: Tensor, memory: Tensor, progress: float, rng: Generator) -> Tensor:
        """Epsilon-greedy actions [N, W, U]."""
        with torch.inference_mode():
            best = self.values(stack.online, obs, stack).argmax(-1)
            draw = torch.rand(best.shape, generator=rng)
            random = (draw * stack.products.counts).long()
            is_random = torch.rand(best.shape, generator=rng) < self.epsilon(progress)
            return stack.products.vectors(torch.where(is_random, random, best))

    def epsilon(self, progress: float) -> float:
        """The share of random actions when this share of training is done."""
        fallen = progress / self.epsilon_share if progress < self.epsilon_share else 1.0
        return self.epsilon_start + (self.epsilon_end - self.epsilon_start) * fallen

    def values(self, flat: Tensor, obs: Tensor, stack: DqnStack) -> Tensor:
        """The value of every combination of choices, [N, K, Q]."""
        return stack.products.mask(forward(layers(flat, stack.shape), obs, self.normed))

    def next_action(self, stack: DqnStack, batch: Transition, rng: Generator) -> Tensor:
        """See Learner: the greedy ones of the target network."""
        with torch.no_grad():
            best = self.values(stack.target, stack.spec.mine_of(batch.next_obs), stack).argmax(-1)
            return stack.products.vectors(best)

    def update(self, stack: DqnStack, batch: Transition, progress: float, rng: Generator) -> Metrics:
        """One step of every network on a batch with leading axes [M, K]."""
        mine = stack.spec.mine_of
        with torch.no_grad():
            next_obs = mine(batch.next_obs)
            q_t = self.values(stack.target, next_obs, stack)
            judge = self.values(stack.online, next_obs, stack) if self.double else q_t
            q_t = q_t.gather(2, judge.argmax(2, keepdim=True)).squeeze(2)
            target = mine(batch.reward) + self.gamma * mine(batch.discount) * q_t
        flat = stack.online.detach().requires_grad_()
        q_tm1 = self.values(flat, mine(batch.obs), stack)
        taken = stack.products.numbers(mine(batch.action))
        q_tm1 = q_tm1.gather(2, taken.unsqueeze(2)).squeeze(2)
        loss = mean_alive(smooth_l1_loss(q_tm1, target, reduction="none"), mine(batch.alive))
        (grad,) = torch.autograd.grad(loss.sum(), flat)
        clip_(grad, self.clip)
        stack.optimiser.step_(stack.online, grad, self.lr * self.rate(progress))
        stack.updates += 1
        stack.target.copy_(torch.where(stack.updates % self.target_every == 0, stack.online, stack.target))
        return {"q_loss": loss.detach(), "value": mean_alive(q_tm1.detach(), mine(batch.alive))}

    def policy(self, stack: DqnStack, member: int) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """The Q networks of one member, and how to act with them."""
        count = len(stack.spec.mine)
        seats = slice(member * count, (member + 1) * count)
        tensors = named_layers(stack.online[seats], stack.shape)
        return tensors, {"head": "product", "act": "greedy", "normed": self.normed}


PRESETS = {
    "fast": Dqn(lr_end=0.05, gamma=0.85, batch_size=512, samples_per_step=20.0, warmup=2_500),
    "paper": Dqn(),
    "long": Dqn(
        hidden=(256, 256),
        lr=0.001,
        lr_end=0.02,
        gamma=0.99,
        double=True,
        target_every=128,
        epsilon_share=0.16,
        epsilon_end=0.04,
        batch_size=128,
        samples_per_step=64.0,
        warmup=1_000,
    ),
}
