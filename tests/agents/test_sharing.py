"""Seats that share a network: it is one network with a one-hot seat indicator, to rounding."""

from dataclasses import dataclass, replace

import pytest
import torch
from stacks import SPEC, Supplied, double_, noise, one_hot_actions, random_batch
from torch import Tensor, nn
from torch.nn.functional import one_hot, softmax

from agents.actor_critic.learner import ActorCritic
from agents.networks.perceptron import forward, layers, named_layers
from agents.q_learning.learner import FIRST_END, Dqn
from agents.training.learner import Spec
from arena.game import Head

TEAMS = replace(SPEC, sides=(0, 1, 1))  # the last two seats are alike
LEARNER = Supplied(hidden=(16, 12), actor_lr=0.01, critic_lr=0.02, gamma=0.9, tau=0.05, shared=True)
GROUPS = ((0,), (1, 2))
ORDER = ((0, 1, 2), (1, 2, 0), (2, 1, 0))  # what each critic reads: itself, its side, the rest
ROWS, UPDATES = 40, 4


class Indicated(nn.Module):
    """One network for some seats, told which by a one-hot input; its first layer has no bias of its own."""

    def __init__(self, named: dict[str, Tensor], seats: tuple[int, ...]) -> None:
        super().__init__()
        self.seats = seats
        stacked = [named["w.0"][seats[0]], *(named["b.0"][seat].unsqueeze(0) for seat in seats)]
        self.first = nn.Parameter(torch.cat(stacked).clone())
        count = len(named) // 2
        self.rest = nn.ParameterList(
            nn.Parameter(named[f"{kind}.{k}"][seats[0]].clone()) for k in range(1, count) for kind in "wb"
        )

    def forward(self, x: Tensor, seat: int) -> Tensor:
        number = torch.tensor(self.seats.index(seat)).expand(len(x))
        x = torch.cat([x, one_hot(number, len(self.seats)).to(x.dtype)], 1) @ self.first
        for weight, bias in zip(self.rest[::2], self.rest[1::2], strict=True):
            x = torch.relu(x) @ weight + bias
        return x


@dataclass
class Plain:
    """A network of each group of seats, its target and its optimiser."""

    learner: Supplied
    online: list[Indicated]
    target: list[Indicated]
    optimisers: list[torch.optim.Adam]

    @classmethod
    def of(cls, learner: Supplied, flat: Tensor, shape, rate: float) -> "Plain":
        online, target = ([Indicated(named_layers(flat, shape), seats) for seats in GROUPS] for _ in range(2))
        return cls(learner, online, target, [torch.optim.Adam(net.parameters(), rate) for net in online])

    def descend(self, losses: list[Tensor]) -> None:
        """A step of every group on the mean of the losses of its seats."""
        for seats, network, optimiser in zip(GROUPS, self.online, self.optimisers, strict=True):
            optimiser.zero_grad()
            torch.stack([losses[seat] for seat in seats]).mean().backward()
            nn.utils.clip_grad_norm_(network.parameters(), self.learner.clip)
            optimiser.step()

    def follow(self) -> None:
        for online, target in zip(self.online, self.target, strict=True):
            for p, q in zip(online.parameters(), target.parameters(), strict=True):
                q.data += self.learner.tau * (p.data - q.data)


def of_seat(networks: list[Indicated], seat: int, x: Tensor) -> Tensor:
    return networks[0 if seat == 0 else 1](x, seat)


def plain_update(actors: Plain, critics: Plain, batch, draws) -> None:
    def reads(i: int, obs, actions) -> Tensor:
        return torch.cat([*(obs[j] for j in ORDER[i]), *(actions[j] for j in ORDER[i])], 1)

    obs, next_obs, done = ([x[0, :, i] for i in range(3)] for x in (batch.obs, batch.next_obs, batch.action))
    with torch.no_grad():
        following = [softmax(of_seat(actors.target, i, next_obs[i]) + draws[0][i], 1) for i in range(3)]
        following = [torch.where(s.isnan(), f, s) for f, s in zip(following, batch.frozen[0].unbind(1), strict=True)]
        q_t = [of_seat(critics.target, i, reads(i, next_obs, following)).squeeze(1) for i in range(3)]
    targets = [batch.reward[0, :, i] + LEARNER.gamma * batch.discount[0, :, i] * q_t[i] for i in range(3)]
    values = [of_seat(critics.online, i, reads(i, obs, done)).squeeze(1) for i in range(3)]
    critics.descend([nn.functional.mse_loss(v, t) for v, t in zip(values, targets, strict=True)])
    losses = []
    for i in range(3):
        logits = of_seat(actors.online, i, obs[i])
        live = [*done]
        live[i] = softmax(logits + draws[1][i], 1)
        worth = of_seat(critics.online, i, reads(i, obs, live)).mean()
        losses.append(-worth + LEARNER.logit_penalty * (logits**2).mean())
    actors.descend(losses)
    actors.follow()
    critics.follow()


