"""Each switch of DQN against numbers worked out by hand, and what may not be switched on together."""

from dataclasses import replace

import pytest
import torch
from stacks import double_
from torch import Tensor

from agents import dqn, rainbow
from agents.networks.perceptron import layers
from agents.q_learning.categorical import divergence
from agents.q_learning.learner import Dqn
from agents.q_learning.noisy import means
from agents.q_learning.priorities import EPSILON
from agents.q_learning.sampling import Rows, shared_rows
from agents.q_learning.targets import widen_
from agents.training.learner import Spec
from agents.training.loop import Training
from agents.training.replay import Replay, Row
from agents.training.settings import find_learner
from arena.errors import ArenaError
from arena.scenario import load
from arena.transition import Transition

ONE = Spec(sees=(1,), obs_width=1, action_width=2)
LINEAR = Dqn(hidden=(), gamma=0.5, clip=1e9, batch_size=600, replay=100)


def chain(first: int, count: int, seats: int = 1) -> Transition:
    """Steps of one world, [1, count]: step t starts at t and pays 2^t; step 2 is stopped by the clock, step 4 ends."""
    t = torch.arange(first, first + count, dtype=torch.float32).view(1, count, 1).expand(1, count, seats)
    last = ((t == 2) | (t == 4)).float()
    action = torch.tensor([1.0, 0.0]).expand(1, count, seats, 2)
    return Transition(
        obs=t.unsqueeze(-1),
        action=action,
        reward=2**t,
        discount=1 - (t == 4).float(),
        next_obs=t.unsqueeze(-1) + 1,
        last=last[:, :, 0],
        alive=torch.ones_like(t),
        frozen=torch.full_like(action, torch.nan),
        owner=torch.zeros_like(t),
    )


def held(transitions: Transition, worlds: int = 1, capacity: int = 100) -> Replay:
    """A replay of one member that holds them, `worlds` a time."""
    replay = Replay(Row(transitions.obs.shape[2], 1, 2), 1, capacity, worlds)
    for start in range(0, transitions.last.shape[1], worlds):
        replay.add(Transition(**{k: v[:, start : start + worlds] for k, v in vars(transitions).items()}))
    return replay


def linear_(flat: Tensor, stack, weight: list[float], bias: list[float]) -> None:
    """Makes the networks of a stack without hidden layers this linear function of one number."""
    (w, b), *_ = layers(flat, stack.network.shape)
    w.copy_(torch.tensor([weight]).expand_as(w))
    b.copy_(torch.tensor(bias).expand_as(b))


def sampled(learner: Dqn, stack, replay: Replay, rng, progress: float = 0.0) -> Rows:
    batch = learner.sample(stack, replay, progress, rng)
    return batch if isinstance(batch, Rows) else shared_rows(batch, stack.spec)


TARGETS = {  # Q' = 10 obs: at a time limit it is bootstrapped from what was seen last, after an ending there is nothing
    1: [1 + 5, 2 + 10, 4 + 15, 8 + 20, 16, 32 + 30],
    2: [1 + 1 + 5, 2 + 2 + 7.5, 4 + 15, 8 + 8, 16, 32 + 30],  # the newest step has no second yet
    3: [1 + 1 + 1 + 3.75, 2 + 2 + 7.5, 4 + 15, 8 + 8, 16, 32 + 30],
    9: [1 + 1 + 1 + 3.75, 2 + 2 + 7.5, 4 + 15, 8 + 8, 16, 32 + 30],
}


@pytest.mark.parametrize("prioritized", [False, True])
@pytest.mark.parametrize("steps", TARGETS)
def test_targets_over_n_steps_stop_where_a_game_does(steps, prioritized, rng):
    learner = replace(LINEAR, n_step=steps, prioritized=prioritized)
    stack = learner.init(ONE, 1, rng)
    linear_(stack.target, stack, [10.0, 0.0], [0.0, 0.0])
    rows = sampled(learner, stack, held(chain(0, 6)), rng)
    number = rows.obs[0, :, 0].long()
    assert set(number.tolist()) == set(range(6))
    expected = torch.tensor(TARGETS[steps], dtype=torch.float32)[number]
    torch.testing.assert_close(learner.target(stack, rows, rng)[0], expected, rtol=0, atol=1e-5)


