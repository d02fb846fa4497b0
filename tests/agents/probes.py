"""Tiny games with closed-form answers, each able to fail in one way only.

Two seats, which see one and three numbers: the narrow one is padded. Two actions. A game is a function of a batch
size and a generator that makes transitions with leading axes [1, K]; there are no worlds.

Source: the probe games of rejax (tests/environments.py), and two of our own for many seats.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import product

import pytest
import torch
from torch import Generator, Tensor
from torch.nn.functional import one_hot

from agents.actor_critic.inferred import Watched
from agents.actor_critic.learner import ActorCritic
from agents.networks.perceptron import forward, layers
from agents.training.learner import Spec
from arena.transition import Transition, seat_major

SPEC = Spec(sees=(1, 3), obs_width=3, action_width=2)
SEATS, WIDE, MOVES = 2, 3, 2
LIVE = (0, 2)  # the column that matters to each seat: the last that it sees
Game = Callable[[int, Generator], Transition]


def blank(count: int, rng: Generator) -> Transition:
    """Games of one step that pay nothing: observations are +-1 in every column seen, actions are drawn evenly."""
    obs = 2.0 * torch.randint(2, (1, count, SEATS, WIDE), generator=rng) - 1
    obs[:, :, 0, 1:] = 0  # padding
    action = one_hot(torch.randint(MOVES, (1, count, SEATS), generator=rng), MOVES).float()
    nothing = torch.zeros(1, count, SEATS)
    ones = torch.ones(1, count)
    frozen = torch.full_like(action, torch.nan)
    return Transition(obs, action, nothing, nothing, obs, ones, nothing + 1, frozen, owner=nothing)


def seen(t: Transition) -> Tensor:
    """The number that matters to each seat, [1, K, A]."""
    return torch.stack([t.obs[:, :, seat, column] for seat, column in enumerate(LIVE)], 2)


def constant(count: int, rng: Generator) -> Transition:
    """Pays 1 and ends: worth 1."""
    t = blank(count, rng)
    return replace(t, reward=t.reward + 1)


def endless(count: int, rng: Generator) -> Transition:
    """Pays 1 for ever; time limits are no endings: worth 1 / (1 - gamma)."""
    t = constant(count, rng)
    return replace(t, discount=t.discount + 1)


def sight(count: int, rng: Generator) -> Transition:
    """Pays what is seen and ends: worth what is seen."""
    t = blank(count, rng)
    return replace(t, reward=seen(t))


def delay(count: int, rng: Generator) -> Transition:
    """From -1 to +1 for nothing, then 1 and the end: worth gamma at -1 and 1 at +1."""
    t = blank(count, rng)
    is_second = (seen(t) > 0).float()
    after = t.obs.clone()
    for seat, column in enumerate(LIVE):
        after[:, :, seat, column] = 1
    return replace(t, reward=is_second, discount=1 - is_second, next_obs=after)


def choice(count: int, rng: Generator) -> Transition:
    """Pays 1 for the first action: that one should be taken."""
    t = blank(count, rng)
    return replace(t, reward=t.action[..., 0])


def match(count: int, rng: Generator) -> Transition:
    """Pays 1 for the first action at -1 and for the second at +1."""
    t = blank(count, rng)
    return replace(t, reward=torch.where(seen(t) < 0, t.action[..., 0], t.action[..., 1]))


def other(count: int, rng: Generator) -> Transition:
    """Pays 1 if the other seat took its first action: a fair bit (variance 1/4) to whoever sees only itself."""
    t = blank(count, rng)
    return replace(t, reward=t.action[..., 0].flip(-1))


GAMES: dict[str, Game] = {f.__name__: f for f in (constant, endless, sight, delay, choice, match, other)}


def batch_for(learner, game: Game, count: int, rng: Generator) -> Transition | Watched:
    """What an update of the learner is given: of an ensemble the policies have played by turns."""
    if not isinstance(learner, ActorCritic):
        return game(count, rng)
    t = game(count * learner.ensemble, rng)
    t = replace(t, owner=torch.randint(learner.ensemble, t.owner.shape, generator=rng).float())
    return Watched(t, t) if learner.inferred else t


def values(learner, stack, t: Transition) -> Tensor:
    """What the learner thinks each seat's action in `t` is worth, [A, K]."""
    if not isinstance(learner, ActorCritic):
        return (learner.values(stack.online, seat_major(t.obs), stack) * seat_major(t.action)).sum(-1)
    joint = torch.cat([t.obs.flatten(2), t.action.flatten(2)], 2)
    weights = layers(stack.first_critics, stack.critic_shape)
    return forward(weights, stack.view.read(joint), learner.normed).squeeze(-1)[:: learner.ensemble]


def best_actions(learner, stack, t: Transition) -> Tensor:
    """The action, by number, that each seat prefers in `t`, [A, K]."""
    obs = seat_major(t.obs)
    if isinstance(learner, ActorCritic):
        return learner.outputs(stack.actor[:: learner.ensemble], obs, stack).argmax(-1)
    return learner.values(stack.online, obs, stack).argmax(-1)


def tried(names: Iterable[str], own: Mapping[str, str], *games: str) -> pytest.MarkDecorator:
    """Runs a test as `name` and `game` for all pairs; where a name has a game of its `own`, the others are slow."""
    pairs = product(names, games)
    cases = [pytest.param(*pair, marks=() if own.get(*pair) == pair[1] else pytest.mark.slow) for pair in pairs]
    return pytest.mark.parametrize(("name", "game"), cases)
