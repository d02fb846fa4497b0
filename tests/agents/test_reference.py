"""MADDPG as one would write it down: a loop over agents with torch's modules, autograd and optimiser."""

from dataclasses import fields, replace

import pytest
import torch
from stacks import SPEC, Supplied, double_, noise, random_batch
from torch import Tensor, nn
from torch.nn.functional import softmax

from agents.network import named_layers

LEARNER = Supplied(centralized=True, hidden=(16, 12), actor_lr=0.01, critic_lr=0.02, gamma=0.9, tau=0.05, clip=0.5)
SEATS, ROWS, UPDATES = SPEC.seats, 40, 5


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
    """A list of agents, each with two networks, two targets and two optimisers."""

    def __init__(self, stack, centralized: bool) -> None:
        self.centralized = centralized
        actor = named_layers(stack.actor, stack.actor_shape)
        critic = named_layers(stack.critic, stack.critic_shape)
        self.actors = [plain_network(actor, i) for i in range(SEATS)]
        self.critics = [plain_network(critic, i) for i in range(SEATS)]
        self.target_actors = [plain_network(actor, i) for i in range(SEATS)]
        self.target_critics = [plain_network(critic, i) for i in range(SEATS)]
        self.actor_steps = [torch.optim.Adam(net.parameters(), LEARNER.actor_lr) for net in self.actors]
        self.critic_steps = [torch.optim.Adam(net.parameters(), LEARNER.critic_lr) for net in self.critics]

    def reads(self, i: int, obs: list[Tensor], actions: list[Tensor]) -> Tensor:
        """What critic i is given: everybody's observations, then actions; or its own."""
        seats = range(SEATS) if self.centralized else [i]
        return torch.cat([*(obs[j] for j in seats), *(actions[j] for j in seats)], 1)

    def update(self, batch, draws: list[Tensor]) -> tuple[list[float], list[float]]:
        obs = [batch.obs[0, :, i] for i in range(SEATS)]
        next_obs = [batch.next_obs[0, :, i] for i in range(SEATS)]
        actions = [batch.action[0, :, i] for i in range(SEATS)]
        with torch.no_grad():
            following = [softmax(self.target_actors[i](next_obs[i]) + draws[0][i], 1) for i in range(SEATS)]
            for i in range(SEATS):
                stored = batch.frozen[0, :, i]
                following[i] = torch.where(stored.isnan(), following[i], stored)
        losses, worths = [], []
        for i in range(SEATS):
            with torch.no_grad():
                q_next = self.target_critics[i](self.reads(i, next_obs, following)).squeeze(1)
                target = batch.reward[0, :, i] + LEARNER.gamma * batch.discount[0, :, i] * q_next
            loss = nn.functional.mse_loss(self.critics[i](self.reads(i, obs, actions)).squeeze(1), target)
            self.descend(self.critic_steps[i], self.critics[i], loss)
            losses.append(loss.item())
        for i in range(SEATS):
            logits = self.actors[i](obs[i])
            live = [*actions]
            live[i] = softmax(logits + draws[1][i], 1)
            worth = self.critics[i](self.reads(i, obs, live)).mean()
            self.descend(self.actor_steps[i], self.actors[i], -worth + LEARNER.logit_penalty * (logits**2).mean())
            worths.append(worth.item())
        for online, target in zip(self.actors + self.critics, self.target_actors + self.target_critics, strict=True):
            for p, q in zip(online.parameters(), target.parameters(), strict=True):
                q.data += LEARNER.tau * (p.data - q.data)
        return losses, worths

    def descend(self, optimiser, network: nn.Module, loss: Tensor) -> None:
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), LEARNER.clip)
        optimiser.step()


@pytest.mark.parametrize("centralized", [True, False])
def test_an_update_is_that_of_the_plain_loop_over_agents(centralized, rng):
    learner = replace(LEARNER, centralized=centralized)
    stack = double_(learner.init(SPEC, 1, rng))
    plain = PlainMaddpg(stack, centralized)
    for _ in range(UPDATES):
        batch, draws = random_batch(1, ROWS, rng), noise((SEATS, ROWS, 5), rng)
        metrics = learner.update(stack, batch, 0.0, iter(draws))
        losses, worths = plain.update(batch, draws)
        assert metrics["critic_loss"].tolist() == pytest.approx(losses, abs=1e-10)
        assert metrics["value"].tolist() == pytest.approx(worths, abs=1e-10)
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
