"""Policy ensembles: each seat has E policies, one is drawn for each game, and each learns from the games it played.

The replay keeps who acted (`owner`), so the replay of a policy is the rows of the common one that it played.

Source: Lowe et al. 2017, "Multi-Agent Actor-Critic for Mixed Cooperative-Competitive Environments", section 4.3.
Differs: each policy has a critic of its own (there, a seat has one).
"""

from dataclasses import fields

import torch
from torch import Generator, Tensor

from agents.training.learner import Spec
from arena.transition import Transition


def draw_(index: Tensor, count: int, rng: Generator) -> Tensor:
    """The numbers of the policies that play the games [N, W]; those that are new draw one.

    In the index stands 1 + the number, and 0 before any is drawn.
    """
    fresh = torch.randint(1, count + 1, index.shape, generator=rng).to(index.dtype)
    index.copy_(torch.where(index == 0, fresh, index))
    return index.long() - 1


def pick(x: Tensor, owner: Tensor) -> Tensor:
    """Of what all policies put out, [N * E, K, U], that of the owner [N, K] of each row: [N, K, U]."""
    by_seat: Tensor = x.unflatten(0, (owner.shape[0], -1))
    index = owner[:, None, :, None].expand(-1, 1, -1, x.shape[-1])
    return by_seat.gather(1, index).squeeze(1)


def rows_of_each(batch: Transition, following: Tensor, spec: Spec, policies: int) -> tuple[Transition, Tensor]:
    """Of transitions [M, E * K] those that each policy played, [N * E, K]; and `following` [M, E * K, ...] in them.

    Each takes the first K of its own. Where there are fewer, rows of others fill up, in which nobody is alive.
    """
    owner = spec.mine_of(batch.owner)  # [N, E * K]
    is_own = (owner.unsqueeze(1) == torch.arange(policies).unsqueeze(1)).flatten(0, 1)  # [N * E, E * K]
    place = is_own.logical_not().byte().argsort(dim=1, stable=True)[:, : owner.shape[1] // policies]
    member = torch.arange(len(batch.owner)).repeat_interleave(len(is_own) // len(batch.owner)).unsqueeze(1)
    own = {f.name: getattr(batch, f.name)[member, place] for f in fields(batch)}
    own["alive"] = own["alive"] * is_own.gather(1, place).unsqueeze(2)
    return Transition(**own), following[member, place]
