"""Independent DQN with a memory: the last hidden layer of each Q network is a GRU, and windows are learnt from.

Source: Hausknecht, Stone 2015, "Deep recurrent Q-learning for partially observable MDPs"; windows as in
agents/training/windows.py.
Differs: a GRU in the place of the LSTM.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor

from agents.networks.gru import RecurrentShape, read, step
from agents.networks.heads import Products
from agents.networks.perceptron import Shape, layers
from agents.q_learning.learner import Dqn, DqnStack
from agents.q_learning.network import taken
from agents.q_learning.sampling import Rows, shared_rows
from agents.q_learning.targets import losses, targets
from agents.training.learner import Metrics, Spec, mean_alive
from agents.training.replay import Replay
from agents.training.windows import Window, draw_windows, faults, memories, window_of
from arena.errors import ArenaError
from arena.transition import Transition


@dataclass(frozen=True, kw_only=True)
class RecurrentDqn(Dqn):
    """DQN whose networks remember, with these settings."""

    recurrent: bool = True

    def check(self, spec: Spec) -> None:
        """See Settings."""
        super().check(spec)
        for message in (*faults(self), *self.foreign()):
            raise ArenaError(message)

    def foreign(self) -> Iterator[str]:
        """What of Q-learning does not go with a memory."""
        for name in ("dueling", "noisy", "prioritized"):
            if getattr(self, name):
                yield f"{name}=true does not go with recurrent=true; leave one out"
        if self.atoms:
            yield "atoms do not go with recurrent=true; set atoms=0"
        if not self.use_replay:
            yield "recurrent=true learns from windows of the replay; leave out use_replay=false"

    def memory_width(self, spec: Spec) -> int:
        """See Learner."""
        return self.hidden[-1] if self.hidden else 0

    def shape(self, spec: Spec, products: Products) -> Shape:
        """See Dqn."""
        return RecurrentShape(spec.obs_width, self.hidden, products.most, self.normed)

    def act(self, stack: DqnStack, obs: Tensor, memory: Tensor, progress: float, rng: Generator) -> Tensor:
        """Epsilon-greedy actions [N, W, U]; the memory goes on one step."""
        with torch.inference_mode():
            weights = layers(stack.online, stack.network.plain)
            memory.copy_(step(weights, obs, memory, self.normed))
            return self.explore(stack, stack.products.mask(read(weights, memory)), progress, rng)

    def sample(self, stack: DqnStack, replay: Replay, progress: float, rng: Generator) -> Window:
        """See Learner: windows that together have `batch_size` steps to learn from."""
        return draw_windows(replay, self.batch_size // self.sequence, self.sequence, self.burn_in, rng)

    def update(self, stack: DqnStack, batch: Any, progress: float, rng: Generator) -> Metrics:
        """One step of every network on windows."""
        rows = shared_rows(batch, stack.spec)
        target = self.window_target(stack, batch, rows)
        flat = stack.online.detach().requires_grad_()
        q_tm1 = taken(self.along(flat, stack, batch)[0], stack.products.numbers(rows.own_action))
        each, _ = losses(q_tm1, target, False, self.huber)
        loss = mean_alive(each, rows.alive)
        (grad,) = torch.autograd.grad(loss.sum(), flat)
        self.descend_(stack, grad, progress)
        self.follow_(stack)
        return {"q_loss": loss.detach(), "value": mean_alive(q_tm1.detach(), rows.alive)}

    def along(self, flat: Tensor, stack: DqnStack, batch: Window) -> tuple[Tensor, Tensor]:
        """The values [N, L * K, Q] of the actions at each step that is learnt from, and the memory after it."""
        mine, weights = stack.spec.mine_of, layers(flat, stack.network.plain)
        _, after = memories(weights, mine(batch.past.obs), mine(batch.obs), batch.starts, self.normed)
        return read(weights, after), after

    def following(self, flat: Tensor, stack: DqnStack, batch: Window) -> Tensor:
        """The values [N, L * K, Q] of the actions of the steps after them."""
        weights = layers(flat, stack.network.plain)
        after = self.along(flat, stack, batch)[1]
        memory = step(weights, stack.spec.mine_of(batch.next_obs), after, self.normed)
        return stack.products.mask(read(weights, memory))

    def window_target(self, stack: DqnStack, batch: Window, rows: Rows) -> Tensor:
        """What each action should have been worth, [N, L * K]."""
        with torch.no_grad():
            q_t = self.following(stack.target, stack, batch)
            judge_t = self.following(stack.online, stack, batch) if self.double else q_t
            return targets(stack.network, rows, q_t, judge_t, self.gamma, stack.ends)

    def next_action(self, stack: DqnStack, batch: Transition, rng: Generator) -> Tensor:
        """See Learner: the greedy ones of the target network, along windows only."""
        with torch.no_grad():
            return stack.products.vectors(self.following(stack.target, stack, window_of(batch)).argmax(-1))

    def policy(self, stack: DqnStack, member: int) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """See Dqn."""
        tensors, acting = super().policy(stack, member)
        return tensors, {**acting, "recurrent": True}


RECURRENT = RecurrentDqn
