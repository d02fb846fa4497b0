"""What tests of stacks share: random batches, float64 stacks, parts of stacks, and noise that is handed in."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import torch
from torch import Generator, Tensor
from torch.nn.functional import one_hot

from agents.actor_critic.inferred import Inferred
from agents.actor_critic.learner import ActorCritic
from agents.networks.heads import Heads
from agents.networks.optimise import Adam
from agents.training.learner import Spec
from arena.transition import Transition

SPEC = Spec(sees=(4, 6, 6), obs_width=6, action_width=5)  # the narrow first seat is padded


@dataclass(frozen=True)
class Supplied(ActorCritic):
    """An actor-critic whose Gumbel noise is handed in: the generator is an iterator of noise [N, K, U]."""

    def relax(self, logits: Tensor, heads: Heads, rng: Iterator[Tensor]) -> Tensor:
        soft = torch.softmax(logits + next(rng), -1)
        if not self.hard:
            return soft
        hard = one_hot(soft.argmax(-1), soft.shape[-1]).to(soft.dtype)
        return hard + (soft - soft.detach()) if soft.requires_grad else hard


@dataclass(frozen=True)
class OneEach(ActorCritic):
    """An actor-critic whose members draw their Gumbel noise from a generator each."""

    def relax(self, logits: Tensor, heads: Heads, rng: list[Generator]) -> Tensor:
        draws = [noise(part.shape, own, 1)[0] for part, own in zip(logits.chunk(len(rng)), rng, strict=True)]
        return torch.softmax(logits + torch.cat(draws), -1)


def random_batch(members: int, count: int, rng: Generator, spec: Spec = SPEC, dtype=torch.float64) -> Transition:
    """Transitions [M, K] of numbers without meaning; some end, and one seat's next action is frozen now and then."""
    lead, seats = (members, count), spec.seats

    def normal(*shape: int) -> Tensor:
        return torch.randn(*lead, *shape, generator=rng, dtype=dtype)

    padding = torch.arange(spec.obs_width) < torch.tensor(spec.sees).unsqueeze(1)  # [A, O]
    frozen = torch.full((*lead, seats, spec.action_width), torch.nan, dtype=dtype)
    is_frozen = torch.rand(lead, generator=rng) < 0.2
    frozen[..., 0, :] = torch.where(is_frozen.unsqueeze(-1), normal(spec.action_width).softmax(-1), torch.nan)
    return Transition(
        obs=normal(seats, spec.obs_width) * padding,
        action=normal(seats, spec.action_width).softmax(-1),
        reward=normal(seats),
        discount=(torch.rand(*lead, seats, generator=rng) < 0.9).to(dtype),
        next_obs=normal(seats, spec.obs_width) * padding,
        last=torch.zeros(lead, dtype=dtype),
        alive=torch.ones(*lead, seats, dtype=dtype),
        frozen=frozen,
        owner=torch.zeros(*lead, seats, dtype=dtype),
    )


def one_hot_actions(t: Transition) -> Transition:
    """The same with each action replaced by its strongest component alone."""
    return replace(t, action=one_hot(t.action.argmax(-1), t.action.shape[-1]).to(t.action.dtype))


def part(t: Transition, member: int, seats: slice = slice(None)) -> Transition:
    """The rows of one member, and of some of its seats."""
    cut = {f.name: getattr(t, f.name)[member : member + 1] for f in fields(t)}
    return Transition(**{k: v if k == "last" else v[:, :, seats] for k, v in cut.items()})


def double_(stack):
    """The stack, or part of one, with every parameter in float64."""
    for name, value in vars(stack).items():
        if isinstance(value, Tensor) and value.is_floating_point():
            setattr(stack, name, value.double())
        elif isinstance(value, Adam):
            value.mean, value.square = value.mean.double(), value.square.double()
        elif isinstance(value, Inferred):
            double_(value)
    return stack


def take_(solo, stack, rows: slice):
    """Gives `solo` the parameters of some rows of `stack`."""
    for name, tensor in solo.tensors().items():
        if tensor.dim() == 2:
            tensor.copy_(stack.tensors()[name][rows])
    return solo


def take_member_(solo, stack, member: int):
    """Gives `solo` the parameters of a member of `stack`."""
    for name, tensor in solo.tensors().items():
        if tensor.dim() == 2:
            tensor.copy_(stack.tensors()[name][member * len(tensor) : (member + 1) * len(tensor)])
    return solo


def noise(shape: tuple[int, ...], rng: Generator, count: int = 2) -> list[Tensor]:
    """Gumbel noise for one update: one tensor for the target, one for the actors."""
    return [-torch.empty(shape, dtype=torch.float64).exponential_(generator=rng).log() for _ in range(count)]
