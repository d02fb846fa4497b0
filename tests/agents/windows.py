"""What tests of learners with a memory share: windows without meaning, parts of them, and a game about remembering."""

from dataclasses import fields

import torch
from stacks import part, random_batch
from torch import Generator, Tensor
from torch.nn.functional import one_hot

from agents.training.learner import Spec
from agents.training.replay import Replay, Row
from agents.training.windows import Window
from arena.transition import Transition


def random_window(members: int, count: int, burn_in: int, sequence: int, rng: Generator) -> Window:
    """Windows of numbers without meaning, in which games start and steps are missing now and then."""
    past = random_batch(members, count * burn_in, rng)
    now = random_batch(members, count * sequence, rng)
    alive = (torch.rand(now.alive.shape, generator=rng) < 0.9).to(now.alive.dtype)
    starts = (torch.rand(members, burn_in + sequence, count, generator=rng) < 0.2).double()
    named = {f.name: getattr(now, f.name) for f in fields(Transition)}
    return Window(**{**named, "alive": alive}, past=past, starts=starts)


def part_of_window(window: Window, member: int, seats: slice = slice(None)) -> Window:
    """The windows of one member, and of some of its seats."""
    rows = part(Transition(**{f.name: getattr(window, f.name) for f in fields(Transition)}), member, seats)
    named = {f.name: getattr(rows, f.name) for f in fields(Transition)}
    return Window(**named, past=part(window.past, member, seats), starts=window.starts[member : member + 1])


RECALL = Spec(sees=(2, 2), obs_width=2, action_width=2)
LENGTH = 4  # of a game of recall


def recalled(games: int, rng: Generator) -> list[Transition]:
    """Games in which what was seen on the first frame decides what pays on the last, step by step: [1, W] each.

    Each of two seats sees a +-1 on the first frame, then nothing but, in the second number, that it is the last one.
    There the first action pays 1 after -1, and the second after +1. Other frames pay nothing; actions are random.
    """
    cue = 2.0 * torch.randint(2, (1, games, 2), generator=rng) - 1
    steps = []
    for t in range(LENGTH):
        is_last = float(t == LENGTH - 1)
        action = one_hot(torch.randint(2, (1, games, 2), generator=rng), 2).float()
        nothing, every = torch.zeros(1, games, 2), torch.ones(1, games, 2)
        paid = torch.where(cue < 0, action[..., 0], action[..., 1]) * is_last
        steps.append(
            Transition(
                obs=seen(cue, t),
                action=action,
                reward=paid,
                discount=every - is_last,
                next_obs=seen(cue, t + 1),
                last=every[..., 0] * is_last,
                alive=every,
                frozen=torch.full_like(action, torch.nan),
                owner=nothing,
            )
        )
    return steps


def seen(cue: Tensor, t: int) -> Tensor:
    """What is seen on frame t, [1, W, A, 2], of games with cues [1, W, A]."""
    first = cue if t == 0 else torch.zeros_like(cue)
    return torch.stack([first, torch.full_like(cue, float(t == LENGTH - 1))], -1)


def replay_of_recall(rounds: int, worlds: int, rng: Generator) -> Replay:
    """A replay of many games of recall, in worlds that play one after the other."""
    replay = Replay(Row(2, 2, 2), 1, rounds * worlds * LENGTH, worlds)
    for _ in range(rounds):
        for step in recalled(worlds, rng):
            replay.add(step)
    return replay
