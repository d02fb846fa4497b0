"""Neural policies, frozen: a compiled forward pass whose bits do not depend on the batch.

Every row is computed alone, in one fixed order of additions, without fused or reordered arithmetic. So an action
depends only on the weights, the observation and the row's own random stream, and a league can promise that a
tournament gives the same bits for any batch and any number of workers. torch promises no such thing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, log, log1p
from typing import Any, NamedTuple

import numpy as np

import arena.draw
from agents.policies.forward import forward_row
from arena.draw import unit
from arena.engine.cache import compile_cached, source_digest
from arena.game import Game
from arena.player import Policy
from arena.scenario import compiled

HEADS = ("soft", "hard", "product")  # softmax vectors, one-hot choices, or the value of each product of choices
ACTS = ("sample", "greedy")


class Rule(NamedTuple):
    """How one seat's outputs become its action, as compiled code sees it."""

    is_sampled: bool
    is_soft: bool
    is_product: bool
    heads: np.ndarray  # int64 [H, 3]: start, width, 1 if a range
    support: np.ndarray  # float32 [Z] the atoms, where a product has logits over them; else none


@dataclass(frozen=True)
class NeuralPolicy:
    """A multi-layer perceptron for each of B seats; with a memory its last hidden layer is a GRU."""

    weights: np.ndarray  # [B, P] float32: layer after layer, weight [I, H] then bias [H]; a GRU is two of width 3H
    row_of: Mapping[int, int]  # which row belongs to a seat of the game
    widths: np.ndarray  # [L+1]  int64: inputs, hidden layers, outputs
    normed: bool
    head: str
    act_rule: str
    heads: tuple[np.ndarray, ...]  # of each seat int64 [H, 3]: start, width, 1 if a range
    action_width: int  # U
    support: np.ndarray  # [B, Z] float32: see Rule
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
        recurrent: bool = False,
    ) -> "NeuralPolicy":
        """From the tensors of a checkpoint for B `seats`; the default: all.

        They are w.k [B, I, H] and b.k [B, H], and for distributions over atoms support [B, Z]; see networks/gru.py for
        those of a `recurrent` policy.
        """
        count = layer_count(tensors)
        parts = [tensors[f"{kind}.{k}"].reshape(len(tensors["b.0"]), -1) for k in range(count) for kind in "wb"]
        widths = widths_of(tensors, recurrent)
        flat = np.ascontiguousarray(np.concatenate(parts, 1), np.float32)
        heads = tuple(np.array(seat.heads, np.int64) for seat in game.seats)
        row_of = {seat: row for row, seat in enumerate(seats or range(len(flat)))}
        support = np.ascontiguousarray(tensors.get("support", flat[:, :0]), np.float32)
        memory = widths[-2] if recurrent else 0
        return cls(flat, row_of, np.array(widths), normed, head, act_rule, heads, game.action_width, support, memory)

    def act(self, seat: int, obs: np.ndarray, memory: np.ndarray, stream: np.ndarray, step: int) -> np.ndarray:
        """The actions float32 [M, U] for the observations [M, O]; see arena.player.Policy."""
        out = np.zeros((len(obs), self.action_width), np.float32)
        buffer = np.empty((3, max(self.widths.max(), 3 * self.memory_width)), np.float32)
        weights, own = self.weights[self.row_of[seat]], memory[:, : self.memory_width]
        _compiled_act()(weights, self.widths, self.normed, self.rule(seat), obs, own, stream, step, buffer, out)
        return out

    def rule(self, seat: int) -> Rule:
        """How the outputs of a seat become its action."""
        support = self.support[self.row_of[seat]]
        return Rule(self.act_rule == "sample", self.head == "soft", self.head == "product", self.heads[seat], support)


def layer_count(tensors: Mapping[str, np.ndarray]) -> int:
    """How many layers w.k, b.k there are among the tensors of a policy."""
    return sum(name.startswith("w.") for name in tensors)


def widths_of(tensors: Mapping[str, np.ndarray], recurrent: bool) -> list[int]:
    """The inputs, the hidden widths and the outputs of the layers among the tensors of a policy."""
    widths = [tensors["w.0"].shape[1], *(tensors[f"b.{k}"].shape[1] for k in range(layer_count(tensors)))]
    return [*widths[:-3], widths[-2] // 3, widths[-1]] if recurrent else widths


@dataclass(frozen=True)
class TeamPolicy:
    """Several policies that share the seats of a game: what a mixed team becomes."""

    parts: tuple[Policy, ...]
    part_of: Mapping[int, int]  # which of them holds a seat
    memory_width: int = 0

    def act(self, seat: int, obs: np.ndarray, memory: np.ndarray, stream: np.ndarray, step: int) -> np.ndarray:
        """See arena.player.Policy."""
        return self.parts[self.part_of[seat]].act(seat, obs, memory, stream, step)


@cache
def _compiled_act() -> Any:
    import sys

    return compile_cached(act_rows, source_digest(sys.modules[__name__], arena.draw))


def act_rows(weights, widths, normed, rule, obs, memory, stream, step, buffer, out):
    """Writes the action of every row of `obs` into `out` [M, U] of zeros, and its memory [M, H] into its place.

    `buffer` [3, widest] is working space.
    """
    for row in range(obs.shape[0]):
        for k in range(widths[0]):
            buffer[0, k] = obs[row, k]
        outputs = buffer[forward_row(weights, widths, normed, memory[row], buffer)]
        decide(outputs, widths[-1], rule, stream[row], step, out[row])


@compiled
def decide(outputs, count, rule, key, step, action):
    """Writes the action that `count` outputs of a network stand for; ranges are played as they are."""
    if rule.is_product:
        if rule.support.shape[0]:
            count = expect(outputs, count, rule.support)
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
def expect(logits, count, support):
    """Puts the means of the distributions over the atoms in the place of their logits; returns how many there are."""
    atoms = support.shape[0]
    for k in range(count // atoms):
        start = k * atoms
        most = logits[best_of(logits, start, start + atoms)]
        total, mean = 0.0, 0.0
        for j in range(atoms):
            share = exp(logits[start + j] - most)
            total += share
            mean += share * support[j]
        logits[k] = mean / total
    return count // atoms


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
