"""MADDPG as one would write it down: a loop over agents with torch's modules, autograd and optimiser."""

from dataclasses import fields, replace

import pytest
import torch
from stacks import SPEC, Supplied, double_, noise, random_batch
from torch import Tensor, nn
from torch.nn.functional import softmax

from agents.networks.perceptron import named_layers

LEARNER = Supplied(hidden=(16, 12), actor_lr=0.01, critic_lr=0.02, gamma=0.9, tau=0.05, clip=0.5)
TEAMS = replace(SPEC, sides=(0, 1, 1))
SEATS, ROWS, UPDATES = SPEC.seats, 40, 5
VARIANTS = [
    {"view": "all"},
    {"view": "own"},
    {"view": "team"},
    {"critics": 2, "delay": 2},
    {"view": "own", "critics": 2, "delay": 3},
    {"others": "current"},
    {"view": "team", "others": "current", "critics": 2},
]


def plain_network(tensors: dict[str, Tensor], seat: int) -> nn.Sequential:
    """The network of one seat as torch's modules."""
    modules: list[nn.Module] = []
    count = len(tensors) // 2
    for k in range(count):
        weight, bias = tensors[f"w.{k}"][seat], tensors[f"b.{k}"][seat]
        linear = nn.Linear(*weight.shape, dtype=torch.float64)
        linear.load_state_dict({"weight": weight.T, "bias": bias})
        modules += [linear, nn.ReLU()]
    return nn.Sequential(*modules[:-1])


class PlainMaddpg:
    """A list of agents, each with an actor, one or two critics, their targets and an optimiser for each."""

    def __init__(self, stack, learner) -> None:
        self.learner, self.updates = learner, 0
        actor = named_layers(stack.actor, stack.actor_shape)
        critic = named_layers(stack.critic, stack.critic_shape)
        pairs = range(SEATS * learner.critics)
        self.actors = [plain_network(actor, i) for i in range(SEATS)]
        self.critics = [plain_network(critic, i) for i in pairs]
        self.target_actors = [plain_network(actor, i) for i in range(SEATS)]
        self.target_critics = [plain_network(critic, i) for i in pairs]
        self.actor_steps = [torch.optim.Adam(net.parameters(), learner.actor_lr) for net in self.actors]
        self.critic_steps = [torch.optim.Adam(net.parameters(), learner.critic_lr) for net in self.critics]

    def critics_of(self, i: int) -> range:
        return range(i * self.learner.critics, (i + 1) * self.learner.critics)

    def reads(self, i: int, obs: list[Tensor], actions: list[Tensor]) -> Tensor:
        """What critic i is given: the observations it may see, then the actions; zeros where others read more."""
        mine = {"all": range(SEATS), "own": [i], "team": [0] if i == 0 else [1, 2]}[self.learner.view]
        read = torch.cat([*(obs[j] for j in mine), *(actions[j] for j in mine)], 1)
        return nn.functional.pad(read, (0, self.critics[0][0].in_features - read.shape[1]))

    def update(self, batch, draws: list[Tensor]) -> tuple[list[float], list[float]]:
        obs = [batch.obs[0, :, i] for i in range(SEATS)]
        next_obs = [batch.next_obs[0, :, i] for i in range(SEATS)]
        actions = [batch.action[0, :, i] for i in range(SEATS)]
        with torch.no_grad():
            following = [softmax(self.target_actors[i](next_obs[i]) + draws[0][i], 1) for i in range(SEATS)]
            for i in range(SEATS):
                stored = batch.frozen[0, :, i]
                following[i] = torch.where(stored.isnan(), following[i], stored)
        losses = [self.critic_losses(i, batch, obs, actions, next_obs, following) for i in range(SEATS)]
        self.updates += 1
        if self.updates % self.learner.delay:
            return losses, []
        worths = self.actor_steps_(obs, actions, draws[1])
        for online, target in zip(self.actors + self.critics, self.target_actors + self.target_critics, strict=True):
            for p, q in zip(online.parameters(), target.parameters(), strict=True):
                q.data += LEARNER.tau * (p.data - q.data)
        return losses, worths

    def critic_losses(self, i, batch, obs, actions, next_obs, following) -> float:
        """Moves the critics of seat i; the mean of their losses."""
        with torch.no_grad():
            both = [self.target_critics[c](self.reads(i, next_obs, following)) for c in self.critics_of(i)]
            q_next = torch.stack(both).min(0).values.squeeze(1)
            target = batch.reward[0, :, i] + LEARNER.gamma * batch.discount[0, :, i] * q_next
        losses = []
        for c in self.critics_of(i):
            loss = nn.functional.mse_loss(self.critics[c](self.reads(i, obs, actions)).squeeze(1), target)
            self.descend(self.critic_steps[c], self.critics[c], loss)
            losses.append(loss.item())
        return sum(losses) / len(losses)

    def actor_steps_(self, obs, actions, draw) -> list[float]:
        """Moves every actor; what its first critic thinks of it."""
        worths = []
        current = [softmax(self.actors[i](obs[i]) + draw[i], 1).detach() for i in range(SEATS)]
        for i in range(SEATS):
            logits = self.actors[i](obs[i])
            live = [*(current if self.learner.others == "current" else actions)]
            live[i] = softmax(logits + draw[i], 1)
            worth = self.critics[self.critics_of(i)[0]](self.reads(i, obs, live)).mean()
            self.descend(self.actor_steps[i], self.actors[i], -worth + LEARNER.logit_penalty * (logits**2).mean())
            worths.append(worth.item())
        return worths

    def descend(self, optimiser, network: nn.Module, loss: Tensor) -> None:
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), LEARNER.clip)
        optimiser.step()


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_an_update_is_that_of_the_plain_loop_over_agents(variant, rng):
    learner = replace(LEARNER, **variant)
    stack = double_(learner.init(TEAMS, 1, rng))
    plain, seen = PlainMaddpg(stack, learner), [0.0] * SEATS
    for update in range(UPDATES):
        batch, draws = random_batch(1, ROWS, rng), noise((SEATS, ROWS, 5), rng)
        metrics = learner.update(stack, batch, 0.0, iter(draws))
        losses, worths = plain.update(batch, draws)
        assert metrics["critic_loss"].tolist() == pytest.approx(losses, abs=1e-10)
        if not (update + 1) % learner.delay:
            seen = worths
        assert metrics["value"].tolist() == pytest.approx(seen, abs=1e-10)
    for flat, shape, networks in (
        (stack.actor, stack.actor_shape, plain.actors),
        (stack.critic, stack.critic_shape, plain.critics),
        (stack.target_actor, stack.actor_shape, plain.target_actors),
        (stack.target_critic, stack.critic_shape, plain.target_critics),
    ):
        named = named_layers(flat, shape)
        for i, network in enumerate(networks):
            for k, linear in enumerate(module for module in network if isinstance(module, nn.Linear)):
                assert torch.allclose(named[f"w.{k}"][i], linear.weight.T, atol=1e-9)
                assert torch.allclose(named[f"b.{k}"][i], linear.bias, atol=1e-9)


def test_the_batches_of_this_test_hold_every_field():
    batch = random_batch(1, 200, torch.Generator().manual_seed(0))
    assert {f.name for f in fields(batch)} >= {"obs", "action", "reward", "discount", "next_obs", "frozen"}
    assert 0 < (batch.discount == 0).float().mean() < 1
    assert 0 < batch.frozen.isnan().float().mean() < 1
