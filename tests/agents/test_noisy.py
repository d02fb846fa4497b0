"""Noisy weights: how they start, what their noise is made of, and what teaches them."""

import pytest
import torch

from agents.networks.perceptron import Shape, forward, layers
from agents.q_learning.noisy import SIGMA, disturbed, draw_noise, initialise_noisy, means

SHAPE = Shape(6, (16, 8), 5)
LIVE = [4, 6, 6]


def test_means_and_sigmas_start_by_the_inputs_of_their_layer(rng):
    shape = Shape(100, (400,), 5)
    mean, sigma = initialise_noisy(shape, [25, 100], rng).split(shape.size, 1)
    for n, live in enumerate((25, 100)):
        for k, fan_in in enumerate((live, 400)):
            for part in (0, 1):  # weights and biases
                own = layers(mean, shape)[k][part][n]
                assert own.abs().max() <= fan_in**-0.5
                assert own.abs().max() > 0.95 * fan_in**-0.5 or own.numel() < 10
                spread = layers(sigma, shape)[k][part][n]
                torch.testing.assert_close(spread, torch.full_like(spread, SIGMA * fan_in**-0.5))


def test_noise_of_a_layer_has_rank_one_and_its_bias_has_the_outputs(rng):
    noise = draw_noise(SHAPE, torch.zeros(3, 2 * SHAPE.size, dtype=torch.float64), rng)
    for weight, bias in layers(noise, SHAPE):
        for n in range(3):
            assert torch.linalg.matrix_rank(weight[n]) == 1
            ratio = weight[n] / bias[n]  # the inputs' share, the same for every output
            torch.testing.assert_close(ratio, ratio[:, :1].expand_as(ratio), rtol=1e-9, atol=1e-12)


def test_noise_is_the_rooted_normal_product(rng):
    """f(x) f(y) with f = sign sqrt: mean 0, variance E|x| E|y| = 2 / pi; of a bias f(y): sqrt(2 / pi)."""
    shape = Shape(1, (), 1)
    noise = draw_noise(shape, torch.zeros(200_000, 4, dtype=torch.float64), rng)
    weight, bias = noise[:, 0], noise[:, 1]
    assert abs(weight.mean()) < 0.01 and abs(bias.mean()) < 0.01
    assert weight.var().item() == pytest.approx(2 / torch.pi, rel=0.02)
    assert bias.var().item() == pytest.approx((2 / torch.pi) ** 0.5, rel=0.02)
    assert (weight**2).mul(bias**2).mean().item() == pytest.approx((2 / torch.pi) ** 0.5, rel=0.02)  # E|x| E y^2


def test_networks_and_draws_have_noise_of_their_own(rng):
    like = torch.zeros(4, 2 * SHAPE.size, dtype=torch.float64)
    first, second = draw_noise(SHAPE, like, rng), draw_noise(SHAPE, like, rng)
    together = torch.cat([first, second])
    for a in range(8):
        for b in range(a):
            assert not torch.isclose(together[a], together[b]).any()
    many = draw_noise(Shape(1, (), 1), torch.zeros(200_000, 4), rng)[:, 1]
    assert abs(torch.corrcoef(torch.stack([many[::2], many[1::2]]))[0, 1]) < 0.01


def test_weights_are_means_and_scaled_noise(rng):
    parameters = initialise_noisy(SHAPE, LIVE, rng).double()
    mean, sigma = parameters.split(SHAPE.size, 1)
    assert torch.equal(means(parameters), mean)
    assert torch.equal(disturbed(parameters, torch.zeros_like(mean)), mean)
    noise = draw_noise(SHAPE, parameters, rng)
    torch.testing.assert_close(disturbed(parameters, noise), mean + sigma * noise)


def test_outputs_scatter_around_those_of_the_means(rng):
    """A linear layer y = x w + b, whose variance follows from that of its factors."""
    shape = Shape(3, (), 1)
    parameters = initialise_noisy(shape, [3], rng).double()
    x = torch.tensor([[[1.0, -2.0, 0.5]]], dtype=torch.float64)
    many = parameters.expand(100_000, -1)
    out = forward(layers(disturbed(many, draw_noise(shape, many, rng)), shape), x.expand(100_000, -1, -1)).flatten()
    plain = forward(layers(means(parameters), shape), x).item()
    sigma = SIGMA / 3**0.5
    # y - mean = f(e) (sigma sum_i x_i f(e_i) + sigma): E f(e)^2 = m, E (sum x f)^2 = m |x|^2, with m = sqrt(2 / pi)
    m = (2 / torch.pi) ** 0.5
    variance = sigma**2 * m * (m * 5.25 + 1)
    assert out.mean().item() == pytest.approx(plain, abs=5 * (variance / 100_000) ** 0.5)
    assert out.var().item() == pytest.approx(variance, rel=0.03)


def test_the_gradient_of_a_sigma_is_that_of_its_weight_times_its_noise(rng):
    parameters = initialise_noisy(SHAPE, LIVE, rng).double().requires_grad_()
    noise = draw_noise(SHAPE, parameters, rng)
    weights = disturbed(parameters, noise)
    x = torch.randn(3, 10, 6, generator=rng, dtype=torch.float64)
    loss = forward(layers(weights, SHAPE), x).square().sum()
    by_weight, by_parameter = torch.autograd.grad(loss, (weights, parameters))
    torch.testing.assert_close(by_parameter, torch.cat([by_weight, by_weight * noise], 1))
    assert by_weight.abs().max() > 0.01
