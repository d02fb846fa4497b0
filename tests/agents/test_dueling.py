"""Two streams fold into one plain layer, exactly; each seat's advantages are measured against its own actions."""

import pytest
import torch

from agents.networks.perceptron import Shape, forward, initialise, layers
from agents.q_learning.dueling import DuelingShape, fold
from arena.errors import ArenaError

COUNTS = torch.tensor([[4], [2], [3]])


def explicit(flat, shape: DuelingShape, x, counts) -> torch.Tensor:
    """Q [N, K, Q, Z] by running the two streams, network by network: V + A - mean of A over a network's own actions."""
    *trunk, value, advantage = layers(flat, shape)
    results = []
    for n, count in enumerate(counts.flatten().tolist()):
        h = x[n]
        for weight, bias in trunk:
            h = h @ weight[n] + bias[n]
            if shape.normed:
                h = torch.nn.functional.layer_norm(h, h.shape[-1:])
            h = h.relu()
        half = h.shape[1] // 2
        v = (h[:, :half] @ value[0][n] + value[1][n]).unsqueeze(1)  # [K, 1, Z]
        a = (h[:, half:] @ advantage[0][n] + advantage[1][n]).unflatten(1, (-1, shape.atoms))  # [K, Q, Z]
        results.append(v + a - a[:, :count].mean(1, keepdim=True))
    return torch.stack(results)


@pytest.mark.parametrize("normed", [False, True])
@pytest.mark.parametrize("hidden", [(6,), (8, 5)])
@pytest.mark.parametrize("atoms", [1, 7])
def test_the_folded_network_is_the_two_streams(atoms, hidden, normed, rng):
    shape = DuelingShape.of(Shape(6, hidden, 4 * atoms, normed), atoms)
    assert shape.plain == Shape(6, (*hidden[:-1], 2 * hidden[-1]), 4 * atoms, normed)
    flat = initialise(shape, [6, 6, 3], rng).double()
    x = torch.randn(3, 20, 6, generator=rng, dtype=torch.float64)
    folded = fold(flat, shape, COUNTS)
    assert folded.shape == (3, shape.plain.size)
    q = forward(layers(folded, shape.plain), x, normed).unflatten(2, (-1, atoms))
    expected = explicit(flat, shape, x, COUNTS)
    for n, count in enumerate(COUNTS.flatten().tolist()):
        torch.testing.assert_close(q[n, :, :count], expected[n, :, :count], rtol=0, atol=1e-12)


def test_the_mean_value_over_a_seats_own_actions_is_that_of_the_value_stream(rng):
    shape = DuelingShape.of(Shape(6, (8,), 4))
    flat = initialise(shape, [6, 6, 6], rng).double()
    x = torch.randn(3, 20, 6, generator=rng, dtype=torch.float64)
    q = forward(layers(fold(flat, shape, COUNTS), shape.plain), x)
    *trunk, (weight, bias), _ = layers(flat, shape)
    h = torch.baddbmm(trunk[0][1], x, trunk[0][0]).relu()[:, :, :8]
    value = torch.baddbmm(bias, h, weight).squeeze(2)
    for n, count in enumerate(COUNTS.flatten().tolist()):
        torch.testing.assert_close(q[n, :, :count].mean(1), value[n], rtol=0, atol=1e-12)


def test_every_action_teaches_the_value_and_no_action_beyond_its_own_teaches_a_seat(rng):
    shape = DuelingShape.of(Shape(6, (8,), 4))
    flat = initialise(shape, [6, 6, 6], rng).double().requires_grad_()
    x = torch.randn(3, 20, 6, generator=rng, dtype=torch.float64)
    q = forward(layers(fold(flat, shape, COUNTS), shape.plain), x)
    (grad,) = torch.autograd.grad(q[:, :, 1].sum(), flat)
    *_, (value, _), (advantage, advantage_bias) = layers(grad, shape)
    assert (value != 0).any(1).all()
    assert advantage_bias[:, 0].tolist() == [
        pytest.approx([-20 * (1 / c) + 20 * (j == 1) if j < c else 0 for j in range(4)]) for c in (4, 2, 3)
    ]
    assert not advantage[1, :, 2:].any() and not advantage[2, :, 3:].any()


def test_each_stream_starts_by_its_own_inputs(rng):
    shape = DuelingShape.of(Shape(6, (400,), 4))
    *_, value, advantage = layers(initialise(shape, [6], rng), shape)
    for weight, _ in (value, advantage):
        assert 0.98 / 20 < weight.abs().max() <= 1 / 20  # 400 inputs each


def test_dueling_needs_a_hidden_layer():
    with pytest.raises(ArenaError, match="dueling needs a hidden layer"):
        DuelingShape.of(Shape(6, (), 4))
