"""Windows of the replay, and rewards added up over them, against loops over the transitions of one world."""

from dataclasses import fields

import pytest
import torch

from agents.training.replay import Replay, Row, add_rewards
from arena.transition import Transition

ROW = Row(seats=2, obs_width=1, action_width=1)
MEMBERS, WORLDS, GAMMA = 2, 3, 0.7


def step_of(t: int, rng: torch.Generator) -> Transition:
    """Step number t of every world [M, W]: observations say which step it is, of which world and which member."""
    lead = (MEMBERS, WORLDS)
    place = torch.arange(MEMBERS).view(-1, 1) * 1000 + torch.arange(WORLDS) * 100.0 + t
    both = place.view(*lead, 1, 1).expand(*lead, 2, 1)
    last = torch.tensor([[t % 4 == 3, t % 5 == 4, False]]).expand(lead).float()
    ended = torch.tensor([[t % 4 == 3, False, False]]).expand(lead)
    discount = torch.where(ended, 0.0, 1.0).unsqueeze(-1) * torch.tensor([1.0, 1.0 if t % 6 != 2 else 0.0])
    ones = torch.ones(*lead, 2)
    reward = torch.randn(*lead, 2, generator=rng)
    return Transition(both, both, reward, discount, both + 0.5, last, ones, both + 0.25, ones * (t % 3))


@pytest.fixture
def played(rng):
    """A ring of 8 steps after 13 of them, and all 13."""
    replay = Replay(ROW, MEMBERS, 8 * WORLDS + 1, WORLDS)
    steps = [step_of(t, rng) for t in range(13)]
    for step in steps:
        replay.add(step)
    return replay, steps


def test_only_what_is_held_is_drawn(played, rng):
    replay, _ = played
    number = replay.draw(2000, rng)
    assert set(number.flatten().tolist()) == set(range(5 * WORLDS, 13 * WORLDS))


@pytest.mark.parametrize("steps", [1, 2, 3, 5])
def test_rewards_add_up_as_in_a_loop(played, steps):
    replay, history = played
    number = torch.arange(5 * WORLDS, 13 * WORLDS).expand(MEMBERS, -1)
    folded = add_rewards(*replay.following(number, steps), GAMMA)
    for member in range(MEMBERS):
        for k, n in enumerate(number[0].tolist()):
            first, world = divmod(n, WORLDS)
            total, discount, weight, t = torch.zeros(2), torch.ones(2), 1.0, first
            while True:
                step = history[t]
                total += weight * discount * step.reward[member, world]
                discount = discount * step.discount[member, world]
                if t - first == steps - 1 or step.last[member, world] or t == 12:
                    break
                weight *= GAMMA
                t += 1
            assert torch.allclose(folded.reward[member, k], total, atol=1e-6)
            assert torch.allclose(folded.discount[member, k], discount * weight)
            for name in ("next_obs", "last", "frozen"):
                assert torch.equal(getattr(folded, name)[member, k], getattr(history[t], name)[member, world])
            for name in ("obs", "action", "alive", "owner"):
                assert torch.equal(getattr(folded, name)[member, k], getattr(history[first], name)[member, world])


def test_one_step_is_the_transition_itself(played, rng):
    replay, _ = played
    state = rng.get_state()
    plain = replay.sample(50, rng)
    rng.set_state(state)
    folded = add_rewards(*replay.following(replay.draw(50, rng), 1), GAMMA)
    for field in fields(plain):
        assert torch.equal(getattr(plain, field.name), getattr(folded, field.name))


def test_windows_into_the_past_run_through_games_and_end_where_nothing_is_held(played):
    replay, history = played
    number = torch.tensor([[5 * WORLDS + 1, 9 * WORLDS + 2]]).expand(MEMBERS, -1)
    window, is_there = replay.preceding(number, 4)
    assert is_there[0].tolist() == [[False, False, False, True], [True] * 4]
    for j, t in enumerate(range(6, 10)):
        assert torch.equal(window.obs[:, 1, j], history[t].obs[:, 2])


def test_networks_of_a_member_draw_from_its_rows_alone(played):
    replay, _ = played
    number = torch.arange(4 * 6).view(4, 6) % 9 + 20
    drawn = replay.at(number, networks=2)
    assert (drawn.obs[:, 0, 0, 0] // 1000).tolist() == [0, 0, 1, 1]


def test_the_latest_are_the_last_that_were_added(played):
    replay, history = played
    assert torch.equal(replay.latest(WORLDS).obs, history[-1].obs)
    assert replay.latest(10**6).obs.shape[1] == 8 * WORLDS


def test_a_lens_changes_what_is_drawn_and_not_what_is_kept(played, rng):
    replay, _ = played
    seen = replay.through(lambda t: Transition(*[getattr(t, f.name) * 2 for f in fields(t)]))
    state = rng.get_state()
    doubled = seen.sample(20, rng)
    rng.set_state(state)
    assert torch.equal(doubled.obs, replay.sample(20, rng).obs * 2)


@pytest.mark.parametrize(("is_cut", "steps"), [(True, 2), (False, 4)])
def test_rewards_add_up_to_where_a_seat_is_cut_off_and_beyond_where_one_truly_ends(is_cut, steps):
    """Of four steps seat 1 plays two; what it sees then is 0. Cut off, it is still worth what followed."""
    replay = Replay(ROW, 1, 4, 1)
    for t in range(4):
        plays = torch.tensor([[[1.0, float(t < 2)]]])
        discount = torch.tensor([[[1.0, float(t < 2 if is_cut else t < 1)]]])
        seen = (10.0 + t) * plays.unsqueeze(-1)
        nothing = torch.full_like(seen, torch.nan)
        replay.add(Transition(seen, seen, plays, discount, seen + 1, torch.zeros(1, 1), plays, nothing, plays))
    folded = add_rewards(*replay.following(torch.tensor([[0, 2]]), 4), GAMMA)
    assert folded.next_obs[0, :, 0].tolist() == [[10.0 + steps], [14.0]]
    assert folded.reward[0, 0].tolist() == pytest.approx([sum(GAMMA**j for j in range(steps)), 1 + GAMMA])
    assert folded.discount[0, 0].tolist() == pytest.approx([GAMMA ** (steps - 1), GAMMA if is_cut else 0.0])
    assert not is_cut or folded.next_obs[0, 0, 1].tolist() == [12.0]
