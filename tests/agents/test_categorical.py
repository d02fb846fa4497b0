"""The projection of C51 against a slow one, and distributions worked out by hand."""

import pytest
import torch

from agents.q_learning.categorical import atoms_between, divergence, expected, project


def slow_project(probability, reward: float, discount: float, support) -> list[float]:
    """The definition: every atom's mass is shared between the two atoms next to where it lands."""
    atoms = support.tolist()
    gap = (atoms[-1] - atoms[0]) / (len(atoms) - 1)
    result = [0.0] * len(atoms)
    for mass, atom in zip(probability.tolist(), atoms, strict=True):
        landed = min(max(reward + discount * atom, atoms[0]), atoms[-1])
        for k, other in enumerate(atoms):
            result[k] += mass * max(0.0, 1 - abs(landed - other) / gap)
    return result


@pytest.mark.parametrize(("low", "high", "count"), [(-10, 10, 51), (0, 1, 2), (-3, 1, 7), (5.5, 6, 11)])
def test_projection_is_the_slow_one(low, high, count, rng):
    support = torch.linspace(low, high, count, dtype=torch.float64)
    probability = torch.randn(4, 25, count, generator=rng, dtype=torch.float64).softmax(-1)
    reward = (high - low) * torch.randn(4, 25, generator=rng, dtype=torch.float64)
    discount = torch.rand(4, 25, generator=rng, dtype=torch.float64).round(decimals=1)
    ours = project(probability, reward, discount, support)
    for n in range(4):
        for k in range(25):
            slow = slow_project(probability[n, k], reward[n, k].item(), discount[n, k].item(), support)
            assert ours[n, k].tolist() == pytest.approx(slow, abs=1e-12)


def test_mass_is_conserved_and_the_mean_moves_as_it_should(rng):
    support = torch.linspace(-10, 10, 51, dtype=torch.float64)
    probability = torch.randn(300, 51, generator=rng, dtype=torch.float64).softmax(-1)
    reward = 0.5 * torch.rand(300, generator=rng, dtype=torch.float64)  # 0.5 + 0.9 x 10 < 10: nothing is cut off
    moved = project(probability, reward, torch.full((300,), 0.9, dtype=torch.float64), support)
    torch.testing.assert_close(moved.sum(-1), torch.ones(300, dtype=torch.float64), rtol=0, atol=1e-14)
    torch.testing.assert_close(moved @ support, reward + 0.9 * (probability @ support), rtol=0, atol=1e-12)
    assert project(probability.float(), reward.float(), reward.float(), support.float()).dtype == torch.float32


@pytest.mark.parametrize(
    ("reward", "discount", "moved"),
    [
        (0.0, 1.0, [0.1, 0.2, 0.3, 0.4]),  # every atom lands on itself
        (1.0, 1.0, [0.0, 0.1, 0.2, 0.7]),  # each on the next, the last beyond the end
        (-1.0, 1.0, [0.3, 0.3, 0.4, 0.0]),
        (2.0, 0.0, [0.0, 0.0, 1.0, 0.0]),  # an ending pays exactly an atom
        (2.25, 0.0, [0.0, 0.0, 0.75, 0.25]),
        (9.0, 0.0, [0.0, 0.0, 0.0, 1.0]),
        (-9.0, 0.5, [1.0, 0.0, 0.0, 0.0]),
        (0.0, 0.5, [0.1 + 0.1, 0.1 + 0.3 + 0.2, 0.2, 0.0]),  # 0, 0.5, 1, 1.5
    ],
)
def test_distributions_by_hand(reward, discount, moved):
    support = torch.arange(4, dtype=torch.float64)
    probability = torch.tensor([0.1, 0.2, 0.3, 0.4], dtype=torch.float64)
    one = torch.ones((), dtype=torch.float64)
    assert project(probability, reward * one, discount * one, support).tolist() == pytest.approx(moved, abs=1e-15)


def test_each_network_has_atoms_between_its_own_ends(rng):
    ends = torch.tensor([[-1.0, 1.0], [0.0, 8.0], [-10.0, 10.0]], dtype=torch.float64)
    support = atoms_between(ends, 5)
    assert support.tolist() == [[[-1, -0.5, 0, 0.5, 1]], [[0, 2, 4, 6, 8]], [[-10, -5, 0, 5, 10]]]
    probability = torch.randn(3, 20, 5, generator=rng, dtype=torch.float64).softmax(-1)
    reward = torch.randn(3, 20, generator=rng, dtype=torch.float64)
    together = project(probability, reward, 0.5 * reward, support)
    alone = [project(probability[n], reward[n], 0.5 * reward[n], support[n, 0]) for n in range(3)]
    torch.testing.assert_close(together, torch.stack(alone), rtol=0, atol=1e-15)
    means = expected(probability.log(), support)
    torch.testing.assert_close(means[1], probability[1] @ support[1, 0], rtol=0, atol=1e-14)


def test_the_loss_is_torchs_divergence_with_the_gradient_of_the_cross_entropy(rng):
    logits = torch.randn(30, 11, generator=rng, dtype=torch.float64, requires_grad=True)
    target = torch.randn(30, 11, generator=rng, dtype=torch.float64).softmax(-1)
    target[0] = torch.eye(11, dtype=torch.float64)[3]  # no nan where there is no mass
    loss = divergence(logits, target)
    plain = torch.nn.functional.kl_div(logits.log_softmax(-1), target, reduction="none").sum(-1)
    torch.testing.assert_close(loss, plain, rtol=0, atol=1e-12)
    (grad,) = torch.autograd.grad(loss.sum(), logits)
    torch.testing.assert_close(grad, logits.softmax(-1) - target, rtol=0, atol=1e-12)
    torch.testing.assert_close(divergence(target.log(), target)[1:], torch.zeros(29, dtype=torch.float64))


def test_expected_values_by_hand():
    support = torch.tensor([-1.0, 0.0, 3.0])
    logits = torch.tensor([[0.0, 0.0, 0.0], [100.0, 0.0, 0.0], [0.0, 0.0, 100.0]])
    assert expected(logits, support).tolist() == pytest.approx([2 / 3, -1.0, 3.0])