def test_squares_instead_of_huber_by_hand(rng):
    # Q(1) = (1, 2) for rewards 5 and 2: errors 4 and 1, half squares 8 and 0.5; Huber 3.5 and 0.5
    for huber, loss, slope in ((True, (3.5 + 0.5) / 2, -1.0), (False, (8 + 0.5) / 2, -2.5)):
        learner = replace(LINEAR, huber=huber)
        stack = double_(learner.init(ONE, 1, rng))
        linear_(stack.online, stack, [1.0, 0.0], [0.0, 2.0])
        rows = Rows(*(torch.tensor(x, dtype=torch.float64) for x in ([[[1.0]] * 2], [[[1.0, 0.0]] * 2])), *[None] * 4)
        zero = torch.zeros(1, 2, dtype=torch.float64)
        reward = torch.tensor([[5.0, 2.0]], dtype=torch.float64)
        rows = replace(rows, reward=reward, discount=zero, next_obs=rows.obs, alive=zero + 1)
        assert learner.update(stack, rows, 0.0, rng)["q_loss"].item() == pytest.approx(loss, abs=1e-12)
        assert (stack.optimiser.mean / 0.1)[0, 0].item() == pytest.approx(slope, abs=1e-12)


def test_the_target_network_follows_softly_or_not_at_all(rng):
    rows = shared_rows(chain(0, 6), ONE)
    for settings, share in (({"tau": 0.25}, 0.25), ({"use_target": False}, 1.0), ({"target_every": 50}, 0.0)):
        learner = replace(LINEAR, **settings)
        stack = learner.init(ONE, 1, rng)
        for _ in range(3):
            before = stack.target.clone()
            learner.update(stack, rows, 0.0, rng)
            expected = torch.lerp(before, stack.online, share)
            torch.testing.assert_close(stack.target, expected, rtol=0, atol=1e-7)
            assert not torch.equal(before, stack.online)


def test_without_a_replay_what_is_new_is_learnt_from_once(rng):
    learner = replace(LINEAR, use_replay=False, batch_size=4, samples_per_step=1.0, warmup=0)
    stack, replay = learner.init(ONE, 1, rng), Replay(Row(1, 1, 2), 1, 100, 4)
    for start in range(0, 40, 4):
        replay.add(chain(start, 4))
        rows = sampled(learner, stack, replay, rng)
        assert rows.obs.flatten().tolist() == [start, start + 1, start + 2, start + 3]
        learner.update(stack, rows, 0.0, rng)


@pytest.mark.parametrize(
    ("share", "learnt"),
    [(1.0, list(range(3, 67))), (0.5, [n for n in range(3, 67) if (n - 3) % 8 >= 4])],
)
def test_without_a_replay_each_is_learnt_from_once_however_many_worlds_there_are(share, learnt, monkeypatch):
    """10 new transitions at a time for batches of 4: an update never sees again what another saw."""
    learner = Dqn(hidden=(), use_replay=False, batch_size=4, samples_per_step=share, warmup=3, replay=20)
    run, seen, at = Training(load("simple"), learner, steps=64, worlds=10), [], Replay.at
    monkeypatch.setattr(Replay, "at", lambda self, number: seen.extend(number[0].tolist()) or at(self, number))
    list(run.run(100))
    assert seen == learnt


