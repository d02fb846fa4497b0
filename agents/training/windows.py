"""Learning with a memory: windows of games from the replay, and what networks remember along them.

A window is `sequence` steps that are learnt from and the `burn_in` steps before them, which only warm the memory up:
it is zero where a window starts, and again where a game does within it.

Source: Hausknecht, Stone 2015, "Deep recurrent Q-learning for partially observable MDPs"; Kapturowski et al. 2019,
"Recurrent experience replay in distributed reinforcement learning" (R2D2), section 3, for the burn-in, here from zero.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import torch
from torch import Generator, Tensor

from agents.networks.gru import unroll
from agents.networks.perceptron import Layers
from agents.training.replay import Replay
from agents.training.settings import Settings
from arena.errors import ArenaError
from arena.transition import Transition


@dataclass(frozen=True)
class Window(Transition):
    """The L * K steps of K windows that are learnt from, step after step: row t * K + k; nobody lives in missing ones.

    All that takes transitions [M, K, ...] takes these as well.
    """

    past: Transition  # [M, B * K, ...] the steps before them
    starts: Tensor  # [M, B + L, K] 1 where a game starts


def draw_windows(replay: Replay, count: int, sequence: int, burn_in: int, rng: Generator) -> Window:
    """`count` windows of each member, whose ends are drawn evenly."""
    steps, is_held = replay.preceding(replay.draw(count, rng), burn_in + sequence)  # [M, K, T, ...]
    starts = torch.zeros_like(steps.last)
    starts[..., 1:] = torch.where(is_held[..., :-1], steps.last[..., :-1], 1)

    def cut(x: Tensor, first: int, stop: int) -> Tensor:
        return x[:, :, first:stop].transpose(1, 2).flatten(1, 2)

    named = {field.name: getattr(steps, field.name) for field in fields(Transition)}
    named["alive"] = steps.alive * is_held.unsqueeze(-1)
    past = Transition(**{name: cut(x, 0, burn_in) for name, x in named.items()})
    learnt = {name: cut(x, burn_in, burn_in + sequence) for name, x in named.items()}
    return Window(**learnt, past=past, starts=starts.transpose(1, 2))


def memories(weights: Layers, past: Tensor, x: Tensor, starts: Tensor, normed: bool) -> tuple[Tensor, Tensor]:
    """What networks remember before and after each step that is learnt from, [N, L * K, H] both.

    `past` [N, B * K, I] and `x` [N, L * K, I] are what came in, games start where `starts` [M, B + L, K] says. No
    gradient goes back into the past.
    """
    starts = starts.to(x.dtype).repeat_interleave(len(x) // len(starts), 0)
    windows = starts.shape[2]
    burn_in = past.shape[1] // windows
    memory = x.new_zeros(len(x), windows, weights[-1][0].shape[1])
    if burn_in:
        with torch.no_grad():
            memory = unroll(weights, past.unflatten(1, (burn_in, windows)), memory, starts[:, :burn_in], normed)[:, -1]
    starts = starts[:, burn_in:]
    after = unroll(weights, x.unflatten(1, (-1, windows)), memory, starts, normed)
    before = torch.cat([memory.unsqueeze(1), after[:, :-1]], 1) * (1 - starts).unsqueeze(3)
    return before.flatten(1, 2), after.flatten(1, 2)


def window_of(batch: Transition) -> Window:
    """The windows that a batch is; ArenaError if it is none."""
    if not isinstance(batch, Window):
        raise ArenaError("what a learner with a memory does next can be told along windows only; set recurrent=true")
    return batch


def faults(x: Settings) -> Iterator[str]:
    """What cannot be together with a memory, and what to do about it."""
    if not x.hidden:
        yield "recurrent=true needs a hidden layer; name its width, e.g. hidden=[64]"
    if x.batch_size % x.sequence:
        yield f"batch_size={x.batch_size} is no whole number of windows of sequence={x.sequence} steps; change either"
    if x.n_step > 1:
        yield f"n_step={x.n_step} does not go with recurrent=true; leave it out"
