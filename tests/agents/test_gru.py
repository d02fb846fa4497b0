"""Networks with a GRU: torch's own to rounding, step by step as in windows, and forgetting where a game starts."""

import pytest
import torch
from torch import nn

from agents.networks.gru import RecurrentShape, read, step, unroll
from agents.networks.perceptron import initialise, layers, named_layers

STACK, STEPS, ROWS = 3, 7, 5
SHAPE = RecurrentShape(6, (9, 8), 4)
WIDTH = SHAPE.hidden[-1]


def drawn(rng, shape: RecurrentShape = SHAPE, dtype=torch.float32):
    """Weights [N, P], a window [N, T, K, I], a memory [N, K, H] to begin with, and no starts [N, T, K]."""
    flat = initialise(shape, [shape.inputs] * STACK, rng).to(dtype)
    x = torch.randn(STACK, STEPS, ROWS, shape.inputs, generator=rng, dtype=dtype)
    memory = torch.randn(STACK, ROWS, shape.hidden[-1], generator=rng, dtype=dtype)
    return flat, x, memory, torch.zeros(STACK, STEPS, ROWS)


def theirs(flat, shape: RecurrentShape, n: int, x, memory):
    """What torch's own modules make of one network's window [T, K, I]: the outputs, and the memories."""
    named, depth = named_layers(flat, shape), len(shape.hidden)
    gru = nn.GRU(named[f"w.{depth - 1}"].shape[1], shape.hidden[-1])
    gru.load_state_dict(
        {
            "weight_ih_l0": named[f"w.{depth - 1}"][n].T,
            "weight_hh_l0": named[f"w.{depth}"][n].T,
            "bias_ih_l0": named[f"b.{depth - 1}"][n],
            "bias_hh_l0": named[f"b.{depth}"][n],
        }
    )
    for k in range(depth - 1):
        x = x @ named[f"w.{k}"][n] + named[f"b.{k}"][n]
        x = torch.relu(nn.functional.layer_norm(x, x.shape[-1:]) if shape.normed else x)
    with torch.no_grad():
        memories, _ = gru(x, memory.unsqueeze(0))
    return memories @ named[f"w.{depth + 1}"][n] + named[f"b.{depth + 1}"][n], memories


@pytest.mark.parametrize("hidden", [(9, 8), (8,), (7, 9, 8)])
@pytest.mark.parametrize("normed", [False, True])
def test_a_window_is_torchs_gru(hidden, normed, rng):
    shape = RecurrentShape(6, hidden, 4, normed)
    flat, x, memory, starts = drawn(rng, shape)
    weights = layers(flat, shape)
    memories = unroll(weights, x, memory, starts, normed)
    outputs = read(weights, memories.flatten(1, 2)).unflatten(1, (STEPS, ROWS))
    for n in range(STACK):
        expected, expected_memories = theirs(flat, shape, n, x[n], memory[n])
        assert (memories[n] - expected_memories).abs().max() < 1e-6
        assert (outputs[n] - expected).abs().max() < 1e-6


def test_step_by_step_is_the_window(rng):
    flat, x, memory, starts = drawn(rng)
    weights = layers(flat, SHAPE)
    whole = unroll(weights, x, memory, starts)
    for t in range(STEPS):
        memory = step(weights, x[:, t], memory)
        assert (memory - whole[:, t]).abs().max() < 1e-6


def test_a_start_within_a_window_makes_two_windows_of_it(rng):
    flat, x, memory, starts = drawn(rng)
    weights = layers(flat, SHAPE)
    split = torch.tensor([1, 2, 3, 4, 6])  # where the second game of each row starts
    starts[:, split, torch.arange(ROWS)] = 1
    whole = unroll(weights, x, memory, starts)
    nothing = torch.zeros_like(memory)
    for row, at in enumerate(split.tolist()):
        first = unroll(weights, x[:, :at], memory, starts[:, :at] * 0)
        second = unroll(weights, x[:, at:], nothing, starts[:, at:] * 0)
        assert torch.allclose(whole[:, :, row], torch.cat([first, second], 1)[:, :, row], atol=1e-7)
        assert (whole - unroll(weights, x, memory, starts * 0))[:, at, row].abs().max() > 0.01


def test_gradients_go_back_through_time_and_not_through_a_start(rng):
    flat, x, memory, starts = drawn(rng, RecurrentShape(3, (4, 2), 1), torch.float64)
    shape = RecurrentShape(3, (4, 2), 1)
    starts[:, 4, ::2] = 1
    given = [tensor[:2].contiguous().requires_grad_() for tensor in (flat, x, memory)]

    def outputs(flat, x, memory):
        weights = layers(flat, shape)
        return read(weights, unroll(weights, x, memory, starts[:2]).flatten(1, 2))

    assert torch.autograd.gradcheck(outputs, given)
    last = outputs(*given).unflatten(1, (STEPS, ROWS))[:, -1]
    reached = torch.autograd.grad(last.sum(), given[1])[0].abs().sum((0, 3)) > 0  # [T, K]
    expected = torch.ones(STEPS, ROWS, dtype=torch.bool)
    expected[:4, ::2] = False
    assert torch.equal(reached, expected)


def test_fresh_gates_are_orthogonal_one_by_one(rng):
    flat = initialise(SHAPE, [6, 6, 4], rng, "orthogonal")
    assert flat.shape == (3, SHAPE.size)
    assert SHAPE.size == 6 * 9 + 9 + (9 + 1) * 24 + (8 + 1) * 24 + 8 * 4 + 4
    _, (inputs, inputs_bias), (recurrent, recurrent_bias), _ = layers(flat, SHAPE)
    for n in range(3):
        for gate in recurrent[n].chunk(3, 1):
            assert torch.allclose(gate @ gate.T, torch.eye(WIDTH), atol=1e-6)
        for gate in inputs[n].chunk(3, 1):
            assert torch.allclose(gate.T @ gate, torch.eye(WIDTH), atol=1e-6)
    assert not inputs_bias.any() and not recurrent_bias.any()
    alone = RecurrentShape(6, (8,), 4)
    first = layers(initialise(alone, [6, 6, 4], rng, "orthogonal"), alone)[0][0]
    assert not first[2, 4:].any() and torch.allclose(first[2, :4, :8] @ first[2, :4, :8].T, torch.eye(4), atol=1e-6)
