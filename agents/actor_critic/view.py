"""What critics read: whose observations and actions, and where those stand.

A joint row holds the observations of all A seats, then their actions, A*(O+U) numbers. `all` is MADDPG, `own` is
independent DDPG, `team` reads the seats of the own side.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pad

from agents.training.learner import Spec

VIEWS = ("all", "team", "own")


@dataclass(frozen=True)
class View:
    """What the N critics of a stack read, D columns each."""

    members: int
    reads: Tensor  # [B, A] bool: whose rows the critic of a seat reads
    columns: Tensor  # [N, D] the columns of a joint row; where a critic reads less than others, one behind the last
    own: Tensor  # [N, U, 1] which of them are the own seat's action
    live: list[list[int]]  # [B] which of the columns that the critic of a seat reads are not padding
    is_whole: bool  # everyone reads everything, as it stands
    is_ragged: bool  # some read less than others

    @classmethod
    def of(cls, kind: str, spec: Spec, members: int, each: int = 1, own_first: bool = False) -> "View":
        """A view for `each` networks of every seat.

        With `own_first` a critic reads its own seat first, then those of its side, so that those of a side may share
        their weights; else all read in the order of the seats.
        """
        orders = [reading_order(kind, spec, seat, own_first) for seat in spec.mine]
        rows = [columns_of(order, spec) for order in orders]
        widest = max(len(row) for row in rows)
        beyond = spec.seats * (spec.obs_width + spec.action_width)
        columns = torch.tensor([row + [beyond] * (widest - len(row)) for row in rows])
        first = [
            len(order) * spec.obs_width + order.index(seat) * spec.action_width
            for order, seat in zip(orders, spec.mine, strict=True)
        ]
        own = torch.tensor(first).unsqueeze(1) + torch.arange(spec.action_width)
        reads = torch.zeros(len(orders), spec.seats, dtype=torch.bool)
        for row, order in zip(reads, orders, strict=True):
            row[order] = True
        return cls(
            members=members,
            reads=reads,
            columns=columns.repeat_interleave(each, 0).repeat(members, 1),
            own=own.repeat_interleave(each, 0).repeat(members, 1).unsqueeze(2),
            live=[live_of(order, spec) for order in orders],
            is_whole=all(row == list(range(beyond)) for row in rows),
            is_ragged=any(len(row) < widest for row in rows),
        )

    def read(self, joint: Tensor, copies: int = 1) -> Tensor:
        """What each critic reads, [N * copies, K, D], of joint rows of members [M, K, ...] or networks [N, K, ...]."""
        count = len(self.columns)
        if self.is_whole:  # no copy
            return joint.unsqueeze(1).expand(-1, count // len(joint) * copies, -1, -1).flatten(0, 1)
        if self.is_ragged:
            joint = pad(joint, (0, 1))
        if len(joint) == self.members:
            mine = self.columns[: count // self.members]
            x = joint[:, :, mine].transpose(1, 2).flatten(0, 1)
        else:
            x = joint.gather(2, self.columns.unsqueeze(1).expand(-1, joint.shape[1], -1))
        return times(x, copies)

    def own_rows(self, weight: Tensor) -> Tensor:
        """The rows [N, U, H] of first layers [N, D, H] that read the critic's own seat's action."""
        return weight.gather(1, self.own.expand(-1, -1, weight.shape[2]))


def reading_order(kind: str, spec: Spec, seat: int, own_first: bool) -> list[int]:
    """The seats that the critic of `seat` reads, in its order."""
    mine = spec.sides[seat]
    kinds = {
        "all": list(range(spec.seats)),
        "team": [other for other in range(spec.seats) if spec.sides[other] == mine],
        "own": [seat],
    }
    if own_first:
        return sorted(kinds[kind], key=lambda other: (other != seat, spec.sides[other] != mine, other))
    return kinds[kind]


def columns_of(order: list[int], spec: Spec) -> list[int]:
    """Where in a joint row the observations of some seats stand, then their actions."""
    actions = spec.seats * spec.obs_width
    seen = [seat * spec.obs_width + k for seat in order for k in range(spec.obs_width)]
    return seen + [actions + seat * spec.action_width + k for seat in order for k in range(spec.action_width)]


def live_of(order: list[int], spec: Spec) -> list[int]:
    """Which of the columns that `columns_of` names are not padding."""
    is_live = [k < spec.sees[seat] for seat in order for k in range(spec.obs_width)]
    is_live += [True] * len(order) * spec.action_width
    return [place for place, lives in enumerate(is_live) if lives]


def joint_rows(obs: Tensor, action: Tensor) -> Tensor:
    """Observations [M, K, A, O] and actions [M, K, A, U], or [N, K, A, U] of each network, as joint rows."""
    return torch.cat([times(obs.flatten(2), len(action) // len(obs)), action.flatten(2)], 2)


def times(x: Tensor, copies: int) -> Tensor:
    """Every entry of the first axis as often; `x` itself if that is once."""
    return x if copies == 1 else x.repeat_interleave(copies, 0)
