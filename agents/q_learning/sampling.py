"""What Q networks learn from: transitions as each network's own seat saw them, drawn evenly or by surprise."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from agents.q_learning.priorities import Priorities
from agents.training.learner import Spec
from agents.training.replay import Replay
from arena.transition import Transition

OWN = ("obs", "action", "reward", "discount", "next_obs", "alive")  # what a seat has of its own in a transition


@dataclass(frozen=True)
class Rows:
    """K transitions for each of N networks, as its own seat saw them."""

    obs: Tensor  # [N, K, O]
    action: Tensor  # [N, K, U]
    reward: Tensor  # [N, K]
    discount: Tensor  # [N, K]
    next_obs: Tensor  # [N, K, O]
    alive: Tensor  # [N, K]
    weight: Tensor | None = None  # [N, K] what a sample counts in the loss; none: all the same
    place: Tensor | None = None  # int64 [N, K] where it stands in the ranking that it was drawn from

    @property
    def own_action(self) -> Tensor:
        """The actions [N, K, U] where the seat took part; zeros elsewhere, where somebody else may have acted."""
        return self.action * self.alive.unsqueeze(-1)


def shared_rows(batch: Transition, spec: Spec) -> Rows:
    """The rows of transitions [M, K] that the seats of a member share."""
    return Rows(**{name: spec.mine_of(getattr(batch, name)) for name in OWN})


def own_rows(batch: Transition, spec: Spec, weight: Tensor, place: Tensor) -> Rows:
    """The rows of transitions [N, K] that each network drew for itself."""
    network = torch.arange(len(place))
    seat = spec.index.repeat(len(place) // len(spec.mine))
    own = {name: getattr(batch, name)[network, :, seat] for name in OWN}
    return Rows(**own, weight=weight.to(batch.reward.dtype), place=place)


class Ranking:
    """The priorities of N networks over the latest `capacity` transitions of the replays that members keep.

    Each network draws its own rows: what surprises one seat may bore another.
    """

    def __init__(self, networks: int, capacity: int, alpha: float) -> None:
        self.capacity = capacity
        self.priorities = Priorities(networks, capacity, alpha)
        self.seen = torch.zeros((), dtype=torch.int64)  # transitions ever ranked; a counter that is on no device

    def tensors(self) -> Mapping[str, Tensor]:
        """The state, by name."""
        return {**self.priorities.tensors(), "seen": self.seen}

    def draw(self, replay: Replay, count: int, beta: float, rng: Generator) -> tuple[Tensor, Tensor, Tensor]:
        """The numbers of `count` transitions for each network, their importance weights, their places; all [N, count].

        What was added to the replay since the last time is ranked first.
        """
        capacity = min(self.capacity, replay.capacity)
        first = max(int(self.seen), replay.added - capacity)
        if first < replay.added:
            self.priorities.add(torch.arange(first, replay.added) % capacity)
            self.seen.fill_(replay.added)
        place, weight = self.priorities.sample(count, beta, rng)
        newest = replay.added - 1
        return newest - (newest - place) % capacity, weight, place
