"""What flows from worlds to learners."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Transition:
    """One step of every seat of a world; leading axes are free ([W] from worlds, [M, K] from a memory)."""

    obs: Tensor  # [..., A, O] zero-padded to the widest seat
    action: Tensor  # [..., A, U] as executed, after exploration
    reward: Tensor  # [..., A]    scenario units per step
    discount: Tensor  # [..., A]  0 after a true ending, else 1 (a time limit keeps 1)
    next_obs: Tensor  # [..., A, O] before any reset
    last: Tensor  # [...]         1 where the game ended here, for whatever reason
    alive: Tensor  # [..., A]     0 for a seat that has left the game early
    frozen: Tensor  # [..., A, U] next action of a seat held by a frozen player, else nan
    owner: Tensor  # [..., A]     which of a seat's policies acted, where a learner keeps several; else 0


def seat_major(x: Tensor) -> Tensor:
    """[M, K, A, ...] as [N, K, ...]: how stacked networks take a batch."""
    return x.transpose(1, 2).flatten(0, 1)
