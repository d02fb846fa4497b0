"""Deterministic policy gradient for many seats at once: independent DDPG and MADDPG are one code with two views.

`critic_view` [A, A] says whose observation and action critic i reads: its own row only is independent DDPG, all rows
is MADDPG. Choices go through the Gumbel-softmax, so that gradients reach the actor; ranges are squashed outputs.

Source: Lowe et al. 2017, "Multi-Agent Actor-Critic for Mixed Cooperative-Competitive Environments", equations 5 and
6; Lillicrap et al. 2015, "Continuous control with deep reinforcement learning"; openai/maddpg for what the paper
leaves open: in the actor step the others' actions are those recorded in the batch, one action is sampled for each
target, a time limit is no ending, and mean squared logits are penalised.
Differs: gradients are clipped by the norm over a whole network (there, over each tensor); members draw one batch for
all their seats (there, each seat draws its own).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Generator, Tensor

from agents.heads import Heads
from agents.learner import Metrics, Spec, mean_alive
from agents.network import Shape, finish, forward, initialise, layers, named_layers
from agents.optimise import OPTIMISERS, Optimiser, clip_
from agents.settings import Settings, between
from arena.transition import Transition


@dataclass
class ActorCriticStack:
    """The state of N = M x B learners."""

    spec: Spec
    members: int
    view: Tensor  # [B, A] bool: whose rows critic i reads
    columns: Tensor  # [B, D] the columns of a joint row that critic i reads
    own: Tensor  # [B, U] which of them are its own seat's action
    heads: Heads
    actor_shape: Shape
    critic_shape: Shape
    actor: Tensor  # [N, P]
    critic: Tensor  # [N, P]
    target_actor: Tensor
    target_critic: Tensor
    actor_optimiser: Optimiser
    critic_optimiser: Optimiser

    def tensors(self) -> Mapping[str, Tensor]:
        return {
            "actor": self.actor,
            "critic": self.critic,
            "target_actor": self.target_actor,
            "target_critic": self.target_critic,
            **{f"actor_optimiser.{k}": v for k, v in self.actor_optimiser.tensors().items()},
            **{f"critic_optimiser.{k}": v for k, v in self.critic_optimiser.tensors().items()},
        }


@dataclass(frozen=True, kw_only=True)
class ActorCritic(Settings):
    """Settings of the family; `centralized` is the one that tells MADDPG from independent DDPG."""

    centralized: bool
    hard: bool = False  # execute one-hot choices, straight-through gradient; else the soft vectors
    noise: float = 0.1  # standard deviation of the exploration of ranges, whose numbers lie in [0, 1]
    actor_lr: float = 0.01
    critic_lr: float = 0.01
    tau: float = between(0.01, 0, 1)  # share of the way that targets move at each update
    logit_penalty: float = 0.001

    @property
    def reads_others(self) -> bool:
        return self.centralized

    def init(self, spec: Spec, members: int, rng: Generator) -> ActorCriticStack:
        """A fresh stack; member after member draws from `rng`, so the first members of a larger stack are the same."""
        self.check(spec)
        view = torch.ones(spec.seats, spec.seats) if self.centralized else torch.eye(spec.seats)
        view = view.bool()[list(spec.mine)]
        columns = view_columns(view, spec)
        actor_shape = Shape(spec.obs_width, self.hidden, spec.action_width, self.normed)
        critic_shape = Shape(columns.shape[1], self.hidden, 1, self.normed)
        sees = torch.tensor(spec.sees)
        live = [int(sees[row].sum() + row.sum() * spec.action_width) for row in view]
        drawn = [
            (
                initialise(actor_shape, spec.own(spec.sees), rng, self.initial),
                initialise(critic_shape, live, rng, self.initial),
            )
            for _ in range(members)
        ]
        actor, critic = (torch.cat(parts) for parts in zip(*drawn, strict=True))
        optimiser = OPTIMISERS[self.optimiser]
        return ActorCriticStack(
            spec,
            members,
            view,
            columns,
            own_columns(columns, spec),
            Heads.of(spec.own(spec.heads), spec.action_width, members),
            actor_shape,
            critic_shape,
            actor,
            critic,
            actor.clone(),
            critic.clone(),
            optimiser(actor),
            optimiser(critic),
        )

    def act(self, stack: ActorCriticStack, obs: Tensor, memory: Tensor, progress: float, rng: Generator) -> Tensor:
        """Exploring actions [N, W, U]: choices are sampled by Gumbel noise, ranges get Gaussian noise."""
        with torch.inference_mode():
            action = self.relax(self.outputs(stack.actor, obs, stack), stack, rng)
            return stack.heads.explore(action, self.noise, rng)

    def outputs(self, actor: Tensor, obs: Tensor, stack: ActorCriticStack) -> Tensor:
        """What the actors put out, [N, K, U]."""
        return forward(layers(actor, stack.actor_shape), obs, self.normed)

    def relax(self, outputs: Tensor, stack: ActorCriticStack, rng: Generator) -> Tensor:
        """Actions [N, K, U] sampled from outputs, with a gradient."""
        return stack.heads.relax(outputs, rng, self.hard)

    def update(self, stack: ActorCriticStack, batch: Transition, progress: float, rng: Generator) -> Metrics:
        """One step of every critic, then of every actor, then of the targets."""
        rate = self.rate(progress)
        joint = torch.cat([batch.obs.flatten(2), batch.action.flatten(2)], 2)  # [M, K, A*(O+U)]
        target = self.target(stack, batch, rng)
        critic_loss, critic_grad = self.critic_step(stack, joint, batch, target)
        clip_(critic_grad, self.clip)
        stack.critic_optimiser.step_(stack.critic, critic_grad, self.critic_lr * rate)
        value, actor_grad = self.actor_step(stack, joint, batch, rng)
        clip_(actor_grad, self.clip)
        stack.actor_optimiser.step_(stack.actor, actor_grad, self.actor_lr * rate)
        stack.target_critic.lerp_(stack.critic, self.tau)
        stack.target_actor.lerp_(stack.actor, self.tau)
        return {"critic_loss": critic_loss, "value": value}

    def target(self, stack: ActorCriticStack, batch: Transition, rng: Generator) -> Tensor:
        """r_t + discount_t gamma Q'(next), [N, K]."""
        with torch.no_grad():
            next_action = self.next_actions(stack, batch, rng)
            joint = torch.cat([batch.next_obs.flatten(2), next_action.flatten(2)], 2)
            weights = layers(stack.target_critic, stack.critic_shape)
            q_t = forward(weights, critic_input(stack, joint), self.normed).squeeze(-1)
            mine = stack.spec.mine_of
            return mine(batch.reward) + self.gamma * mine(batch.discount) * q_t

    def next_actions(self, stack: ActorCriticStack, batch: Transition, rng: Generator) -> Tensor:
        """What all seats do next, [M, K, A, U]: what is frozen as it is, the rest by the target policies."""
        own = self.next_action(stack, batch, rng)
        own = own.view(stack.members, -1, *own.shape[1:]).transpose(1, 2)  # [M, K, B, U]
        if stack.spec.is_whole:
            return torch.where(batch.frozen.isnan(), own, batch.frozen)
        seats = list(stack.spec.mine)
        joint = batch.frozen.nan_to_num(0.0)
        joint[:, :, seats] = torch.where(batch.frozen[:, :, seats].isnan(), own, joint[:, :, seats])
        return joint

    def next_action(self, stack: ActorCriticStack, batch: Transition, rng: Generator) -> Tensor:
        """See Learner: one action is sampled."""
        with torch.no_grad():
            outputs = self.outputs(stack.target_actor, stack.spec.mine_of(batch.next_obs), stack)
            return self.relax(outputs, stack, rng)

    def critic_step(
        self, stack: ActorCriticStack, joint: Tensor, batch: Transition, target: Tensor
    ) -> tuple[Tensor, Tensor]:
        """The loss [N] of every critic and its gradient [N, P]."""
        flat = stack.critic.detach().requires_grad_()
        weights = layers(flat, stack.critic_shape)
        q_tm1 = forward(weights, critic_input(stack, joint), self.normed).squeeze(-1)
        loss = mean_alive((q_tm1 - target).square(), stack.spec.mine_of(batch.alive))
        (grad,) = torch.autograd.grad(loss.sum(), flat)
        return loss.detach(), grad

    def actor_step(
        self, stack: ActorCriticStack, joint: Tensor, batch: Transition, rng: Generator
    ) -> tuple[Tensor, Tensor]:
        """The mean value [N] that every actor's critic gives it, and the gradient [N, P] of the actor's loss.

        Critic i sees seat i's live action and the others' as recorded, so no critic teaches another's actor. The
        first layer is linear, so a live action enters as its difference from the recorded one.
        """
        flat = stack.actor.detach().requires_grad_()
        mine = stack.spec.mine_of
        outputs = self.outputs(flat, mine(batch.obs), stack)
        change = self.relax(outputs, stack, rng) - mine(batch.action)  # [N, K, U]
        weights = layers(stack.critic, stack.critic_shape)
        first = torch.baddbmm(weights[0][1], critic_input(stack, joint), weights[0][0])
        first = torch.baddbmm(first, change, own_rows(stack, weights[0][0]))
        value = finish(weights, first, self.normed).squeeze(-1)
        alive = mine(batch.alive)
        loss = mean_alive(self.logit_penalty * outputs.square().mean(2) - value, alive)
        (grad,) = torch.autograd.grad(loss.sum(), flat)
        return mean_alive(value.detach(), alive), grad

    def policy(self, stack: ActorCriticStack, member: int) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """The actors of one member, and how to act with them."""
        count = len(stack.spec.mine)
        seats = slice(member * count, (member + 1) * count)
        tensors = named_layers(stack.actor[seats], stack.actor_shape)
        return tensors, {"head": "hard" if self.hard else "soft", "act": "sample", "normed": self.normed}


