"""Neural policies, frozen: a compiled forward pass whose bits do not depend on the batch.

Every row is computed alone, in one fixed order of additions, without fused or reordered arithmetic. So an action
depends only on the weights, the observation and the row's own random stream, and a league can promise that a
tournament gives the same bits for any batch and any number of workers. torch promises no such thing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, log, log1p, sqrt
from typing import Any, NamedTuple

import numpy as np

import arena.draw
from arena.draw import unit
from arena.engine.cache import compile_cached, source_digest
from arena.game import Game
from arena.scenario import compiled

HEADS = ("soft", "hard", "product")  # softmax vectors, one-hot choices, or the value of each product of choices
ACTS = ("sample", "greedy")
NORM_EPSILON = 1e-5  # torch's layer_norm


class Rule(NamedTuple):
    """How one seat's outputs become its action, as compiled code sees it."""

    is_sampled: bool
    is_soft: bool
    is_product: bool
    heads: np.ndarray  # int64 [H, 3]: start, width, 1 if a range


@dataclass(frozen=True)
class NeuralPolicy:
    """A multi-layer perceptron for each of B seats."""

    weights: np.ndarray  # [B, P] float32: layer after layer, weight [I, H] then bias [H]
    row_of: Mapping[int, int]  # which row belongs to a seat of the game
    widths: np.ndarray  # [L+1]  int64: inputs, hidden layers, outputs
    normed: bool
    head: str
    act_rule: str
    heads: tuple[np.ndarray, ...]  # of each seat int64 [H, 3]: start, width, 1 if a range
    action_width: int  # U
    memory_width: int = 0

    @classmethod
    def of(
        cls,
        tensors: Mapping[str, np.ndarray],
        normed: bool,
        head: str,
        act_rule: str,
        game: Game,
        seats: Sequence[int] = (),
    ) -> "NeuralPolicy":
        """From the tensors of a checkpoint, w.k [B, I, H] and b.k [B, H], for B `seats`; the default: all."""
        count = len(tensors) // 2
        parts = [tensors[f"{kind}.{k}"].reshape(len(tensors["b.0"]), -1) for k in range(count) for kind in "wb"]
        widths = [tensors["w.0"].shape[1], *(tensors[f"b.{k}"].shape[1] for k in range(count))]
        flat = np.ascontiguousarray(np.concatenate(parts, 1), np.float32)
        heads = tuple(np.array(seat.heads, np.int64) for seat in game.seats)
        row_of = {seat: row for row, seat in enumerate(seats or range(len(flat)))}
        return cls(flat, row_of, np.array(widths), normed, head, act_rule, heads, game.action_width)

    def act(self, seat: int, obs: np.ndarray, memory: np.ndarray, stream: np.ndarray, step: int) -> np.ndarray:
        """The actions float32 [M, U] for the observations [M, O]; see arena.player.Policy."""
        out = np.zeros((len(obs), self.action_width), np.float32)
        buffer = np.empty((2, self.widths.max()), np.float32)
        rule = Rule(self.act_rule == "sample", self.head == "soft", self.head == "product", self.heads[seat])
        _compiled_act()(self.weights[self.row_of[seat]], self.widths, self.normed, rule, obs, stream, step, buffer, out)
        return out


@dataclass(frozen=True)
class TeamPolicy:
    """Several policies that share the seats of a game: what a mixed team becomes."""

    parts: tuple[NeuralPolicy, ...]
    part_of: Mapping[int, int]  # which of them holds a seat
    memory_width: int = 0

    def act(self, seat: int, obs: np.ndarray, memory: np.ndarray, stream: np.ndarray, step: int) -> np.ndarray:
        """See arena.player.Policy."""
        return self.parts[self.part_of[seat]].act(seat, obs, memory, stream, step)


@cache
def _compiled_act() -> Any:
    import sys

    return compile_cached(act_rows, source_digest(sys.modules[__name__], arena.draw))


def act_rows(weights, widths, normed, rule, obs, stream, step, buffer, out):
    """Writes the action of every row of `obs` into `out` [M, U] of zeros; `buffer` [2, widest] is working space."""
    for row in range(obs.shape[0]):
        for k in range(widths[0]):
            buffer[0, k] = obs[row, k]
        outputs = buffer[forward_row(weights, widths, normed, buffer)]
        decide(outputs, widths[-1], rule, stream[row], step, out[row])


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
def decide(outputs, count, rule, key, step, action):
    """Writes the action that `count` outputs of a network stand for; ranges are played as they are."""
    if rule.is_product:
        if rule.is_sampled:
            add_gumbel(outputs, 0, count, key, step * count)
        pick_product(outputs, rule.heads, action)
        return
    for h in range(rule.heads.shape[0]):
        start, stop = rule.heads[h, 0], rule.heads[h, 0] + rule.heads[h, 1]
        if rule.heads[h, 2]:
            for k in range(start, stop):
                action[k] = 1 / (1 + exp(-2 * outputs[k]))
            continue
        if rule.is_sampled:
            add_gumbel(outputs, start, stop, key, step * count)
        choose(outputs, start, stop, rule.is_soft, action)


@compiled
def add_gumbel(logits, start, stop, key, first):
    """Adds draws number first + start, ... of the stream, so that the largest logit is a sample of the softmax."""
    for k in range(start, stop):
        wait = -log1p(-unit(key, first + k))  # exponential; minus its log is Gumbel
        logits[k] -= np.float32(log(max(wait, 1e-300)))


@compiled
def best_of(outputs, start, stop):
    """The place of the largest of outputs[start:stop]."""
    best = start
    for k in range(start + 1, stop):
        if outputs[k] > outputs[best]:
            best = k
    return best


@compiled
def choose(logits, start, stop, is_soft, action):
    """Writes one choice: the softmax of logits[start:stop], or the one-hot of the best."""
    best = best_of(logits, start, stop)
    if not is_soft:
        action[best] = 1
        return
    total = 0.0
    for k in range(start, stop):
        total += exp(logits[k] - logits[best])
    for k in range(start, stop):
        action[k] = exp(logits[k] - logits[best]) / total


@compiled
def pick_product(values, heads, action):
    """Writes the product of choices that has the highest value; the first head turns fastest."""
    count = 1
    for h in range(heads.shape[0]):
        count *= heads[h, 1]
    number = best_of(values, 0, count)
    for h in range(heads.shape[0]):
        action[heads[h, 0] + number % heads[h, 1]] = 1
        number //= heads[h, 1]
