"""Neural policies, frozen: a compiled forward pass whose bits do not depend on the batch.

Every row is computed alone, in one fixed order of additions, without fused or reordered arithmetic. So an action
depends only on the weights, the observation and the row's own random stream, and a league can promise that a
tournament gives the same bits for any batch and any number of workers. torch promises no such thing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, log, log1p, sqrt
from typing import Any

import numpy as np

import arena.draw
from arena.draw import unit
from arena.engine.cache import compile_cached, source_digest
from arena.scenario import compiled

HEADS = ("soft", "hard")  # softmax vectors, or one-hot actions
ACTS = ("sample", "greedy")
NORM_EPSILON = 1e-5  # torch's layer_norm


@dataclass(frozen=True)
class NeuralPolicy:
    """A multi-layer perceptron for each seat."""

    weights: np.ndarray  # [A, P] float32: layer after layer, weight [I, H] then bias [H]
    widths: np.ndarray  # [L+1]  int64: inputs, hidden layers, outputs
    normed: bool
    head: str
    act_rule: str
    memory_width: int = 0

    @classmethod
    def of(cls, tensors: Mapping[str, np.ndarray], normed: bool, head: str, act_rule: str) -> "NeuralPolicy":
        """From the tensors of a checkpoint: w.k [A, I, H] and b.k [A, H]."""
        count = len(tensors) // 2
        parts = [tensors[f"{kind}.{k}"].reshape(len(tensors["b.0"]), -1) for k in range(count) for kind in "wb"]
        widths = [tensors["w.0"].shape[1], *(tensors[f"b.{k}"].shape[1] for k in range(count))]
        flat = np.ascontiguousarray(np.concatenate(parts, 1), np.float32)
        return cls(flat, np.array(widths), normed, head, act_rule)

    def act(self, seat: int, obs: np.ndarray, memory: np.ndarray, stream: np.ndarray, step: int) -> np.ndarray:
        """The actions float32 [M, U] for the observations [M, O]; see arena.player.Policy."""
        out = np.empty((len(obs), self.widths[-1]), np.float32)
        buffer = np.empty((2, self.widths.max()), np.float32)
        is_sampled, is_hard = self.act_rule == "sample", self.head == "hard"
        run = _compiled_act()
        run(self.weights[seat], self.widths, self.normed, is_sampled, is_hard, obs, stream, step, buffer, out)
        return out


@cache
def _compiled_act() -> Any:
    import sys

    return compile_cached(act_rows, source_digest(sys.modules[__name__], arena.draw))


def act_rows(weights, widths, normed, is_sampled, is_hard, obs, stream, step, buffer, out):
    """Writes the action of every row of `obs` into `out`; `buffer` [2, widest] is working space."""
    for row in range(obs.shape[0]):
        for k in range(widths[0]):
            buffer[0, k] = obs[row, k]
        logits = buffer[forward_row(weights, widths, normed, buffer)]
        choose(logits, widths[-1], is_sampled, is_hard, stream[row], step, out, row)


@compiled
def forward_row(weights, widths, normed, buffer):
    """Runs the network on buffer[0]; returns which row of the buffer holds the outputs."""
    at, source = 0, 0
    depth = widths.shape[0] - 1
    for layer in range(depth):
        inputs, outputs = widths[layer], widths[layer + 1]
        x, y = buffer[source], buffer[1 - source]
        bias = at + inputs * outputs
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


@compiled
def choose(logits, count, is_sampled, is_hard, key, step, out, row):
    """Writes an action: the softmax or the best of the logits, after Gumbel noise if it is a sample."""
    if is_sampled:
        for k in range(count):
            wait = -log1p(-unit(key, step * count + k))  # exponential; minus its log is Gumbel
            logits[k] -= np.float32(log(max(wait, 1e-300)))
    best = 0
    for k in range(1, count):
        if logits[k] > logits[best]:
            best = k
    if is_hard:
        for k in range(count):
            out[row, k] = 1 if k == best else 0
        return
    top, total = logits[best], 0.0
    for k in range(count):
        total += exp(logits[k] - top)
    for k in range(count):
        out[row, k] = exp(logits[k] - top) / total
