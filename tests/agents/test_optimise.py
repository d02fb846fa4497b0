"""Steps of optimisers against torch's own, starts of networks, and how learning rates fall."""

import pytest
import torch

from agents.actor_critic.learner import ActorCritic
from agents.networks.optimise import OPTIMISERS
from agents.networks.perceptron import Shape, initialise, layers

TORCH = {"adam": torch.optim.Adam, "rmsprop": torch.optim.RMSprop}


@pytest.mark.parametrize("name", OPTIMISERS)
def test_steps_are_those_of_torch(name, rng):
    start = torch.randn(2, 30, generator=rng, dtype=torch.float64)
    own, plain = start.clone(), start.clone().requires_grad_()
    optimiser, reference = OPTIMISERS[name](own), TORCH[name]([plain], lr=0.01)
    for _ in range(20):
        grad = torch.randn(2, 30, generator=rng, dtype=torch.float64)
        optimiser.step_(own, grad, 0.01)
        plain.grad = grad
        reference.step()
    assert torch.allclose(own, plain, atol=1e-12)
    assert (own - start).abs().min() > 1e-4


def test_orthogonal_layers_have_orthonormal_rows_or_columns_and_leave_padding_alone(rng):
    shape = Shape(10, (16, 16), 5)
    (first, _), (second, bias), (third, _) = layers(initialise(shape, [4, 10], rng, "orthogonal"), shape)
    assert bias.abs().max() == 0
    assert torch.allclose(first[0, :4] @ first[0, :4].T, 2 * torch.eye(4), atol=1e-5)
    assert first[0, 4:].abs().max() == 0
    assert torch.allclose(second[1] @ second[1].T, 2 * torch.eye(16), atol=1e-5)
    assert torch.allclose(third[1].T @ third[1], 1e-4 * torch.eye(5), atol=1e-8)
    assert not torch.equal(second[0], second[1])


@pytest.mark.parametrize(("schedule", "half"), [("linear", 0.55), ("cosine", 0.55)])
def test_learning_rates_fall_to_their_end(schedule, half):
    learner = ActorCritic(schedule=schedule, lr_end=0.1)
    assert [learner.rate(p) for p in (0.0, 0.5, 1.0)] == pytest.approx([1, half, 0.1])
    quarter = {"linear": 0.775, "cosine": 1 - 0.9 * (1 - 2**-0.5) / 2}
    assert learner.rate(0.25) == pytest.approx(quarter[schedule])
