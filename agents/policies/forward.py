"""The compiled forward pass of one row through a perceptron, or one with a GRU, in one fixed order of additions."""

from math import exp, sqrt, tanh

import numpy as np

from arena.scenario import compiled

NORM_EPSILON = 1e-5  # torch's layer_norm


@compiled
def forward_row(weights, widths, normed, memory, buffer):
    """Runs the network on buffer[0] and the memory [H], if any; returns which row of the buffer holds the outputs."""
    at, source = 0, 0
    depth = widths.shape[0] - 1
    for layer in range(depth):
        inputs, outputs = widths[layer], widths[layer + 1]
        x, y = buffer[source], buffer[1 - source]
        if layer == depth - 2 and memory.shape[0] > 0:
            at = remember(x, weights, at, inputs, memory, y, buffer[2])
        else:
            bias = at + inputs * outputs  # not by `weigh`: the call would cost a tenth of the time
            for j in range(outputs):
                y[j] = weights[bias + j]
            add_products(x, weights[at:bias], inputs, outputs, y)
            if layer < depth - 1:
                if normed:
                    normalise(y, outputs)
                for j in range(outputs):
                    y[j] = max(y[j], np.float32(0))
            at = bias + outputs
        source = 1 - source
    return source


@compiled
def remember(x, weights, at, inputs, memory, y, own):
    """A step of the GRU whose weights start at `at`: writes its memory [H], also into y[:H]; returns as `weigh` does.

    `y` and `own` [3H] take the sums of the gates, of what comes in and of the memory. Source: see networks/gru.py.
    """
    width = memory.shape[0]
    at = weigh(x, weights, at, inputs, 3 * width, y)
    at = weigh(memory, weights, at, width, 3 * width, own)
    for j in range(width):
        reset = 1 / (1 + exp(-(y[j] + own[j])))
        update = 1 / (1 + exp(-(y[width + j] + own[width + j])))
        fresh = tanh(y[2 * width + j] + reset * own[2 * width + j])
        memory[j] = fresh + update * (memory[j] - fresh)
    for j in range(width):
        y[j] = memory[j]
    return at


@compiled
def weigh(x, weights, at, inputs, outputs, y):
    """Writes the sums of the layer whose weights start at `at` into y[:outputs]; returns where the next one starts."""
    bias = at + inputs * outputs
    for j in range(outputs):
        y[j] = weights[bias + j]
    add_products(x, weights[at:bias], inputs, outputs, y)
    return bias + outputs


@compiled
def add_products(x, weight, inputs, outputs, y):
    """Adds x @ weight to y[:outputs], one input after the other.

    Four inputs a pass keep y in registers; the additions are made in the same order as one by one.
    """
    blocks = inputs - inputs % 4
    for i in range(0, blocks, 4):
        x0, x1, x2, x3 = x[i], x[i + 1], x[i + 2], x[i + 3]
        row = weight[i * outputs : (i + 4) * outputs]
        for j in range(outputs):
            total = y[j] + x0 * row[j]
            total += x1 * row[outputs + j]
            total += x2 * row[2 * outputs + j]
            y[j] = total + x3 * row[3 * outputs + j]
    for i in range(blocks, inputs):
        scale = x[i]
        row = weight[i * outputs : (i + 1) * outputs]
        for j in range(outputs):
            y[j] += scale * row[j]


@compiled
def normalise(y, count):
    """Shifts and scales y[:count] to mean 0 and variance 1, as torch's layer_norm does."""
    mean, square = 0.0, 0.0
    for j in range(count):
        mean += y[j]
    mean /= count
    for j in range(count):
        square += (y[j] - mean) ** 2
    scale = 1.0 / sqrt(square / count + NORM_EPSILON)
    for j in range(count):
        y[j] = (y[j] - mean) * scale
