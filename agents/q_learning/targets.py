"""Temporal differences of action values: what an action should be worth, and how far off a network is.

With atoms both are distributions; see agents.q_learning.categorical.
"""

import torch
from torch import Tensor
from torch.nn.functional import smooth_l1_loss

from agents.q_learning.categorical import divergence, project
from agents.q_learning.network import QNetwork, taken
from agents.q_learning.sampling import Rows


def targets(network: QNetwork, rows: Rows, outputs_t: Tensor, judge_t: Tensor, gamma: float, ends: Tensor) -> Tensor:
    """r_t + discount_t gamma Q'(next, best), [N, K], or with atoms its distribution [N, K, Z].

    The best action is the one that has the highest value in `judge_t` [N, K, Q], and `outputs_t` [N, K, Q (, Z)] say
    what it is worth: those of the same network, or in double Q-learning those of two.
    """
    output_t = taken(outputs_t, judge_t.argmax(2))
    discount_t = gamma * rows.discount
    if not network.atoms:
        return rows.reward + discount_t * output_t
    return project(output_t.softmax(-1), rows.reward, discount_t, network.support(ends))


def losses(output_tm1: Tensor, target: Tensor, has_atoms: bool, is_huber: bool) -> tuple[Tensor, Tensor]:
    """The loss [N, K] of each sample, and how much it surprised: its error, or with atoms the loss itself."""
    if has_atoms:
        apart = divergence(output_tm1, target)
        return apart, apart.detach()
    error = output_tm1 - target
    each = smooth_l1_loss(output_tm1, target, reduction="none") if is_huber else 0.5 * error.square()
    return each, error.detach()


def widen_(ends: Tensor, r_t: Tensor, discount_t: Tensor) -> None:
    """Moves the ends [N, 2] of the atoms out to all that rewards r_t [N, K] can add up to.

    If every v is r + discount v' and r / (1 - discount) never more than b, then b is the most that v can be.
    """
    bound = r_t / (1 - discount_t)
    torch.minimum(ends[:, 0], bound.amin(1), out=ends[:, 0])
    torch.maximum(ends[:, 1], bound.amax(1), out=ends[:, 1])
