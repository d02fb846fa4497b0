"""Replay memory: one joint row a transition, one gather a sample."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import torch
from torch import Generator, Tensor

from arena.transition import Transition


@dataclass(frozen=True)
class Row:
    """Where each field of a transition stands in a joint row of A seats."""

    seats: int
    obs_width: int
    action_width: int

    @property
    def fields(self) -> dict[str, tuple[int, ...]]:
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
        }

    @property
    def width(self) -> int:
        return sum(prod(shape) for shape in self.fields.values())

    def pack(self, transition: Transition, out: Tensor) -> None:
        """Writes a transition with leading axes [...] into rows `out` [..., width]."""
        for name, part in self.cut(out).items():
            part.copy_(getattr(transition, name))

    def unpack(self, rows: Tensor) -> Transition:
        """The transition in `rows` [..., width], as views."""
        return Transition(**self.cut(rows))

    def cut(self, rows: Tensor) -> Mapping[str, Tensor]:
        sizes = [prod(shape) for shape in self.fields.values()]
        parts = rows.split(sizes, dim=-1)
        lead = rows.shape[:-1]
        return {name: part.view(*lead, *shape) for (name, shape), part in zip(self.fields.items(), parts, strict=True)}


class Replay:
    """A ring of the last `capacity` transitions of each of M members; sampling is uniform."""

    def __init__(self, row: Row, members: int, capacity: int) -> None:
        self.row, self.members, self.capacity = row, members, capacity
        self.rows = torch.empty(members, capacity, row.width)
        self.added = 0  # transitions ever added per member

    def __len__(self) -> int:
        """Transitions held per member."""
        return min(self.added, self.capacity)

    def add(self, transition: Transition) -> None:
        """Adds W transitions to each member: leading axes [M, W]; the oldest make room."""
        count = transition.last.shape[1]
        start = self.added % self.capacity
        room = min(count, self.capacity - start)
        packed = torch.empty(self.members, count, self.row.width)
        self.row.pack(transition, packed)
        self.rows[:, start : start + room] = packed[:, :room]
        self.rows[:, : count - room] = packed[:, room:]
        self.added += count

    def sample(self, count: int, rng: Generator) -> Transition:
        """`count` transitions of each member, drawn with replacement: leading axes [M, count]."""
        index = torch.randint(len(self), (self.members, count), generator=rng)
        index += torch.arange(self.members).unsqueeze(1) * self.capacity
        rows = self.rows.view(-1, self.row.width).index_select(0, index.view(-1))
        return self.row.unpack(rows.view(self.members, count, -1))
