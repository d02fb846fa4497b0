"""Guests in a team that learns: where they sit, that they act, and that nobody learns from what they do."""

import numpy as np
import pytest
import torch

from agents.actor_critic.learner import ActorCritic
from agents.policies.bank import Bank
from agents.policies.scripted import scripted_player
from agents.q_learning.learner import Dqn
from agents.training.guests import Guests
from agents.training.loop import Training
from agents.training.settings import find_learner
from agents.training.state import load_state, save_state
from arena.errors import ArenaError
from arena.scenario import load

SMALL = {"hidden": (8,), "batch_size": 16, "samples_per_step": 0.3, "warmup": 90}
GAME = load("simple_spread")
SEATS, WORLDS = 3, 10


def training(chances, players=("greedy",), learner=None, steps=5000) -> Training:
    bank = Bank([scripted_player(GAME, name) for name in players], GAME.action_width)
    chances = np.array(chances, float)
    guests = Guests(bank, chances)
    learner = learner or ActorCritic(**SMALL)
    return Training(GAME, learner, steps=steps, members=len(chances), worlds=WORLDS, seed=5, guests=guests)


def games(trained: Training, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Who was the guest [M, G] and in which seats [M, A, G], over so many rounds of games."""
    chosen, seated = [], []
    for _ in range(count):
        trained.play_step()
        assert trained.guests is not None
        chosen.append(trained.guests.stack.chosen.clone())
        seated.append(trained.guests.seated.clone())
        for _ in range(GAME.cycles - 1):
            trained.play_step()
            assert torch.equal(trained.guests.seated, seated[-1])
    return torch.cat(chosen, 1), torch.cat(seated, 2)


def test_guests_come_by_the_chances_of_each_member_and_sit_anywhere():
    chosen, seated = games(training([[1.0, 0.0], [0.0, 0.5], [0.0, 0.0]], ("greedy", "random")), 30)
    counts = np.stack([np.bincount(row, minlength=3) for row in chosen.numpy()]) / chosen.shape[1]
    assert np.allclose(counts, [[1, 0, 0], [0, 0.5, 0.5], [0, 0, 1]], atol=0.1)
    held = seated.sum(1)  # [M, G]
    assert ((held == 0) == (chosen == 2)).all()
    assert set(held[0].tolist()) == {1, 2}
    assert abs((held[0] == 1).float().mean() - 0.5) < 0.1
    assert (seated[0].float().mean(1) - 0.5).abs().max() < 0.1


def test_guests_act_and_the_replay_says_so():
    trained = training([[1.0]])
    for _ in range(5):
        trained.play_step()
    assert trained.guests is not None
    seated = trained.guests.seated.transpose(1, 2)  # [M, W, A]
    rows = trained.replay.latest(WORLDS)
    assert torch.equal(rows.alive == 0, seated)
    assert torch.equal(~rows.frozen.isnan().any(-1), seated)
    ahead = rows.frozen[seated]
    trained.play_step()
    assert torch.equal(trained.replay.latest(WORLDS).action[seated], ahead)  # they did what was foreseen


def test_what_a_guest_does_teaches_its_seat_nothing():
    """With a guest in every game, a member whose guest holds a seat all along would not learn that seat at all."""
    trained = training([[1.0]])
    assert trained.guests is not None
    seats = torch.zeros(1, SEATS, WORLDS, dtype=torch.bool)
    seats[:, 1] = True
    trained.guests.learner.seats_drawn = lambda stack: seats
    part = trained.learning[0]
    before = part.stack.actor.clone(), part.stack.critic.clone()
    for report in trained.run(2500):
        assert report.updates > 0
        break
    for old, new in zip(before, (part.stack.actor, part.stack.critic), strict=True):
        changed = (old != new).view(SEATS, -1).any(1).tolist()
        assert changed == [True, False, True]


KINDS = [
    Dqn(**SMALL),
    find_learner("dqn", "", SMALL | {"batch_size": 64, "recurrent": True, "sequence": 8, "burn_in": 8}),
    ActorCritic(**SMALL, others="current"),
    ActorCritic(**SMALL, view="own"),
    ActorCritic(**SMALL, inferred=True),
]


@pytest.mark.parametrize("learner", KINDS)
def test_learners_of_all_kinds_take_guests(learner):
    trained = training([[0.5]], learner=learner)
    rows = [report.rows[0] for report in trained.run(2500)]
    assert all(np.isfinite(list(row.values())).all() for row in rows)


def test_saved_in_the_middle_of_games_it_goes_on_bit_for_bit(tmp_path):
    straight, cut = training([[0.3, 0.4]], ("greedy", "random")), training([[0.3, 0.4]], ("greedy", "random"))
    for each in (straight, cut):
        for _ in range(40):
            each.play_step()
            each.learn()
    save_state(tmp_path, cut)
    resumed = training([[0.3, 0.4]], ("greedy", "random"))
    assert load_state(tmp_path, resumed)
    for each in (straight, resumed):
        for _ in range(40):
            each.play_step()
            each.learn()
    assert torch.equal(straight.learning[0].stack.actor, resumed.learning[0].stack.actor)
    assert torch.equal(straight.replay.latest(WORLDS).obs, resumed.replay.latest(WORLDS).obs)


def test_one_seat_has_no_guest():
    game = load("simple")
    guests = Guests(Bank([], game.action_width), np.zeros((1, 0)))
    with pytest.raises(ArenaError, match="one seat: a guest would leave nobody to learn"):
        Training(game, ActorCritic(**SMALL), steps=1000, worlds=WORLDS, guests=guests)