def test_surprise_is_the_error_and_weights_count_in_the_loss(rng):
    learner = replace(LINEAR, prioritized=True, alpha=1.0, batch_size=6)
    stack = learner.init(ONE, 1, rng)
    linear_(stack.online, stack, [0.0, 0.0], [1.0, 0.0])  # worth 1; the rewards are 1, 2, 4, ..., 32
    stack.target.zero_()
    replay = held(chain(0, 6))
    rows = learner.sample(stack, replay, 0.0, rng)
    assert sorted(rows.place[0].tolist()) == list(range(6)) and (rows.weight == 1).all()  # all new: one stratum each
    learner.update(stack, rows, 0.0, rng)
    priorities = stack.ranking.priorities
    leaves = priorities.tree[0, priorities.leaves :]
    torch.testing.assert_close(leaves[:6], 2.0 ** torch.arange(6).double() - 1 + EPSILON, atol=1e-6, rtol=0)

    linear_(stack.online, stack, [0.0, 0.0], [0.0, 0.0])
    weight = torch.tensor([[1.0, 0.5, 0.25, 0.0, 0.0, 0.0]])
    ordered = shared_rows(chain(0, 6), ONE)
    loss = learner.update(stack, replace(ordered, weight=weight), 0.0, rng)["q_loss"].item()
    assert loss == pytest.approx((1 * 0.5 + 0.5 * 1.5 + 0.25 * 3.5) / 6, abs=1e-6)  # Huber of 1, 2, 4


def test_what_surprises_nobody_or_a_seat_that_has_left_is_seldom_drawn(rng):
    learner = replace(LINEAR, prioritized=True, alpha=1.0, batch_size=6)
    stack = learner.init(ONE, 1, rng)
    rows = learner.sample(stack, held(chain(0, 6)), 0.0, rng)
    alive = (rows.obs.squeeze(-1) < 3).float()
    learner.update(stack, replace(rows, alive=alive), 0.0, rng)
    priorities = stack.ranking.priorities
    assert priorities.tree[0, priorities.leaves :][3:6].tolist() == [EPSILON] * 3


@pytest.mark.parametrize(("progress", "beta"), [(0.0, 0.4), (0.5, 0.7), (1.0, 1.0)])
def test_importance_weights_grow_to_their_full_strength(progress, beta, rng):
    learner = replace(LINEAR, prioritized=True, alpha=1.0, beta=0.4, batch_size=50)
    stack, replay = learner.init(ONE, 1, rng), held(chain(0, 6))
    learner.sample(stack, replay, 0.0, rng)
    stack.ranking.priorities.update(torch.arange(6).unsqueeze(0), 2.0 ** torch.arange(6).unsqueeze(0))
    rows = learner.sample(stack, replay, progress, rng)
    number = rows.obs[0, :, 0]
    torch.testing.assert_close(rows.weight[0], (2 ** (number.min() - number)) ** beta, atol=1e-5, rtol=0)


@pytest.mark.parametrize("ranked", [8, 10, 12, 100])
def test_each_network_draws_its_own_rows_of_its_own_member_and_seat(ranked, rng):
    """Members pay 1000 apart and seats 100; the ring of 10 has wrapped, and so has a shorter ranking."""
    spec = Spec(sees=(1, 1, 1), obs_width=1, action_width=2, mine=(0, 2))
    learner = replace(LINEAR, prioritized=True, replay=ranked, batch_size=40)
    stack, replay = learner.init(spec, 2, rng), Replay(Row(3, 1, 2), 2, 10, 2)
    seat = 100 * torch.arange(3).view(1, 1, 3)
    for start in range(0, 26, 2):
        t = chain(start, 2, seats=3)
        both = {k: v.expand(2, *v.shape[1:]) for k, v in vars(t).items()}
        number = torch.arange(start, start + 2).view(1, 2, 1) + 1000 * torch.arange(2).view(2, 1, 1)
        replay.add(Transition(**{**both, "reward": (number + seat).float()}))
        rows = learner.sample(stack, replay, 0.0, rng)
    for network, (member, own) in enumerate(((0, 0), (0, 200), (1, 0), (1, 200))):
        drawn = rows.reward[network] - 1000 * member - own
        assert set(drawn.tolist()) == set(range(26 - min(ranked, 10), 26))
        assert torch.equal(rows.obs[network, :, 0], drawn)
    number, _, place = stack.ranking.draw(replay, 40, 1.0, rng)
    assert stack.ranking.seen == 26 and set(number.flatten().tolist()) == set(range(26 - min(ranked, 10), 26))
    assert torch.equal(place, number % min(ranked, 10))


