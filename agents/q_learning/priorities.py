"""Prioritized replay for N networks at once: each draws what surprised it most, from a sum tree of its own.

Source: Schaul et al. 2016, "Prioritized experience replay", the proportional variant: P(i) = p_i^alpha / sum of
p^alpha with p = |td| + EPSILON, stratified draws, and importance weights (n P(i))^-beta over the largest of the batch.
"""

from collections.abc import Mapping

import torch
from torch import Generator, Tensor

EPSILON = 1e-6  # keeps a transition without surprise within reach


def leaves_for(capacity: int) -> int:
    """The leaves of a tree over so many places: the next power of two."""
    return 1 << (capacity - 1).bit_length()


def tree_bytes(capacity: int) -> int:
    """What the sum tree of one network takes."""
    return 2 * leaves_for(capacity) * torch.float64.itemsize


class Priorities:
    """How likely each of the `capacity` places of a ring is to be drawn, for each of N networks.

    Row n of `tree` [N, 2C] is a binary tree: node 1 is the root, node k the sum of nodes 2k and 2k + 1, and node
    C + i holds p_i^alpha of place i, 0 while the place is empty. A sum is always computed from its two children, never
    adjusted, so rounding does not pile up.
    """

    def __init__(self, networks: int, capacity: int, alpha: float) -> None:
        self.alpha = alpha
        self.leaves = leaves_for(capacity)  # C
        self.tree = torch.zeros(networks, 2 * self.leaves, dtype=torch.float64)
        self.largest = torch.ones(networks, 1, dtype=torch.float64)  # p^alpha of the largest priority seen

    def tensors(self) -> Mapping[str, Tensor]:
        """The state, by name."""
        return {"tree": self.tree, "largest": self.largest}

    def add(self, index: Tensor) -> None:
        """Gives the places `index` [W] the largest priority seen: what is new is drawn soon, by every network."""
        index = index.expand(len(self.tree), -1)
        self._put(index, self.largest.expand_as(index))

    def update(self, index: Tensor, td: Tensor) -> None:
        """Sets the priorities of the places `index` [N, K] by errors `td` [N, K]; of a repeated place the largest."""
        powered = (td.abs().to(self.tree.dtype) + EPSILON) ** self.alpha
        torch.maximum(self.largest, powered.amax(1, keepdim=True), out=self.largest)
        self._put(index, powered)

    def sample(self, count: int, beta: float, rng: Generator) -> tuple[Tensor, Tensor]:
        """Places [N, count] and their importance weights [N, count], of which the largest in a row is 1.

        The range of the sums is cut in `count` equal strata, and each gives one draw. The number of transitions held
        cancels out of the weights.
        """
        networks = len(self.tree)
        draw = torch.rand(networks, count, dtype=self.tree.dtype, generator=rng)
        left = (draw + torch.arange(count)) / count * self.tree[:, 1:2]  # of the sums before the drawn place
        node = torch.ones(networks, count, dtype=torch.int64)
        for _ in range(self.leaves.bit_length() - 1):
            left_sum, right_sum = self._children(node)
            is_right = (left >= left_sum) & (right_sum > 0)  # rounding never leads to an empty place
            left = torch.where(is_right, left - left_sum, left)
            node = 2 * node + is_right
        powered = self.tree.gather(1, node)
        return node - self.leaves, (powered.amin(1, keepdim=True) / powered) ** beta

    def _put(self, index: Tensor, powered: Tensor) -> None:
        """Writes leaves [N, K] and the sums above them."""
        node = index + self.leaves
        self.tree.scatter_reduce_(1, node, powered, "amax", include_self=False)
        for _ in range(self.leaves.bit_length() - 1):
            node = node >> 1
            left_sum, right_sum = self._children(node)
            self.tree.scatter_(1, node, left_sum + right_sum)

    def _children(self, node: Tensor) -> tuple[Tensor, Tensor]:
        """The values [N, K] of the two nodes below each of `node` [N, K]."""
        return self.tree.gather(1, 2 * node), self.tree.gather(1, 2 * node + 1)
