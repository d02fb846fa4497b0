"""What critics read: the columns of a joint row, in which order, and what pads them."""

from dataclasses import replace

import pytest
import torch
from stacks import SPEC, Supplied, double_, noise, random_batch

from agents.actor_critic.learner import ActorCritic
from agents.actor_critic.view import View, joint_rows, reading_order
from agents.networks.perceptron import layers
from agents.training.learner import Spec

TEAMS = replace(SPEC, sides=(0, 1, 1))
SMALL = Spec(sees=(1, 2, 2), obs_width=2, action_width=1, sides=(0, 1, 1))


@pytest.mark.parametrize(
    ("kind", "own_first", "expected"),
    [
        ("all", False, [[0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 2, 3]]),
        ("team", False, [[0, 3], [1, 2], [1, 2], [0, 3]]),
        ("own", False, [[0], [1], [2], [3]]),
        ("all", True, [[0, 3, 1, 2], [1, 2, 0, 3], [2, 1, 0, 3], [3, 0, 1, 2]]),
        ("team", True, [[0, 3], [1, 2], [2, 1], [3, 0]]),
    ],
)
def test_reading_orders(kind, own_first, expected):
    spec = Spec((2, 2, 2, 2), 2, 1, sides=(0, 1, 1, 0))
    assert [reading_order(kind, spec, seat, own_first) for seat in range(4)] == expected


def test_columns_by_hand():
    """Two members whose joint rows are o00 o01 o10 o11 o20 o21 a0 a1 a2."""
    obs = torch.tensor([[[[1.0, 0.0], [2.0, 3.0], [4.0, 5.0]]], [[[6.0, 0.0], [7.0, 8.0], [9.0, 10.0]]]])
    action = torch.tensor([[[[11.0], [12.0], [13.0]]], [[[14.0], [15.0], [16.0]]]])
    joint = joint_rows(obs, action)
    read = View.of("team", SMALL, 2).read(joint)
    assert read[:, 0].tolist() == [
        [1, 0, 11, 0, 0, 0],  # fewer columns than the others
        [2, 3, 4, 5, 12, 13],
        [2, 3, 4, 5, 12, 13],
        [6, 0, 14, 0, 0, 0],
        [7, 8, 9, 10, 15, 16],
        [7, 8, 9, 10, 15, 16],
    ]
    shared = View.of("team", SMALL, 2, own_first=True)
    assert shared.read(joint)[2, 0].tolist() == [4, 5, 2, 3, 13, 12]
    assert View.of("all", SMALL, 2).read(joint)[4, 0].tolist() == joint[1, 0].tolist()
    assert View.of("own", replace(SMALL, mine=(1, 2)), 2).read(joint)[:, 0].tolist() == [
        [2, 3, 12],
        [4, 5, 13],
        [7, 8, 15],
        [9, 10, 16],
    ]
    for view in (View.of("team", SMALL, 2), shared, View.of("all", SMALL, 2), View.of("own", SMALL, 2)):
        weight = torch.arange(view.columns.shape[1]).double().expand(6, -1).unsqueeze(2)
        place = view.own_rows(weight)[:, 0, 0].long()
        own = view.read(joint)[torch.arange(6), 0, place]
        assert own.tolist() == [11, 12, 13, 14, 15, 16]
        each = View.of("all", SMALL, 2, 3).read(joint.repeat_interleave(9, 0))
        assert each[::3].tolist() == View.of("all", SMALL, 2).read(joint).tolist()


@pytest.mark.parametrize(("kind", "live"), [("all", [8, 8, 8]), ("team", [2, 6, 6]), ("own", [2, 3, 3])])
def test_padding_counts_for_nothing_in_the_first_weights(kind, live, rng):
    assert [len(own) for own in View.of(kind, SMALL, 1).live] == live
    stack = ActorCritic(view=kind, hidden=(400,)).init(SMALL, 1, rng)
    bounds = layers(stack.critic, stack.critic_shape)[0][0].abs().amax((1, 2))
    torch.testing.assert_close(bounds, torch.tensor(live).rsqrt(), rtol=0.01, atol=0)


