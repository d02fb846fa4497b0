"""Replay memory: one joint row a transition, one gather a sample."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from math import prod

import torch
from torch import Generator, Tensor
from torch.nn.functional import pad

from arena.transition import Transition


@dataclass(frozen=True)
class Row:
    """Where each field of a transition stands in a joint row of A seats."""

    seats: int
    obs_width: int
    action_width: int

    @property
    def fields(self) -> dict[str, tuple[int, ...]]:
        """The shape of each field, in the order in which they stand."""
        seats, wide, act = self.seats, self.obs_width, self.action_width
        return {
            "obs": (seats, wide),
            "action": (seats, act),
            "reward": (seats,),
            "discount": (seats,),
            "next_obs": (seats, wide),
            "last": (),
            "alive": (seats,),
            "frozen": (seats, act),
            "owner": (seats,),
        }

    @property
    def width(self) -> int:
        """The numbers of a row."""
        return sum(prod(shape) for shape in self.fields.values())

    def pack(self, transition: Transition, out: Tensor) -> None:
        """Writes a transition with leading axes [...] into rows `out` [..., width]."""
        for name, part in self.cut(out).items():
            part.copy_(getattr(transition, name))

    def unpack(self, rows: Tensor) -> Transition:
        """The transition in `rows` [..., width], as views."""
        return Transition(**self.cut(rows))

    def cut(self, rows: Tensor) -> Mapping[str, Tensor]:
        """The fields [..., *shape] in rows [..., width], as views."""
        sizes = [prod(shape) for shape in self.fields.values()]
        parts = rows.split(sizes, dim=-1)
        lead = rows.shape[:-1]
        return {name: part.view(*lead, *shape) for (name, shape), part in zip(self.fields.items(), parts, strict=True)}


class Replay:
    """A ring of the last transitions of each of M members, W of them added at a time.

    Transition t of a world stands W rows after transition t - 1, so what follows and what went before is found
    without being stored. `capacity` is rounded down to whole steps.
    """

    def __init__(self, row: Row, members: int, capacity: int, worlds: int) -> None:
        self.row, self.members, self.worlds = row, members, worlds
        self.capacity = capacity // worlds * worlds
        self.rows = torch.empty(members, self.capacity, row.width)
        self.added = 0  # transitions ever added per member
        self.span = self.capacity  # of the transitions held, how many are drawn from
        self.lens: Callable[[Transition], Transition] | None = None  # through which transitions are seen

    def __len__(self) -> int:
        """Transitions per member that are drawn from."""
        return min(self.added, self.span)

    def add(self, transition: Transition) -> None:
        """Adds W transitions to each member: leading axes [M, W]; the oldest make room."""
        start = self.added % self.capacity
        self.row.pack(transition, self.rows[:, start : start + self.worlds])
        self.added += self.worlds

    def sample(self, count: int, rng: Generator, steps: int = 1, gamma: float = 1.0) -> Transition:
        """`count` transitions of each member, drawn evenly with replacement: leading axes [M, count].

        With several `steps`, the rewards of as many are added up by `add_rewards`.
        """
        number = self.draw(count, rng)
        return self.at(number) if steps == 1 else add_rewards(*self.following(number, steps), gamma)

    def draw(self, count: int, rng: Generator) -> Tensor:
        """The numbers [M, count] of transitions that are held, counted from the first ever added."""
        return torch.randint(self.added - len(self), self.added, (self.members, count), generator=rng)

    def at(self, number: Tensor, networks: int = 1) -> Transition:
        """The transitions `number` [M, ...] of each member, or [M * networks, ...] of the networks of each."""
        member = torch.arange(self.members).repeat_interleave(networks) * self.capacity
        place = number % self.capacity + member.view(-1, *[1] * (number.dim() - 1))
        rows = self.rows.view(-1, self.row.width).index_select(0, place.view(-1))
        drawn = self.row.unpack(rows.view(*number.shape, -1))
        return self.lens(drawn) if self.lens else drawn

    def through(self, lens: Callable[[Transition], Transition]) -> "Replay":
        """This replay as it stands now, with all that is drawn seen through a lens."""
        seen = copy(self)
        seen.lens = lens
        return seen

    def recent(self, span: int) -> "Replay":
        """This replay as it stands now, as one that keeps no more than the last `span` transitions."""
        if span >= self.span:
            return self
        seen = copy(self)
        seen.span = span
        return seen

    def following(self, number: Tensor, steps: int, networks: int = 1) -> tuple[Transition, Tensor]:
        """The windows [..., K, T] of a world's `steps` transitions that start at `number` [..., K].

        Beside them which [..., K, T] belong to the window: it ends with its game, where a seat is cut off, and where
        nothing was added yet.
        """
        numbers = number.unsqueeze(-1) + torch.arange(steps) * self.worlds
        is_there = numbers < self.added
        window = self.at(torch.where(is_there, numbers, number.unsqueeze(-1)), networks)
        return window, is_there & before(ends(window))

    def preceding(self, number: Tensor, steps: int, networks: int = 1) -> tuple[Transition, Tensor]:
        """The windows [..., K, T] of a world's `steps` transitions that end with `number` [..., K], games running on.

        Beside them which [..., K, T] are still held.
        """
        numbers = number.unsqueeze(-1) - torch.arange(steps - 1, -1, -1) * self.worlds
        is_there = numbers >= self.added - len(self)
        return self.at(torch.where(is_there, numbers, number.unsqueeze(-1)), networks), is_there

    def latest(self, count: int, stop: int | None = None) -> Transition:
        """The last `count` transitions of each member, or as many as there are: leading axes [M, count].

        Those before number `stop`, if there are any of them.
        """
        stop = self.added if stop is None else min(stop, self.added)
        number = torch.arange(max(stop - count, self.added - len(self)), stop)
        return self.at(number.expand(self.members, -1))


def ends(window: Transition) -> Tensor:
    """Above 0 where the games of a window [..., T] end, or a seat leaves one by a time limit of its own.

    What such a seat is worth then is told by what all see at that very step, and by none after it.
    """
    goes_on, is_there = (window.alive * window.discount)[..., :-1, :], window.alive[..., 1:, :]
    is_cut = (goes_on > is_there).any(-1).to(window.last.dtype)
    return window.last + pad(is_cut, (0, 1))


def before(end: Tensor) -> Tensor:
    """Whether nothing ended at a step before this one [..., T]."""
    ended = end.cumsum(-1) - end
    return ended == 0


def add_rewards(window: Transition, belongs: Tensor, gamma: float) -> Transition:
    """Windows [..., K, T] as transitions [..., K] over all steps that belong to them.

    The reward is the sum of gamma^j reward_j up to a seat's own end. `discount` is 0 after such an end and not after a
    time limit; after n steps it carries the gamma^(n-1) by which a learner's own gamma falls short. All else that is
    about what follows is that of the last step, what is about the present that of the first.

    Source: Sutton, Barto 2018, "Reinforcement learning: an introduction", equation 7.1.
    """
    steps, axis = belongs.shape[-1], belongs.dim() - 1
    weight = (gamma ** torch.arange(steps, dtype=window.reward.dtype)) * belongs  # [..., K, T]
    last = belongs.sum(-1, keepdim=True) - 1  # [..., K, 1]
    reached = torch.where(belongs.unsqueeze(-1), window.discount, 1).cumprod(axis)  # [..., K, T, A]
    before_step = torch.cat([torch.ones_like(reached.narrow(axis, 0, 1)), reached.narrow(axis, 0, steps - 1)], axis)

    def final(x: Tensor) -> Tensor:
        index = last.view(*last.shape, *[1] * (x.dim() - last.dim())).expand(*last.shape, *x.shape[last.dim() :])
        return x.gather(axis, index).squeeze(axis)

    return Transition(
        obs=window.obs.select(axis, 0),
        action=window.action.select(axis, 0),
        reward=(window.reward * before_step * weight.unsqueeze(-1)).sum(axis),
        discount=reached.select(axis, -1) * weight.gather(-1, last),
        next_obs=final(window.next_obs),
        last=final(window.last),
        alive=window.alive.select(axis, 0),
        frozen=final(window.frozen),
        owner=window.owner.select(axis, 0),
    )
