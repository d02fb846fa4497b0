"""The learner of the family: Q networks of all seats, with what makes them better as switches.

The network has one output for each combination of a seat's choices, e.g. for each move and word of one that does both.

Source: Mnih et al. 2015, "Human-level control through deep reinforcement learning": replay, a target network copied
every `target_every` updates, the Huber loss, epsilon-greedy exploration that falls linearly.
`double` is van Hasselt, Guez, Silver 2016, "Deep reinforcement learning with double Q-learning"; what dueling, noisy,
prioritized and atoms are, and whose, stands in files of their own.
Differs: gradients are clipped by the norm over a network; noise is drawn once for all worlds and rows of a step.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor

from agents.networks.heads import Products
from agents.networks.optimise import OPTIMISERS, Optimiser
from agents.networks.perceptron import Shape, named_layers
from agents.q_learning.dueling import DuelingShape
from agents.q_learning.network import QNetwork, taken
from agents.q_learning.noisy import draw_noise
from agents.q_learning.sampling import Ranking, Rows, own_rows, shared_rows
from agents.q_learning.settings import QSettings
from agents.q_learning.targets import losses, targets, widen_
from agents.training.learner import Metrics, Spec, mean_alive
from agents.training.replay import Replay, add_rewards
from agents.training.sharing import Sharing, descend_, sharing_of
from arena.transition import Transition

FIRST_END = 1e-3  # where the atoms end before any reward has been seen


@dataclass
class DqnStack:
    """The state of N = M x B learners."""

    spec: Spec
    network: QNetwork
    online: Tensor  # [N, D]
    target: Tensor  # [N, D]
    optimiser: Optimiser
    updates: Tensor  # how many so far
    ends: Tensor  # [N, 2] the first and the last atom
    ranking: Ranking | None  # what surprised each network
    sharing: Sharing | None  # of a learner whose seats share

    @property
    def products(self) -> Products:
        return self.network.products

    def tensors(self) -> Mapping[str, Tensor]:
        """See Stack."""
        own = {"online": self.online, "target": self.target, "updates": self.updates, "ends": self.ends}
        ranking = self.ranking.tensors() if self.ranking else {}
        return {
            **own,
            **{f"optimiser.{k}": v for k, v in self.optimiser.tensors().items()},
            **{f"ranking.{k}": v for k, v in ranking.items()},
        }


@dataclass(frozen=True, kw_only=True)
class Dqn(QSettings):
    """Independent DQN, with these settings."""

    def init(self, spec: Spec, members: int, rng: Generator) -> DqnStack:
        """A fresh stack."""
        self.check(spec)
        products = Products.of(spec.own(spec.heads), spec.action_width, members)
        network = QNetwork(products, self.shape(spec, products), self.noisy, self.atoms)
        sees = spec.own(spec.sees)
        online = torch.cat([network.initialise(sees, rng, self.initial) for _ in range(members)])
        sharing = sharing_of(spec, members, 1, network.shape) if self.shared else None
        if sharing:
            sharing.tie_(online)
        ends = torch.tensor([self.v_min, self.v_max] if not self.finds_ends else [-FIRST_END, FIRST_END])
        return DqnStack(
            spec=spec,
            network=network,
            online=online,
            target=online.clone(),
            optimiser=OPTIMISERS[self.optimiser](online),
            updates=torch.zeros((), dtype=torch.int64),
            ends=ends.repeat(len(online), 1),
            ranking=Ranking(len(online), self.replay, self.alpha) if self.prioritized else None,
            sharing=sharing,
        )

    def shape(self, spec: Spec, products: Products) -> Shape:
        """The shape of the networks that are learnt."""
        atoms = max(self.atoms, 1)
        plain = Shape(spec.obs_width, self.hidden, products.most * atoms, self.normed)
        return DuelingShape.of(plain, atoms) if self.dueling else plain

    def act(self, stack: DqnStack, obs: Tensor, memory: Tensor, progress: float, rng: Generator) -> Tensor:
        """Actions [N, W, U]: epsilon-greedy, or greedy by a network with noise."""
        with torch.inference_mode():
            values = self.values(stack.online, obs, stack, self.noise(stack, rng))
            return self.explore(stack, values, progress, rng)

    def explore(self, stack: DqnStack, values: Tensor, progress: float, rng: Generator) -> Tensor:
        """The actions [N, W, U] of the highest values [N, W, Q], and without noise now and then any other."""
        best = values.argmax(-1)
        if self.noisy:
            return stack.products.vectors(best)
        draw = torch.rand(best.shape, generator=rng)
        random = (draw * stack.products.counts).long()
        is_random = torch.rand(best.shape, generator=rng) < self.epsilon(progress)
        return stack.products.vectors(torch.where(is_random, random, best))

    def noise(self, stack: DqnStack, rng: Generator) -> Tensor | None:
        """A draw for the weights of every network, if they have noise."""
        return draw_noise(stack.network.shape, stack.online, rng) if self.noisy else None

    def values(self, flat: Tensor, obs: Tensor, stack: DqnStack, noise: Tensor | None = None) -> Tensor:
        """The value of every combination of choices, [N, K, Q]; without noise by the means of the weights."""
        return stack.network.values(stack.network.outputs(flat, obs, noise), stack.ends)

    def next_action(self, stack: DqnStack, batch: Transition, rng: Generator) -> Tensor:
        """See Learner: the greedy ones of the target network."""
        with torch.no_grad():
            best = self.values(stack.target, stack.spec.mine_of(batch.next_obs), stack).argmax(-1)
            return stack.products.vectors(best)

    def sample(self, stack: DqnStack, replay: Replay, progress: float, rng: Generator) -> Transition | Rows:
        """A batch drawn evenly, or rows by surprise, or what is newest; rewards of n_step steps are added up."""
        if not self.use_replay:
            every = self.batch_size / self.samples_per_step  # transitions from one update to the next
            return replay.latest(self.batch_size, self.warmup + int((int(stack.updates) + 1) * every))
        if stack.ranking is None:
            return replay.sample(self.batch_size, rng, self.n_step, self.gamma)
        beta = self.beta + (1 - self.beta) * progress
        number, weight, place = stack.ranking.draw(replay, self.batch_size, beta, rng)
        each = len(stack.spec.mine)
        if self.n_step == 1:
            return own_rows(replay.at(number, each), stack.spec, weight, place)
        window = replay.following(number, self.n_step, each)
        return own_rows(add_rewards(*window, self.gamma), stack.spec, weight, place)

    def update(self, stack: DqnStack, batch: Transition | Rows, progress: float, rng: Generator) -> Metrics:
        """One step of every network on a batch with leading axes [M, K], or on rows that each drew for itself."""
        rows = batch if isinstance(batch, Rows) else shared_rows(batch, stack.spec)
        if self.atoms and self.finds_ends:
            widen_(stack.ends, rows.reward * rows.alive, self.gamma * rows.discount)
            if stack.sharing:
                stack.sharing.widen_(stack.ends)
        target = self.target(stack, rows, rng)
        flat = stack.online.detach().requires_grad_()
        outputs = stack.network.outputs(flat, rows.obs, self.noise(stack, rng))
        output_tm1 = taken(outputs, stack.products.numbers(rows.own_action))
        each, surprise = losses(output_tm1, target, self.atoms > 0, self.huber)
        loss = mean_alive(each if rows.weight is None else each * rows.weight, rows.alive)
        (grad,) = torch.autograd.grad(loss.sum(), flat)
        self.descend_(stack, grad, progress)
        self.follow_(stack)
        if stack.ranking and rows.place is not None:
            stack.ranking.priorities.update(rows.place, surprise * rows.alive)
        value = stack.network.value(output_tm1.detach(), stack.ends)
        return {"q_loss": loss.detach(), "value": mean_alive(value, rows.alive)}

    def target(self, stack: DqnStack, rows: Rows, rng: Generator) -> Tensor:
        """What each action should have been worth, [N, K], or its distribution [N, K, Z]."""
        with torch.no_grad():
            outputs_t = stack.network.outputs(stack.target, rows.next_obs, self.noise(stack, rng))
            if self.double:
                judge_t = self.values(stack.online, rows.next_obs, stack, self.noise(stack, rng))
            else:
                judge_t = stack.network.values(outputs_t, stack.ends)
            return targets(stack.network, rows, outputs_t, judge_t, self.gamma, stack.ends)

    def descend_(self, stack: DqnStack, grad: Tensor, progress: float) -> None:
        """Moves the networks that learn."""
        descend_(stack.online, grad, stack.optimiser, self.lr * self.rate(progress), self.clip, stack.sharing)

    def follow_(self, stack: DqnStack) -> None:
        """Moves the target network after the online one."""
        stack.updates += 1
        if self.tau:
            stack.target.lerp_(stack.online, self.tau)
            return
        is_due = stack.updates % (self.target_every if self.use_target else 1) == 0
        stack.target.copy_(torch.where(is_due, stack.online, stack.target))

    def policy(self, stack: DqnStack, member: int) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """The Q networks of one member, and how to act with them; plain perceptrons, with atoms also those [B, Z]."""
        count = len(stack.spec.mine)
        seats = slice(member * count, (member + 1) * count)
        network = stack.network
        tensors = named_layers(network.weights(stack.online)[seats], network.plain)
        if self.atoms:
            tensors["support"] = network.support(stack.ends)[seats].squeeze(1)
        return tensors, {"head": "product", "act": "greedy", "normed": self.normed}
