"""Deterministic policy gradient for many seats at once: independent DDPG and MADDPG are one code with two views.

Choices go through the Gumbel-softmax, so that gradients reach the actor; ranges are squashed outputs.

Source: Lowe et al. 2017, "Multi-Agent Actor-Critic for Mixed Cooperative-Competitive Environments", equations 5 and
6; Lillicrap et al. 2015, "Continuous control with deep reinforcement learning"; openai/maddpg for what the paper
leaves open: in the actor step the others' actions are those recorded in the batch (with others=current those of their
policies, as in the paper), one action is sampled for each target, a time limit is no ending, and mean squared logits
are penalised. `critics`, `delay` and `smoothing` are Fujimoto et al. 2018, "Addressing function approximation error
in actor-critic methods", algorithm 1.
Differs: gradients are clipped by the norm over a whole network (there, over each tensor); members draw one batch for
all their seats (there, each seat draws its own). Target choices are smooth by being sampled, and get no other noise.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor

from agents.actor_critic.ensemble import draw_, pick, rows_of_each
from agents.actor_critic.exploration import gaussian_, ou_, smooth_
from agents.actor_critic.inferred import Inferred, Watched, own_put_in
from agents.actor_critic.settings import ActorCriticSettings
from agents.actor_critic.stack import ActorCriticStack, fresh_stack
from agents.actor_critic.view import joint_rows, times
from agents.networks.heads import Heads, entropy
from agents.networks.perceptron import Layers, finish, forward, layers, named_layers
from agents.training.learner import Metrics, Spec, mean_alive
from agents.training.replay import Replay
from agents.training.sharing import descend_
from arena.transition import Transition


@dataclass(frozen=True, kw_only=True)
class ActorCritic(ActorCriticSettings):
    """MADDPG, or with the own view independent DDPG, with these settings."""

    def init(self, spec: Spec, members: int, rng: Generator) -> ActorCriticStack:
        """A fresh stack."""
        self.check(spec)
        return fresh_stack(self, spec, members, rng)

    def act(self, stack: ActorCriticStack, obs: Tensor, memory: Tensor, progress: float, rng: Generator) -> Tensor:
        """Exploring actions [N, W, U]: choices are sampled by Gumbel noise, ranges get noise."""
        with torch.inference_mode():
            owner = draw_(memory[..., 0], self.ensemble, rng) if self.ensemble > 1 else None
            return self.explored(stack, self.played(stack.actor, obs, stack, owner), memory, progress, rng)

    def explored(
        self, stack: ActorCriticStack, outputs: Tensor, memory: Tensor, progress: float, rng: Generator
    ) -> Tensor:
        """The exploring actions [N, W, U] that outputs become."""
        action, noise = self.relax(outputs, stack.seat_heads, rng), self.spread(progress)
        if self.explore == "ou":
            return ou_(stack.seat_heads, action, memory[..., -stack.spec.action_width :], noise, self.theta, rng)
        return gaussian_(stack.seat_heads, action, noise, rng)

    def owner(self, memory: Tensor) -> Tensor:
        """See Learner."""
        return memory[..., 0] - 1 if self.ensemble > 1 else super().owner(memory)

    def outputs(self, actor: Tensor, obs: Tensor, stack: ActorCriticStack) -> Tensor:
        """What the actors put out, [N, K, U]."""
        return forward(layers(actor, stack.actor_shape), obs, self.normed)

    def played(self, actor: Tensor, obs: Tensor, stack: ActorCriticStack, owner: Tensor | None) -> Tensor:
        """What the actors of the seats put out, [N, K, U], for observations [N, K, O]: of an ensemble, the owners'."""
        outputs = self.outputs(actor, times(obs, self.ensemble), stack)
        return outputs if owner is None else pick(outputs, owner)

    def relax(self, outputs: Tensor, heads: Heads, rng: Generator) -> Tensor:
        """Actions [N, K, U] sampled from outputs, with a gradient."""
        return heads.relax(outputs, rng, self.hard)

    def sample(self, stack: ActorCriticStack, replay: Replay, progress: float, rng: Generator) -> Transition | Watched:
        """A batch drawn evenly, with rows for each policy of an ensemble; beside it what is newest, to infer from."""
        rows = replay.sample(self.batch_size * self.ensemble, rng, self.n_step, self.gamma)
        return Watched(rows, replay.latest(self.batch_size)) if stack.inferred else rows

    def update(self, stack: ActorCriticStack, batch: Transition | Watched, progress: float, rng: Generator) -> Metrics:
        """One step of every critic, then, if it is their turn, of every actor and of the targets."""
        rate = self.rate(progress)
        seen: Metrics = {}
        rows = batch.rows if isinstance(batch, Watched) else batch
        if stack.inferred and isinstance(batch, Watched):
            seen["likelihood"] = stack.inferred.learn(batch.latest, self.actor_lr * rate, self.clip, self.tau)
        following = self.next_actions(stack, rows, rng)
        if self.ensemble > 1:
            rows, following = rows_of_each(rows, following, stack.spec, self.ensemble)
        joint = joint_rows(rows.obs, rows.action)
        critic_loss, grad = self.critic_step(stack, joint, rows, self.target(stack, rows, following))
        descend_(stack.critic, grad, stack.critic_optimiser, self.critic_lr * rate, self.clip, stack.shared_critics)
        stack.updates += 1
        if int(stack.updates) % self.delay == 0:
            value, grad = self.actor_step(stack, joint, rows, rng, self.entropy * (1 - progress))
            descend_(stack.actor, grad, stack.actor_optimiser, self.actor_lr * rate, self.clip, stack.shared_actors)
            stack.value.copy_(stack.per_seat(value))
            stack.target_critic.lerp_(stack.critic, self.tau)
            stack.target_actor.lerp_(stack.actor, self.tau)
        return {"critic_loss": stack.per_seat(critic_loss), "value": stack.value.clone(), **seen}

    def target(self, stack: ActorCriticStack, batch: Transition, following: Tensor) -> Tensor:
        """r_t + discount_t gamma Q'(next), [N, K], of two critics' Q' the smaller, when seats act as in `following`."""
        with torch.no_grad():
            q_t = self.next_values(stack, joint_rows(batch.next_obs, following), batch)
            q_t = q_t if self.critics == 1 else q_t.unflatten(0, (-1, self.critics)).amin(1)
            return stack.own(batch.reward) + self.gamma * stack.own(batch.discount) * q_t

    def values(self, critic: Tensor, stack: ActorCriticStack, joint: Tensor, batch: Transition) -> Tensor:
        """What critics think of the joint rows of a batch, [N * C, K]."""
        read = stack.view.read(joint, self.critics)
        return forward(layers(critic, stack.critic_shape), read, self.normed).squeeze(-1)

    def next_values(self, stack: ActorCriticStack, joint: Tensor, batch: Transition) -> Tensor:
        """What target critics think of the joint rows that come next, [N * C, K]."""
        return self.values(stack.target_critic, stack, joint, batch)

    def next_actions(self, stack: ActorCriticStack, batch: Transition, rng: Generator) -> Tensor:
        """What all seats do next, [M, K, A, U]: what is frozen as it is, the rest by the target policies.

        A learner that infers has its own idea of that: [N, K, A, U].
        """
        own = self.next_action(stack, batch, rng)
        frozen = stack.spec.mine_of(batch.frozen)
        own = torch.where(frozen.isnan(), own, frozen)  # [N, K, U]
        if stack.inferred:
            return own_put_in(self.inferred_actions(stack.inferred, batch, rng), own, stack.spec)
        by_member = own.view(stack.members, -1, *own.shape[1:]).transpose(1, 2)  # [M, K, B, U]
        if stack.spec.is_whole:
            return by_member
        joint = batch.frozen.nan_to_num(0.0)
        joint[:, :, list(stack.spec.mine)] = by_member
        return joint

    def next_action(self, stack: ActorCriticStack, batch: Transition, rng: Generator) -> Tensor:
        """See Learner: one action is sampled; of an ensemble, it is that of the policy that was playing."""
        with torch.no_grad():
            owner = stack.spec.mine_of(batch.owner).long() if self.ensemble > 1 else None
            outputs = self.played(stack.target_actor, stack.spec.mine_of(batch.next_obs), stack, owner)
            return self.smooth(stack.seat_heads, self.relax(outputs, stack.seat_heads, rng), rng)

    def inferred_actions(self, inferred: Inferred, batch: Transition, rng: Generator) -> Tensor:
        """What learners think that all seats do next, [N * A, K, U]."""
        with torch.no_grad():
            outputs = inferred.outputs(inferred.target, batch.next_obs)
            return self.smooth(inferred.heads, self.relax(outputs, inferred.heads, rng), rng)

    def smooth(self, heads: Heads, action: Tensor, rng: Generator) -> Tensor:
        """Target actions [N, K, U] with noise on their ranges."""
        return smooth_(heads, action, self.smoothing, self.smoothing_clip, rng) if self.smoothing else action

    def critic_step(
        self, stack: ActorCriticStack, joint: Tensor, batch: Transition, target: Tensor
    ) -> tuple[Tensor, Tensor]:
        """The loss [N * C] of every critic and its gradient [N * C, P]."""
        flat = stack.critic.detach().requires_grad_()
        q_tm1 = self.values(flat, stack, joint, batch)
        alive = times(stack.own(batch.alive), self.critics)
        loss = mean_alive((q_tm1 - times(target, self.critics)).square(), alive)
        (grad,) = torch.autograd.grad(loss.sum(), flat)
        return loss.detach(), grad

    def actor_step(
        self, stack: ActorCriticStack, joint: Tensor, batch: Transition, rng: Generator, bonus: float = 0.0
    ) -> tuple[Tensor, Tensor]:
        """The mean value [N] that every actor's first critic gives it, and the gradient [N, P] of the actor's loss.

        Critic i sees seat i's live action and the others' without a gradient, so no critic teaches another's actor.
        The first layer is linear, so a live action enters as its difference from the one in the joint row. `bonus` is
        what the entropy of the choices is worth.
        """
        flat = stack.actor.detach().requires_grad_()
        outputs = self.outputs_on(flat, stack, batch)
        live = self.relax(outputs, stack.heads, rng)  # [N, K, U]
        standing = stack.own(batch.action)
        if self.others == "current":
            standing = torch.where(stack.own(batch.alive).unsqueeze(-1) > 0, live.detach(), standing)
            joint = joint_rows(batch.obs, stack.put(batch.action, standing))
        weights = layers(stack.first_critics, stack.critic_shape)
        first = torch.baddbmm(weights[0][1], stack.view.read(joint), weights[0][0])
        first = torch.baddbmm(first, live - standing, stack.view.own_rows(weights[0][0]))
        value = self.judged(weights, first, stack, batch)
        alive = stack.own(batch.alive)
        cost = self.logit_penalty * outputs.square().mean(2) - value
        if bonus:
            cost = cost - bonus * entropy(stack.heads, outputs)
        loss = mean_alive(cost, alive)
        (grad,) = torch.autograd.grad(loss.sum(), flat)
        return mean_alive(value.detach(), alive), grad

    def outputs_on(self, actor: Tensor, stack: ActorCriticStack, batch: Transition) -> Tensor:
        """What the actors put out on a batch, [N, K, U]."""
        return self.outputs(actor, stack.own(batch.obs), stack)

    def judged(self, weights: Layers, first: Tensor, stack: ActorCriticStack, batch: Transition) -> Tensor:
        """What the first critics think, [N, K], given the sums [N, K, H] of their first layers."""
        return finish(weights, first, self.normed).squeeze(-1)

    def policy(self, stack: ActorCriticStack, member: int) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """The actors of one member, and how to act with them; of an ensemble seat by seat all policies."""
        count = len(stack.actor) // stack.members
        tensors = named_layers(stack.actor[member * count : (member + 1) * count], stack.actor_shape)
        head = "hard" if self.hard else "soft"
        return tensors, {"head": head, "act": "sample", "normed": self.normed, "ensemble": self.ensemble}
