"""Actors and critics with a memory: the last hidden layer of each is a GRU, and windows are learnt from.

A critic remembers what it read: what was seen and done. In the actor step each step of a window gets the actor's live
action there only; what the critic remembers is the past as it was recorded.

Source: Heess, Hunt, Lillicrap, Silver 2015, "Memory-based control with recurrent neural networks" (RDPG), for
gradients through the memory of both; windows as in agents/training/windows.py.
Differs: a GRU in the place of the LSTM; live actions do not change what the critic remembers at later steps.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor

from agents.actor_critic.learner import ActorCritic
from agents.actor_critic.stack import ActorCriticStack
from agents.actor_critic.view import joint_rows
from agents.networks.gru import read, remember, step
from agents.networks.perceptron import Layers, finish, layers
from agents.training.learner import Spec
from agents.training.replay import Replay
from agents.training.windows import Window, draw_windows, faults, memories, window_of
from arena.errors import ArenaError
from arena.transition import Transition


@dataclass(frozen=True, kw_only=True)
class RecurrentActorCritic(ActorCritic):
    """Actor-critics that remember, with these settings."""

    recurrent: bool = True

    def check(self, spec: Spec) -> None:
        """See Settings."""
        super().check(spec)
        for message in faults(self):
            raise ArenaError(message)
        if self.ensemble > 1 or self.inferred:
            raise ArenaError("ensemble and inferred do not go with recurrent=true; leave out one of them")

    def memory_width(self, spec: Spec) -> int:
        """See Learner: what the actor remembers, then the state of the noise."""
        return self.kept + super().memory_width(spec)

    @property
    def kept(self) -> int:
        """H: the width of the memory of a network."""
        return self.hidden[-1] if self.hidden else 0

    def act(self, stack: ActorCriticStack, obs: Tensor, memory: Tensor, progress: float, rng: Generator) -> Tensor:
        """Exploring actions [N, W, U]; the memory goes on one step."""
        with torch.inference_mode():
            weights, own = layers(stack.actor, stack.actor_shape), memory[..., : self.kept]
            own.copy_(step(weights, obs, own, self.normed))
            return self.explored(stack, read(weights, own), memory, progress, rng)

    def sample(self, stack: ActorCriticStack, replay: Replay, progress: float, rng: Generator) -> Window:
        """See Learner: windows that together have `batch_size` steps to learn from."""
        return draw_windows(replay, self.batch_size // self.sequence, self.sequence, self.burn_in, rng)

    def acted(self, actor: Tensor, stack: ActorCriticStack, batch: Window) -> tuple[Layers, Tensor]:
        """The layers of actors, and what they remember after each step that is learnt from, [N, L * K, H]."""
        weights = layers(actor, stack.actor_shape)
        past, obs = stack.own(batch.past.obs), stack.own(batch.obs)
        return weights, memories(weights, past, obs, batch.starts, self.normed)[1]

    def watched(
        self, critic: Tensor, stack: ActorCriticStack, joint: Tensor, batch: Window
    ) -> tuple[Layers, Tensor, Tensor]:
        """The layers of critics, and what they remember before and after the joint rows of windows."""
        weights = layers(critic, stack.critic_shape)
        copies = len(critic) // (len(stack.critic) // stack.critics)
        past = stack.view.read(joint_rows(batch.past.obs, batch.past.action), copies)
        now = stack.view.read(joint, copies)
        return weights, *memories(weights, past, now, batch.starts, self.normed)

    def outputs_on(self, actor: Tensor, stack: ActorCriticStack, batch: Transition) -> Tensor:
        """See ActorCritic: along windows."""
        return read(*self.acted(actor, stack, window_of(batch)))

    def next_action(self, stack: ActorCriticStack, batch: Transition, rng: Generator) -> Tensor:
        """See Learner: one action is sampled, along windows."""
        with torch.no_grad():
            weights, after = self.acted(stack.target_actor, stack, window_of(batch))
            memory = step(weights, stack.own(batch.next_obs), after, self.normed)
            action = self.relax(read(weights, memory), stack.seat_heads, rng)
            return self.smooth(stack.seat_heads, action, rng)

    def values(self, critic: Tensor, stack: ActorCriticStack, joint: Tensor, batch: Transition) -> Tensor:
        """See ActorCritic: along windows."""
        weights, _, after = self.watched(critic, stack, joint, window_of(batch))
        return read(weights, after).squeeze(-1)

    def next_values(self, stack: ActorCriticStack, joint: Tensor, batch: Transition) -> Tensor:
        """See ActorCritic: at the steps after those of windows."""
        seen = joint_rows(batch.obs, batch.action)
        weights, _, after = self.watched(stack.target_critic, stack, seen, window_of(batch))
        memory = step(weights, stack.view.read(joint, self.critics), after, self.normed)
        return read(weights, memory).squeeze(-1)

    def judged(self, weights: Layers, first: Tensor, stack: ActorCriticStack, batch: Transition) -> Tensor:
        """See ActorCritic: with what the critics remember of the recorded past."""
        with torch.no_grad():
            seen = joint_rows(batch.obs, batch.action)
            _, before, _ = self.watched(stack.first_critics, stack, seen, window_of(batch))
        memory = remember(finish(weights[:-2], first, self.normed), before, weights[-2])
        return read(weights, memory).squeeze(-1)

    def policy(self, stack: ActorCriticStack, member: int) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """See ActorCritic."""
        tensors, acting = super().policy(stack, member)
        return tensors, {**acting, "recurrent": True}


RECURRENT = RecurrentActorCritic
