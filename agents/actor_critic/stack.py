"""The state of actor-critics: N = M x B x E networks, E policies for each of B seats of M members, and C critics each.

Networks stand member by member, in that seat by seat, in that policy by policy; the critics of a network follow each
other. Without ensembles and twin critics E and C are 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Generator, Tensor

from agents.actor_critic.inferred import Inferred, fresh_approximations, inferred_of
from agents.actor_critic.settings import ActorCriticSettings
from agents.actor_critic.view import View
from agents.networks.gru import RecurrentShape
from agents.networks.heads import Heads
from agents.networks.optimise import OPTIMISERS, Optimiser
from agents.networks.perceptron import Shape, initialise
from agents.training.learner import Spec
from agents.training.sharing import Sharing, sharing_of

T = TypeVar("T")


@dataclass
class ActorCriticStack:
    """Everything that training needs to go on."""

    spec: Spec
    members: int
    critics: int  # C
    view: View
    heads: Heads  # of the networks
    seat_heads: Heads  # of the seats
    actor_shape: Shape
    critic_shape: Shape
    actor: Tensor  # [N, P]
    critic: Tensor  # [N * C, P]
    target_actor: Tensor
    target_critic: Tensor
    actor_optimiser: Optimiser
    critic_optimiser: Optimiser
    updates: Tensor  # how many so far; a counter that is on no device
    value: Tensor  # [M * B] what the last actor step measured
    inferred: Inferred | None  # of a learner that infers
    shared_actors: Sharing | None  # of a learner whose seats share
    shared_critics: Sharing | None

    def tensors(self) -> Mapping[str, Tensor]:
        """See Stack."""
        inferred = self.inferred.tensors() if self.inferred else {}
        return {
            "actor": self.actor,
            "critic": self.critic,
            "target_actor": self.target_actor,
            "target_critic": self.target_critic,
            "updates": self.updates,
            "value": self.value,
            **{f"actor_optimiser.{k}": v for k, v in self.actor_optimiser.tensors().items()},
            **{f"critic_optimiser.{k}": v for k, v in self.critic_optimiser.tensors().items()},
            **{f"inferred.{k}": v for k, v in inferred.items()},
        }

    @property
    def first_critics(self) -> Tensor:
        """The critics [N, P] that teach the actors."""
        return self.critic if self.critics == 1 else self.critic[:: self.critics]

    def own(self, x: Tensor) -> Tensor:
        """Of rows [M, K, A, ...] of members, or [N, K, A, ...] of networks, what is of each one's seat: [N, K, ...]."""
        if len(x) == self.members:
            return self.spec.mine_of(x)
        seat = self.spec.index.repeat_interleave(len(x) // self.members // len(self.spec.mine)).repeat(self.members)
        return x[torch.arange(len(x)), :, seat]

    def put(self, action: Tensor, own: Tensor) -> Tensor:
        """Actions [M, K, A, U] with those of the seats that learn, [N, K, U], in their places."""
        by_member = own.view(self.members, -1, *own.shape[1:]).transpose(1, 2)
        return by_member if self.spec.is_whole else action.index_copy(2, self.spec.index, by_member)

    def per_seat(self, x: Tensor) -> Tensor:
        """The means [M * B] of numbers that networks or critics have."""
        count = self.members * len(self.spec.mine)
        return x if len(x) == count else x.view(count, -1).mean(1)


def repeated(values: Sequence[T], times: int) -> tuple[T, ...]:
    """Every value as often."""
    return tuple(value for value in values for _ in range(times))


def fresh_stack(learner: ActorCriticSettings, spec: Spec, members: int, rng: Generator) -> ActorCriticStack:
    """A fresh stack; member after member draws from `rng`, so the first members of a larger stack are the same."""
    view = View.of(learner.view, spec, members, learner.ensemble, own_first=learner.shared)
    shape = RecurrentShape if learner.recurrent else Shape
    actor_shape = shape(spec.obs_width, learner.hidden, spec.action_width, learner.normed)
    critic_shape = shape(view.columns.shape[1], learner.hidden, 1, learner.normed)
    sees = repeated(spec.own(spec.sees), learner.ensemble)
    live = repeated(view.live, learner.ensemble * learner.critics)
    drawn: list[tuple[Tensor, ...]] = []
    for _ in range(members):
        own = initialise(actor_shape, sees, rng, learner.initial), initialise(critic_shape, live, rng, learner.initial)
        drawn.append((*own, fresh_approximations(spec, actor_shape, rng, learner.initial)) if learner.inferred else own)
    actor, critic, *approximations = (torch.cat(parts) for parts in zip(*drawn, strict=True))
    shared_actors = shared_critics = None
    if learner.shared:
        shared_actors = sharing_of(spec, members, learner.ensemble, actor_shape)
        shared_critics = sharing_of(spec, members, learner.ensemble * learner.critics, critic_shape)
        shared_actors.tie_(actor)
        shared_critics.tie_(critic)
    optimiser = OPTIMISERS[learner.optimiser]
    heads = spec.own(spec.heads)
    return ActorCriticStack(
        spec=spec,
        members=members,
        critics=learner.critics,
        view=view,
        heads=Heads.of(repeated(heads, learner.ensemble), spec.action_width, members),
        seat_heads=Heads.of(heads, spec.action_width, members),
        actor_shape=actor_shape,
        critic_shape=critic_shape,
        actor=actor,
        critic=critic,
        target_actor=actor.clone(),
        target_critic=critic.clone(),
        actor_optimiser=optimiser(actor),
        critic_optimiser=optimiser(critic),
        updates=torch.zeros((), dtype=torch.int64),
        value=torch.zeros(members * len(heads)),
        inferred=inferred_of(spec, view, actor_shape, optimiser, *approximations) if approximations else None,
        shared_actors=shared_actors,
        shared_critics=shared_critics,
    )
