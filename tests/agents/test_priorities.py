"""Prioritized replay against its definition: P(i) = p_i^alpha / sum, weights (n P)^-beta, stratified draws."""

import pytest
import torch
from scipy.stats import chisquare

from agents.q_learning.priorities import EPSILON, Priorities

NETWORKS, CAPACITY, ALPHA = 3, 37, 0.6  # no power of two


@pytest.fixture
def filled(rng) -> Priorities:
    """All but the last seven places are held, with errors from 0 to 3."""
    priorities = Priorities(NETWORKS, CAPACITY, ALPHA)
    priorities.add(torch.arange(30))
    priorities.update(torch.arange(30).expand(NETWORKS, -1), 3 * torch.rand(NETWORKS, 30, generator=rng))
    return priorities


def leaves(priorities: Priorities) -> torch.Tensor:
    return priorities.tree[:, priorities.leaves :]


def assert_sums(priorities: Priorities) -> None:
    """Every node is exactly the sum of its children, and the root is the sum of all places."""
    tree = priorities.tree
    pairs = tree[:, 2:].unflatten(1, (-1, 2))
    assert torch.equal(tree[:, 1 : priorities.leaves], pairs.sum(2))
    torch.testing.assert_close(tree[:, 1], leaves(priorities).sum(1), rtol=1e-12, atol=0)


def test_a_priority_is_the_error_to_the_power_alpha(rng):
    priorities = Priorities(2, 5, 0.5)
    priorities.update(torch.tensor([[0, 3], [4, 1]]), torch.tensor([[4.0, -9.0], [0.0, 0.25]]))
    expected = torch.zeros(2, 8, dtype=torch.float64)
    expected[0, 0], expected[0, 3] = (4 + EPSILON) ** 0.5, (9 + EPSILON) ** 0.5
    expected[1, 4], expected[1, 1] = EPSILON**0.5, (0.25 + EPSILON) ** 0.5
    torch.testing.assert_close(leaves(priorities), expected, rtol=1e-15, atol=0)
    priorities.update(torch.tensor([[3], [1]]), torch.tensor([[1.0], [1.0]]))  # up or down, the last says
    expected[0, 3] = expected[1, 1] = (1 + EPSILON) ** 0.5
    torch.testing.assert_close(leaves(priorities), expected, rtol=1e-15, atol=0)


def test_what_is_new_gets_the_largest_priority_seen_by_each_network():
    priorities = Priorities(2, 8, 1.0)
    priorities.add(torch.tensor([0, 1, 2]))
    assert leaves(priorities)[:, :3].tolist() == [[1.0] * 3] * 2
    priorities.update(torch.tensor([[0], [1]]), torch.tensor([[7.0], [0.5]]))
    priorities.update(torch.tensor([[0], [1]]), torch.tensor([[2.0], [0.1]]))  # the largest ever seen stays
    priorities.add(torch.tensor([2, 7]))
    assert leaves(priorities)[:, [2, 7]].tolist() == [[7 + EPSILON] * 2, [1.0] * 2]


@pytest.mark.parametrize("beta", [0.0, 0.4, 1.0])
def test_importance_weights_are_those_of_the_definition(beta, filled, rng):
    index, weight = filled.sample(16, beta, rng)
    probability = leaves(filled) / leaves(filled).sum(1, keepdim=True)
    plain = (30 * probability.gather(1, index)) ** -beta
    torch.testing.assert_close(weight, plain / plain.amax(1, keepdim=True), rtol=1e-12, atol=0)
    assert weight.amax(1).tolist() == [1.0] * NETWORKS
    assert (weight.amin(1) < 1).all() == (beta > 0)