def test_distributional_targets_and_loss_by_hand(rng):
    # atoms 0, 2, 4; the target network's actions: (1/2, 1/2, 0) worth 1, and (1/4, 1/4, 1/2) worth 2.5
    learner = replace(LINEAR, atoms=3, v_min=0.0, v_max=4.0)
    worth = torch.tensor([[0.5, 0.5, 1e-30], [0.25, 0.25, 0.5]])
    rows = Rows(
        obs=torch.zeros(1, 3, 1),
        action=torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]).unsqueeze(0),
        reward=torch.tensor([[1.0, 3.0, 9.0]]),
        discount=torch.tensor([[1.0, 0.0, 1.0]]),
        next_obs=torch.zeros(1, 3, 1),
        alive=torch.ones(1, 3),
    )
    end, far = [0.0, 0.5, 0.5], [0.0, 0.0, 1.0]  # 3 for certain; 9 and more
    second = [0.125, 0.625, 0.25]  # 1, 2 and 3 with 1/4, 1/4 and 1/2
    first = [0.25, 0.75, 0.0]  # 1 and 2 with 1/2 each
    for double, expected in ((False, [second, end, far]), (True, [first, end, far])):
        judging = replace(learner, double=double)
        stack = judging.init(ONE, 1, rng)
        linear_(stack.target, stack, [0.0] * 6, worth.log().flatten().tolist())
        linear_(stack.online, stack, [0.0] * 6, worth.flip(0).log().flatten().tolist())  # prefers the other action
        target = judging.target(stack, rows, rng)
        torch.testing.assert_close(target[0], torch.tensor(expected), atol=1e-6, rtol=0)
        by_hand = divergence(worth.flip(0)[[0, 0, 1]].log(), torch.tensor(expected))
        metrics = judging.update(stack, rows, 0.0, rng)
        assert metrics["q_loss"].item() == pytest.approx(by_hand.mean().item(), rel=1e-5)
        assert metrics["value"].item() == pytest.approx((2.5 + 2.5 + 1) / 3, rel=1e-5)


def test_atoms_reach_as_far_as_rewards_can_add_up():
    ends = torch.tensor([[-1e-3, 1e-3]] * 3, dtype=torch.float64)
    r_t = torch.tensor([[1.0, 0.5, 1.0], [-1.0, -2.0, 0.0], [3.0, 0.0, -1.0]], dtype=torch.float64)
    discount_t = torch.tensor([[0.5, 0.9, 0.0], [0.5, 0.0, 0.9], [0.0, 0.9, 0.75]], dtype=torch.float64)
    widen_(ends, r_t, discount_t)
    assert ends.flatten().tolist() == pytest.approx([-1e-3, 5, -2, 1e-3, -4, 3])
    widen_(ends, r_t / 2, discount_t)  # never narrower again
    assert ends.flatten().tolist() == pytest.approx([-1e-3, 5, -2, 1e-3, -4, 3])


def test_only_ends_that_nobody_named_follow_the_rewards(rng):
    rows = replace(shared_rows(chain(0, 5), ONE), discount=torch.zeros(1, 5))  # pays 1 to 16
    dead = replace(rows, alive=(torch.arange(5) < 3).float().unsqueeze(0))
    for settings, batch, ends in (
        ({}, rows, [-1e-3, 16.0]),
        ({}, dead, [-1e-3, 4.0]),
        ({"v_min": -2.0, "v_max": 3.0}, rows, [-2.0, 3.0]),
    ):
        learner = replace(LINEAR, atoms=5, **settings)
        stack = learner.init(ONE, 1, rng)
        learner.update(stack, batch, 0.0, rng)
        assert stack.tensors()["ends"][0].tolist() == pytest.approx(ends)