@pytest.mark.parametrize("own_first", [False, True])
def test_orthogonal_critics_start_with_weight_on_all_that_is_live(own_first, rng):
    """Padding stands between what is seen and what is done: the last inputs are the last seat's action."""
    learner = ActorCritic(hidden=(40,), initial="orthogonal", shared=own_first)
    stack = learner.init(replace(SMALL, obs_width=3), 2, rng)
    first = layers(stack.critic, stack.critic_shape)[0][0]  # [N, D, H]
    obs = torch.tensor([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 0.0]]).expand(2, 1, 3, 3)
    live = stack.view.read(joint_rows(obs, torch.ones(2, 1, 3, 1))).squeeze(1)
    torch.testing.assert_close(first.square().sum(2), 2 * live, atol=1e-5, rtol=0)


def test_a_team_of_everybody_is_central_and_one_of_its_own_is_independent(rng):
    """The same bits: what a view is called does not matter, only what it shows."""

    def trained(view: str, spec: Spec):
        learner = Supplied(view=view, hidden=(12, 8))
        stack = double_(learner.init(spec, 2, torch.Generator().manual_seed(1)))
        source = torch.Generator().manual_seed(2)
        for _ in range(5):
            learner.update(stack, random_batch(2, 16, source, spec), 0.0, iter(noise((6, 16, 5), source)))
        return stack.critic, stack.actor

    for view, sides in (("all", (0, 0, 0)), ("own", (0, 1, 2))):
        same = zip(trained(view, SPEC), trained("team", replace(SPEC, sides=sides)), strict=True)
        assert all(torch.equal(a, b) for a, b in same)


def test_a_team_view_is_blind_to_the_other_side(rng):
    learner = Supplied(view="team", hidden=(12, 8))
    stack = double_(learner.init(TEAMS, 2, rng))
    batch, draw = random_batch(2, 16, rng, TEAMS), noise((6, 16, 5), rng)

    def seen(batch):
        following = learner.next_actions(stack, batch, iter(draw))
        joint = joint_rows(batch.obs, batch.action)
        target = learner.target(stack, batch, following)
        return [*learner.critic_step(stack, joint, batch, target), *learner.actor_step(stack, joint, batch, iter(draw))]

    for seats, blind in (([0], [1, 2]), ([1, 2], [0])):
        changed = batch
        for name in ("obs", "action", "next_obs"):
            x = getattr(batch, name).clone()
            x[:, :, seats, :4] += 0.5
            changed = replace(changed, **{name: x})
        for before, after in zip(seen(batch), seen(changed), strict=True):
            for seat in range(3):
                rows = [seat, 3 + seat]
                assert torch.equal(before[rows], after[rows]) == (seat in blind)


@pytest.mark.parametrize("view", ["all", "team"])
@pytest.mark.parametrize("others", ["recorded", "current"])
def test_no_critic_teaches_the_actor_of_another(view, others, rng):
    """Changing critic n changes the gradient of actor n alone, also where it sees what the other actors do now."""
    learner = Supplied(view=view, others=others, hidden=(12, 8))
    stack = double_(learner.init(TEAMS, 1, rng))
    batch, draw = random_batch(1, 16, rng, TEAMS), noise((3, 16, 5), rng, 1)[0]
    joint = joint_rows(batch.obs, batch.action)
    _, grad = learner.actor_step(stack, joint, batch, iter([draw]))
    for n in range(3):
        stack.critic[n] += 0.1 * torch.randn(stack.critic.shape[1], generator=rng)
        _, after = learner.actor_step(stack, joint, batch, iter([draw]))
        assert [not torch.equal(a, b) for a, b in zip(grad, after, strict=True)] == [k == n for k in range(3)]
        grad = after


@pytest.mark.parametrize("others", ["recorded", "current"])
def test_what_the_actor_step_takes_the_others_to_do(others, rng):
    """Recorded actions of others matter, or their actors do; the own recorded action never."""
    learner = Supplied(others=others, hidden=(12, 8))
    stack = double_(learner.init(SPEC, 1, rng))
    batch, draw = random_batch(1, 16, rng), noise((3, 16, 5), rng, 1)[0]

    def values(batch):
        return learner.actor_step(stack, joint_rows(batch.obs, batch.action), batch, iter([draw]))[0]

    before, action = values(batch), batch.action.clone()
    action[:, :, 1] += 0.5
    moved = (values(replace(batch, action=action)) - before).abs() > 1e-9
    assert moved.tolist() == ([True, False, True] if others == "recorded" else [False] * 3)
    stack.actor[1] += 0.5
    moved = (values(batch) - before).abs() > 1e-9
    assert moved.tolist() == ([False, True, False] if others == "recorded" else [True] * 3)
