"""Windows hold what was played; along them learners are those alone, with targets and gradients as in plain loops."""

from dataclasses import dataclass, replace

import pytest
import torch
from stacks import SPEC, Supplied, double_, noise
from test_windows import ROW, WORLDS, step_of
from windows import part_of_window, random_window

from agents.actor_critic.recurrent import RecurrentActorCritic
from agents.networks.gru import read, step
from agents.networks.perceptron import layers
from agents.q_learning.recurrent import RecurrentDqn
from agents.training.learner import Spec
from agents.training.replay import Replay
from agents.training.windows import draw_windows

MEMBERS, SEATS, BURN_IN, SEQUENCE, COUNT = 2, SPEC.seats, 3, 4, 5
ROWS, NETWORKS = SEQUENCE * COUNT, MEMBERS * SEATS
SIZES = {"hidden": (6, 4), "sequence": SEQUENCE, "burn_in": BURN_IN, "batch_size": ROWS}


@dataclass(frozen=True, kw_only=True)
class Given(RecurrentActorCritic):
    """An actor-critic with a memory whose Gumbel noise is handed in."""

    relax = Supplied.relax


def window_for(rng):
    return random_window(MEMBERS, COUNT, BURN_IN, SEQUENCE, rng)


@pytest.mark.parametrize("burn_in", [0, 2])
def test_a_window_is_what_a_world_played(burn_in, rng):
    """The ring holds steps 5 to 12 of three worlds, of which two end their games every 4 and 5 steps."""
    replay, history = Replay(ROW, MEMBERS, 8 * WORLDS, WORLDS), [step_of(t, rng) for t in range(13)]
    for played in history:
        replay.add(played)
    window = draw_windows(replay, 60, 4, burn_in, rng)
    last_step = window.obs[:, -60:, 0, 0] % 100  # [M, K]
    world = (window.obs[:, -60:, 0, 0] % 1000 // 100).long()
    assert set(last_step.flatten().tolist()) == set(range(5, 13))
    total = burn_in + 4
    for member in range(2):
        for k in range(60):
            for t in range(total):
                number = int(last_step[member, k]) - (total - 1 - t)
                rows, row = (window.past, t * 60 + k) if t < burn_in else (window, (t - burn_in) * 60 + k)
                w = int(world[member, k])
                if number < 5:
                    assert not rows.alive[member, row].any()
                    continue
                for name in ("obs", "reward", "next_obs", "last", "alive"):
                    assert torch.equal(getattr(rows, name)[member, row], getattr(history[number], name)[member, w])
                if t:
                    starts = number == 5 or bool(history[number - 1].last[member, w])
                    assert window.starts[member, t, k] == starts


def by_hand(weights, past, x, starts):
    """The memories [L, K, H] before and after each step of one network's windows, step by step; and of no other."""
    memory, before, after = torch.zeros(COUNT, weights[-1][0].shape[1]).double(), [], []
    for t in range(BURN_IN + SEQUENCE):
        memory = memory * (1 - starts[t]).unsqueeze(1)
        rows = past.unflatten(0, (BURN_IN, COUNT))[t] if t < BURN_IN else x.unflatten(0, (SEQUENCE, COUNT))[t - BURN_IN]
        before.append(memory)
        memory = step(weights, rows.unsqueeze(0), memory.unsqueeze(0)).squeeze(0)
        memory = memory.detach() if t < BURN_IN else memory
        after.append(memory)
    return torch.stack(before[BURN_IN:]), torch.stack(after[BURN_IN:])


def weights_of(flat, shape, n: int):
    return layers(flat[n : n + 1], shape)


@pytest.mark.parametrize("double", [False, True])
def test_a_step_of_recurrent_dqn_is_that_of_a_loop(double, rng):
    learner = RecurrentDqn(**SIZES, double=double, clip=1e9)
    stack = double_(learner.init(SPEC, MEMBERS, rng))
    stack.target = stack.target + 0.3 * torch.randn(stack.target.shape, generator=rng)
    window, shape = window_for(rng), stack.network.plain
    flat = stack.online.clone()
    metrics = learner.update(stack, window, 0.0, rng)
    grad = stack.optimiser.mean / 0.1  # after one step the mean is a tenth of the gradient
    for n in range(NETWORKS):
        member, seat = divmod(n, SEATS)
        own = [x[member, :, seat] for x in (window.past.obs, window.obs, window.next_obs, window.alive)]
        past, obs, next_obs, alive = own
        number = (window.action[member, :, seat] @ torch.arange(5.0).double()).round().long()
        following = {}
        for name, tensor in (("target", stack.target), ("online", flat)):
            weights = weights_of(tensor, shape, n)
            after = by_hand(weights, past, obs, window.starts[member])[1].flatten(0, 1)
            following[name] = read(weights, step(weights, next_obs.unsqueeze(0), after.unsqueeze(0)))[0]
        judge = following["online" if double else "target"]
        q_t = following["target"].gather(1, judge.argmax(1, keepdim=True)).squeeze(1)
        target = window.reward[member, :, seat] + learner.gamma * window.discount[member, :, seat] * q_t
        leaf = flat.detach().clone().requires_grad_()
        weights = weights_of(leaf, shape, n)
        after = by_hand(weights, past, obs, window.starts[member])[1].flatten(0, 1)
        q_tm1 = read(weights, after.unsqueeze(0))[0].gather(1, number.unsqueeze(1)).squeeze(1)
        each = torch.nn.functional.smooth_l1_loss(q_tm1, target, reduction="none")
        loss = (each * alive).sum() / alive.sum()
        (expected,) = torch.autograd.grad(loss, leaf)
        assert metrics["q_loss"][n].item() == pytest.approx(loss.item(), rel=1e-9)
        assert (expected[n] - grad[n]).abs().max() < 1e-9
        assert torch.count_nonzero(expected[torch.arange(NETWORKS) != n]) == 0 and grad[n].abs().max() > 1e-3


def joint_of(window, member: int, network_view: bool, seat: int, action=None):
    """What the critic of a seat reads of a window's rows, [rows, D]."""
    action = window.action[member] if action is None else action
    if network_view:
        return torch.cat([window.obs[member].flatten(1), action.flatten(1)], 1)
    return torch.cat([window.obs[member, :, seat], action[:, seat]], 1)


@pytest.mark.parametrize("view", ["all", "own"])
def test_the_actor_step_puts_each_live_action_in_alone(view, rng):
    """Value and gradient of a loop: actors remember live, critics what was recorded, other networks get nothing."""
    learner = Given(**SIZES, view=view)
    stack = double_(learner.init(SPEC, MEMBERS, rng))
    window, draw = window_for(rng), noise((NETWORKS, ROWS, 5), rng, 1)[0]
    joint = torch.cat([window.obs.flatten(2), window.action.flatten(2)], 2)
    value, grad = learner.actor_step(stack, joint, window, iter([draw]))
    for n in range(NETWORKS):
        member, seat = divmod(n, SEATS)
        leaf = stack.actor.detach().clone().requires_grad_()
        actor, critic = weights_of(leaf, stack.actor_shape, n), weights_of(stack.critic, stack.critic_shape, n)
        starts, alive = window.starts[member], window.alive[member, :, seat]
        after = by_hand(actor, window.past.obs[member, :, seat], window.obs[member, :, seat], starts)[1]
        logits = read(actor, after.flatten(0, 1).unsqueeze(0))[0]
        action = window.action[member].clone()
        action[:, seat] = torch.softmax(logits + draw[n], -1)
        recorded = [joint_of(rows, member, view == "all", seat) for rows in (window.past, window)]
        before = by_hand(critic, *recorded, starts)[0].flatten(0, 1)
        live = joint_of(window, member, view == "all", seat, action)
        q = read(critic, step(critic, live.unsqueeze(0), before.unsqueeze(0)))[0, :, 0]
        loss = ((learner.logit_penalty * logits.square().mean(1) - q) * alive).sum() / alive.sum()
        (expected,) = torch.autograd.grad(loss, leaf)
        assert value[n].item() == pytest.approx(((q * alive).sum() / alive.sum()).item(), rel=1e-9)
        assert (expected[n] - grad[n]).abs().max() < 1e-10
        assert torch.count_nonzero(expected[torch.arange(NETWORKS) != n]) == 0 and grad[n].abs().max() > 1e-5


@pytest.mark.parametrize("view", ["all", "own"])
def test_the_target_of_a_critic_goes_on_from_what_it_remembers(view, rng):
    learner = Given(**SIZES, view=view)
    stack = double_(learner.init(SPEC, MEMBERS, rng))
    for moved in (stack.target_actor, stack.target_critic):
        moved += 0.3 * torch.randn(moved.shape, generator=rng)
    window, draw = window_for(rng), noise((NETWORKS, ROWS, 5), rng, 1)[0]
    following = learner.next_actions(stack, window, iter([draw]))
    target = learner.target(stack, window, following)
    for n in range(NETWORKS):
        member, seat = divmod(n, SEATS)
        starts = window.starts[member]
        actor = weights_of(stack.target_actor, stack.actor_shape, n)
        after = by_hand(actor, window.past.obs[member, :, seat], window.obs[member, :, seat], starts)[1].flatten(0, 1)
        next_obs = window.next_obs[member, :, seat].unsqueeze(0)
        logits = read(actor, step(actor, next_obs, after.unsqueeze(0)))[0]
        frozen = window.frozen[member, :, seat]
        own = torch.where(frozen.isnan(), torch.softmax(logits + draw[n], -1), frozen)
        assert torch.allclose(following[member, :, seat], own, atol=1e-12)
        critic = weights_of(stack.target_critic, stack.critic_shape, n)
        recorded = [joint_of(rows, member, view == "all", seat) for rows in (window.past, window)]
        after = by_hand(critic, *recorded, starts)[1].flatten(0, 1)
        ahead = joint_of(replace(window, obs=window.next_obs), member, view == "all", seat, following[member])
        q_t = read(critic, step(critic, ahead.unsqueeze(0), after.unsqueeze(0)))[0, :, 0]
        expected = window.reward[member, :, seat] + learner.gamma * window.discount[member, :, seat] * q_t
        assert torch.allclose(target[n], expected, atol=1e-12)


CASES = {
    "maddpg": Given(**SIZES, view="all", hard=True, normed=True),
    "twin": Given(**SIZES, view="all", critics=2, delay=2),
    "ddpg": Given(**SIZES, view="own"),
    "dqn": RecurrentDqn(**SIZES, double=True, target_every=7, lr=0.01, clip=0.05),
}


@pytest.mark.parametrize("name", CASES)
def test_a_stack_is_its_members_or_seats_alone(name, rng):
    learner, is_central = CASES[name], name in ("maddpg", "twin")
    each, spec = (SEATS, SPEC) if is_central else (1, Spec((6,), 6, 5))
    stack = double_(learner.init(SPEC, MEMBERS, rng))
    start = {key: tensor.clone() for key, tensor in stack.tensors().items()}
    solos = [double_(learner.init(spec, 1, rng)) for _ in range(NETWORKS // each)]
    for k, solo in enumerate(solos):
        for whole, tensor in pairs(stack, solo, k):
            tensor.copy_(whole)
    for update in range(30):
        window, draws = window_for(rng), noise((NETWORKS, ROWS, 5), rng)
        learner.update(stack, window, update / 30, iter(draws))
        for k, solo in enumerate(solos):
            member, seat = divmod(k * each, SEATS)
            own = iter([draw[k * each : (k + 1) * each] for draw in draws])
            learner.update(solo, part_of_window(window, member, slice(seat, seat + each)), update / 30, own)
    for k, solo in enumerate(solos):
        assert max((whole - tensor).abs().max() for whole, tensor in pairs(stack, solo, k)) < 1e-10
    for key in {"actor", "critic", "online"} & set(start):
        assert (stack.tensors()[key] - start[key]).abs().max() > 0.05


def pairs(stack, solo, k: int):
    """The rows that belong to part k in every [N, P] tensor of a stack, and those of the part alone."""
    for key, tensor in solo.tensors().items():
        if tensor.dim() == 2 and tensor.numel() > len(tensor):
            yield stack.tensors()[key][k * len(tensor) : (k + 1) * len(tensor)], tensor