def test_networks_with_noise_explore_by_it_alone(rng):
    learner = replace(LINEAR, noisy=True)
    stack = learner.init(ONE, 1, rng)
    stack.online.zero_()
    linear_(means(stack.online), stack, [0.0, 0.0], [0.0, 0.1])

    def shares(sigma: float) -> list[float]:
        stack.online[:, stack.network.shape.size :] = sigma
        obs, memory = torch.zeros(1, 8, 1), torch.zeros(1, 8, 0)
        chosen = [learner.act(stack, obs, memory, 0.0, rng)[0, :, 0] for _ in range(300)]
        assert all(step.min() == step.max() for step in chosen)  # one draw serves all worlds
        return torch.stack(chosen).mean().item()

    assert shares(0.0) == 0  # epsilon would be 1
    assert 0.3 < shares(1.0) < 0.5
    assert learner.values(stack.online, torch.zeros(1, 1, 1), stack).flatten().tolist() == pytest.approx([0, 0.1])


def test_networks_with_noise_draw_anew_for_all_that_they_do(rng, monkeypatch):
    draws = []
    plain = Dqn.noise
    monkeypatch.setattr(Dqn, "noise", lambda self, stack, rng: draws.append(plain(self, stack, rng)) or draws[-1])
    learner = replace(LINEAR, noisy=True, double=True)
    stack = learner.init(ONE, 1, rng)
    for _ in range(2):
        learner.update(stack, shared_rows(chain(0, 6), ONE), 0.0, rng)
    assert len(draws) == 6  # target, chooser and learner, twice
    assert len({tuple(noise.flatten().tolist()) for noise in draws}) == 6


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"use_replay": False, "samples_per_step": 1.0, "prioritized": True}, "prioritized=true needs a replay"),
        ({"use_replay": False, "samples_per_step": 1.0, "n_step": 3}, "n_step=3 needs a replay"),
        ({"use_replay": False}, "set samples_per_step=1"),
        ({"use_target": False, "tau": 0.01}, "tau moves the target network"),
        ({"noisy": True, "epsilon_end": 0.2}, "epsilon_end has no effect without noisy=false"),
        ({"noisy": True, "epsilon_start": 0.2}, "epsilon_start has no effect"),
        ({"atoms": 1}, "set atoms=51"),
        ({"atoms": 51, "huber": False}, "leave out huber=false"),
        ({"v_max": 10.0}, "v_max has no effect without atoms=51"),
        ({"atoms": 51, "v_min": 2.0, "v_max": 2.0}, "v_min=2 is not below v_max=2"),
        ({"atoms": 51, "v_min": 1.0, "v_max": -1.0}, "v_min=1 is not below v_max=-1"),
        ({"atoms": 51, "gamma": 1.0}, "name v_min and v_max"),
        ({"dueling": True, "hidden": []}, "dueling needs a hidden layer"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(settings, message, rng):
    with pytest.raises(ArenaError, match=message) as caught:
        find_learner("dqn", "paper", settings).init(ONE, 1, rng)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["dqn", "rainbow"])
def test_presets_contradict_nothing_and_each_switch_can_be_turned(name, rng):
    presets = {"dqn": dqn, "rainbow": rainbow}[name].PRESETS
    for preset, learner in presets.items():
        learner.init(ONE, 1, rng)
        if learner.use_replay:
            for switch in ("double", "dueling", "noisy", "prioritized", "normed"):
                find_learner(name, preset, {switch: not getattr(learner, switch)}).init(ONE, 1, rng)
            find_learner(name, preset, {"atoms": 51 - learner.atoms}).init(ONE, 1, rng)
    for setting, value in (("alpha", 1.5), ("beta", -0.1), ("tau", 2), ("atoms", 5000), ("n_step", 0)):
        with pytest.raises(ArenaError, match=f"setting {setting} cannot be"):
            find_learner(name, "", {setting: value})
    assert {"fast", "paper", "long"} <= set(presets)
    assert find_learner("dqn", "naive").use_replay is find_learner("dqn", "naive").use_target is False