def test_draws_are_those_of_the_cumulative_sums(filled):
    """The same uniform draws, stratum by stratum, looked up in plain running sums."""
    count = 500
    index, _ = filled.sample(count, 1.0, torch.Generator().manual_seed(3))
    draw = torch.rand(NETWORKS, count, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    running = leaves(filled).cumsum(1)
    for n in range(NETWORKS):
        for k in range(count):
            value = (k + draw[n, k]) / count * running[n, -1]
            assert index[n, k] == (running[n] <= value).sum()


def test_frequencies_follow_the_priorities(filled, rng):
    counts = torch.zeros(NETWORKS, 30)
    for _ in range(6_000):  # one draw a time: strata would make it too even
        index, _ = filled.sample(1, 1.0, rng)
        counts.scatter_add_(1, index, torch.ones(NETWORKS, 1))
    for n, priority in enumerate(leaves(filled)[:, :30]):
        assert chisquare(counts[n], priority / priority.sum() * 6_000).pvalue > 1e-4
    assert not torch.equal(counts[0], counts[1])  # each network draws its own


def test_strata_leave_no_place_to_chance(rng):
    """With equal priorities and as many draws as places, every place is drawn once."""
    priorities = Priorities(NETWORKS, 32, ALPHA)
    priorities.add(torch.arange(32))
    assert priorities.sample(32, 1.0, rng)[0].tolist() == [list(range(32))] * NETWORKS


def test_an_empty_place_is_never_drawn(rng, monkeypatch):
    priorities = Priorities(1, 1000, 1.0)
    held = torch.tensor([3, 511, 512, 700])
    priorities.add(held)
    priorities.update(held.unsqueeze(0), torch.tensor([[1e-3, 0.1, 1e8, 1.0]]))  # sums that do not add up exactly
    seen = torch.cat([priorities.sample(4096, 1.0, rng)[0] for _ in range(20)])
    assert set(seen.flatten().tolist()) <= set(held.tolist())
    priorities.tree[:, 1] *= 2  # as though rounding led beyond the last of them
    assert priorities.sample(4096, 1.0, rng)[0][0, 2048:].tolist() == [700] * 2048
    monkeypatch.setattr(torch, "rand", lambda *shape, dtype, generator: torch.zeros(shape, dtype=dtype))
    assert priorities.sample(4096, 1.0, rng)[0][0, 0] == 3  # the least that can be drawn


def test_of_a_repeated_place_the_largest_error_counts():
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        priorities = Priorities(1, 8, 1.0)
        td = torch.tensor([1.0, 5.0, 2.0])[order].unsqueeze(0)
        priorities.update(torch.tensor([[6, 6, 6]]), td)
        assert leaves(priorities)[0, 6] == 5 + EPSILON
        assert_sums(priorities)


def test_sums_stay_exact_over_many_updates(filled, rng):
    for k in range(500):
        index, _ = filled.sample(16, 0.5, rng)
        filled.update(index, torch.randn(NETWORKS, 16, generator=rng) * 10 ** (k % 7 - 3))
        if k % 10 == 0:
            filled.add(torch.arange(k, k + 5) % CAPACITY)
    assert_sums(filled)
    assert not leaves(filled)[:, CAPACITY:].any()


def test_a_restored_state_goes_on_the_same(filled):
    other = Priorities(NETWORKS, CAPACITY, ALPHA)
    for name, tensor in other.tensors().items():
        tensor.copy_(filled.tensors()[name])
    for priorities in (filled, other):
        rng = torch.Generator().manual_seed(5)
        priorities.add(torch.tensor([31, 32]))
        index, weight = priorities.sample(64, 0.5, rng)
        priorities.update(index, weight)
        priorities.add(torch.tensor([33]))
    assert torch.equal(filled.tree, other.tree)


def test_a_stack_is_networks_alone(filled, rng):
    index, _ = filled.sample(16, 1.0, rng)
    td = torch.randn(NETWORKS, 16, generator=rng)
    alone = [Priorities(1, CAPACITY, ALPHA) for _ in range(NETWORKS)]
    for n, solo in enumerate(alone):
        for name, tensor in solo.tensors().items():
            tensor.copy_(filled.tensors()[name][n : n + 1])
        solo.update(index[n : n + 1], td[n : n + 1])
        solo.add(torch.tensor([35]))
    filled.update(index, td)
    filled.add(torch.tensor([35]))
    assert torch.equal(filled.tree, torch.cat([solo.tree for solo in alone]))