@pytest.mark.parametrize("clip", [0.5, 0.01])
def test_a_shared_network_is_one_with_a_seat_indicator(clip, rng):
    learner = replace(LEARNER, clip=clip)
    stack = double_(learner.init(TEAMS, 1, rng))
    plain_actors = Plain.of(learner, stack.actor, stack.actor_shape, learner.actor_lr)
    plain_critics = Plain.of(learner, stack.critic, stack.critic_shape, learner.critic_lr)
    for _ in range(UPDATES):
        batch, draws = random_batch(1, ROWS, rng, TEAMS), noise((3, ROWS, 5), rng)
        learner.update(stack, batch, 0.0, iter(draws))
        plain_update(plain_actors, plain_critics, batch, draws)
    for flat, shape, networks in (
        (stack.actor, stack.actor_shape, plain_actors.online),
        (stack.critic, stack.critic_shape, plain_critics.online),
        (stack.target_actor, stack.actor_shape, plain_actors.target),
        (stack.target_critic, stack.critic_shape, plain_critics.target),
    ):
        x = torch.randn(3, 20, shape.inputs, generator=rng, dtype=torch.float64)
        for seat, y in enumerate(forward(layers(flat, shape), x)):
            torch.testing.assert_close(y, of_seat(networks, seat, x[seat]), atol=1e-9, rtol=0)


@pytest.mark.parametrize("settings", [{}, {"critics": 2, "ensemble": 2}, {"view": "own", "optimiser": "rmsprop"}])
def test_all_but_the_first_biases_stay_equal_to_the_bit(settings, rng):
    learner = ActorCritic(hidden=(13, 7), shared=True, **settings)
    stack = learner.init(TEAMS, 2, rng)
    for update in range(15):
        batch = random_batch(2, 32, rng, TEAMS, torch.float32)
        learner.update(stack, batch, update / 15, rng)
    each = learner.ensemble
    for flat, shape, count in ((stack.actor, stack.actor_shape, each), (stack.critic, stack.critic_shape, None)):
        count = count or each * learner.critics
        for name, tensor in named_layers(flat, shape).items():
            first, second, third = tensor.unflatten(0, (2, 3, count)).unbind(1)
            assert torch.equal(second, third) == (name != "b.0")
            assert not torch.equal(first, second)
    assert not torch.equal(stack.actor[0], stack.actor[3 * each])  # members share nothing


@pytest.mark.parametrize(
    "spec",
    [
        Spec((4, 6), 6, 5),  # they see different things
        Spec((6, 6), 6, 5, sides=(0, 1)),  # they are on different sides
        Spec((6, 6), 6, 5, heads=((Head(0, 5),), (Head(0, 3),))),  # they decide different things
        replace(TEAMS, mine=(0,)),  # there is one only
    ],
)
def test_seats_that_differ_share_nothing(spec, rng):
    stack = ActorCritic(shared=True).init(spec, 1, rng)
    assert stack.shared_actors.leader.tolist() == list(range(len(spec.mine)))


@pytest.mark.parametrize("settings", [{}, {"noisy": True, "dueling": True, "atoms": 5}])
def test_q_networks_of_alike_seats_are_one_but_for_their_biases(settings, rng):
    learner = Dqn(hidden=(13, 7), shared=True, **settings)
    stack = learner.init(TEAMS, 2, rng)
    before = stack.online.clone()
    for _ in range(5):
        batch = one_hot_actions(random_batch(2, 20, rng, TEAMS, dtype=torch.float32))
        learner.update(stack, batch, 0.0, rng)
    inputs, outputs = stack.network.shape.widths[0]
    own = slice(inputs * outputs, (inputs + 1) * outputs)
    for first in (1, 4):  # the second seat of each member
        apart = (stack.online[first] != stack.online[first + 1]).nonzero().flatten()
        assert apart.min() >= own.start and apart.max() < own.stop and len(apart) > 0
    assert not torch.equal(stack.online[0, : own.start], stack.online[1, : own.start])  # another side, another network
    assert (stack.online - before).abs().max() > 1e-4


def test_q_networks_do_not_share_unless_told(rng):
    assert Dqn().init(TEAMS, 1, rng).sharing is None


def test_the_atoms_of_seats_that_share_end_where_the_furthest_does(rng):
    """They read the same outputs, which must stand for the same numbers."""
    learner = Dqn(hidden=(8,), shared=True, atoms=5, gamma=0.0)
    stack = learner.init(TEAMS, 2, rng)
    batch = one_hot_actions(random_batch(2, 4, rng, TEAMS, dtype=torch.float32))
    reward = torch.tensor([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]]).unsqueeze(1).expand(2, 4, 3)
    learner.update(stack, replace(batch, reward=reward), 0.0, rng)
    near = FIRST_END
    expected = [[-near, 1], [-2, 3], [-2, 3], [-near, 4], [-6, 5], [-6, 5]]
    torch.testing.assert_close(stack.ends, torch.tensor(expected))