def view_columns(view: Tensor, spec: Spec) -> Tensor:
    """The columns [B, D] of a joint row (all observations, then all actions) that each critic reads."""
    seen = torch.cat([view.repeat_interleave(spec.obs_width, 1), view.repeat_interleave(spec.action_width, 1)], 1)
    return torch.stack([row.nonzero().squeeze(1) for row in seen])


def own_columns(columns: Tensor, spec: Spec) -> Tensor:
    """Where among the columns [B, D] that each critic reads its own seat's action stands, [B, U]."""
    first = spec.seats * spec.obs_width + torch.tensor(spec.mine).unsqueeze(1) * spec.action_width
    own = first + torch.arange(spec.action_width)  # [B, U] columns of the joint row
    return (columns.unsqueeze(1) == own.unsqueeze(2)).int().argmax(2)


def own_rows(stack: ActorCriticStack, weight: Tensor) -> Tensor:
    """The rows [N, U, H] of the first critic layer [N, D, H] that read the critic's own seat's action."""
    rows = stack.own.repeat(stack.members, 1).unsqueeze(2)
    return weight.gather(1, rows.expand(-1, -1, weight.shape[2]))


def critic_input(stack: ActorCriticStack, joint: Tensor) -> Tensor:
    """What each critic reads, [N, K, D], of the joint rows [M, K, A*(O+U)]."""
    seats = stack.view.shape[0]
    if stack.columns.shape[1] == joint.shape[2]:  # everyone reads everything: no copy
        return joint.unsqueeze(1).expand(-1, seats, -1, -1).flatten(0, 1)
    return joint[:, :, stack.columns].transpose(1, 2).flatten(0, 1)


PAPER = ActorCritic(centralized=True)
FAST = replace(
    PAPER,
    hard=True,
    lr_end=0.05,
    gamma=0.85,
    tau=0.03,
    batch_size=512,
    samples_per_step=20.0,
    warmup=2_500,
)
LONG = replace(
    FAST,
    actor_lr=0.001,
    critic_lr=0.001,
    lr_end=0.1,
    gamma=0.99,
    tau=0.005,
    clip=10.0,
    batch_size=128,
    samples_per_step=64.0,
    warmup=1_000,
)
