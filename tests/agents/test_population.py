"""Populations of two sides: who meets whom, and what happens to one member does not happen to others."""

import numpy as np
import pytest
import torch

from agents.actor_critic.learner import ActorCritic
from agents.policies.scripted import scripted_player
from agents.q_learning.learner import Dqn
from agents.training.population import Population
from agents.training.state import load_state, save_state
from arena.errors import ArenaError
from arena.scenario import load

SMALL = {"hidden": (8,), "batch_size": 16, "samples_per_step": 0.3, "warmup": 90}
GAME = load("simple_adversary")
SIDES = ("adversary", "good")
LEARNERS = {"adversary": Dqn(**SMALL), "good": ActorCritic(**SMALL)}


def population(members=(2, 3), learners=LEARNERS, steps=2000) -> Population:
    counts = dict(zip(SIDES, members, strict=True))
    sizes = {"steps": steps, "worlds": 10, "seed": 3, "visitors": [scripted_player(GAME, "greedy")]}
    return Population(GAME, learners, counts, algo="adversary=dqn,good=maddpg", **sizes)


def even(members: int, players: int) -> np.ndarray:
    return np.full((members, players), 1 / players)


def started(**options) -> Population:
    """Everybody meets the members of the other side evenly."""
    found = population(**options)
    for side, other in (SIDES, SIDES[::-1]):
        found.meet(side, [], even(found.trainings[side].members, found.trainings[other].members))
    return found


def weights(found: Population, side: str) -> torch.Tensor:
    """The parameters of the members' networks [M, ...]."""
    stack = found.learning(side).stack
    flat = stack.actor if side == "good" else stack.online
    return flat.view(found.trainings[side].members, -1).clone()


def test_games_are_drawn_by_the_chances_of_each_member():
    found = population()
    past = [scripted_player(GAME, "random"), scripted_player(GAME, "greedy")]
    found.meet("good", past, np.array([[1, 0, 0, 0], [0, 0, 0.5, 0.5], [0, 0.2, 0, 0.8]]))
    seen = []
    found.meet("adversary", [], even(2, 3))
    for _ in range(30):
        found.train(1)
        seen.append(found.held("good").stack.chosen.clone())
    shares = torch.stack(seen).permute(1, 0, 2).flatten(1)  # [M, games]
    counts = np.stack([np.bincount(row, minlength=4) for row in shares.numpy()]) / shares.shape[1]
    assert np.allclose(counts, [[1, 0, 0, 0], [0, 0, 0.5, 0.5], [0, 0.2, 0, 0.8]], atol=0.1)
    assert counts[0, 0] == 1 and counts[1, :2].sum() == 0 and counts[2, 0] == counts[2, 2] == 0


def test_a_member_meets_the_other_side_as_it_stands():
    found = started()
    before = found.held("good").learner.bank.players
    found.train(2)
    assert weights(found, "adversary").shape[0] == 2
    found.refresh("good")
    bank = found.held("good").learner.bank
    assert [player.hash for player in bank.players] == [found.player("adversary", k).hash for k in range(2)]
    assert bank.players is before


def test_learners_of_both_sides_learn():
    found = started()
    before = {side: weights(found, side) for side in SIDES}
    reports = found.train(8)
    assert all((weights(found, side) != before[side]).any(1).all() for side in SIDES)
    assert {side: len(report.rows) for side, report in reports.items()} == {"adversary": 2, "good": 3}
    assert reports["good"].step == 8 * 250 and reports["good"].updates > 0


def test_who_diverges_harms_nobody_and_goes_on_from_before():
    found, healthy = started(), started()
    for each in (found, healthy):
        each.train(4)
    kept = weights(found, "good")
    found.learning("good").stack.actor.view(3, -1)[1] = torch.nan
    reports = found.train(2)
    assert 1 in reports["good"].diverged() and set(reports["good"].diverged()) == {1}
    assert not reports["adversary"].diverged()
    assert weights(found, "adversary").isfinite().all()
    with pytest.raises(ArenaError, match="not finite"):
        found.player("good", 1)
    found.kept["good"][1]["actor"].view(-1)[:] = kept[1]  # what was there before it broke
    found.roll_back("good", 1)
    assert torch.equal(weights(found, "good")[1], kept[1])
    assert weights(found, "good").isfinite().all()
    reports = found.train(2)
    assert not reports["good"].diverged() and not reports["adversary"].diverged()


def test_a_new_life_is_new_for_one_member_only():
    found = started()
    found.train(6)
    before = weights(found, "good")
    found.restart("good", 2, 2)
    after = weights(found, "good")
    assert torch.equal(before[:2], after[:2]) and not torch.equal(before[2], after[2])
    moments = found.learning("good").stack.actor_optimiser.tensors()["mean"].view(3, -1)
    assert not moments[2].any() and moments[:2].any()
    again = started()
    again.restart("good", 2, 2)
    assert torch.equal(weights(again, "good")[2], after[2])
    again.restart("good", 2, 3)
    assert not torch.equal(weights(again, "good")[2], after[2])


def test_saved_between_rounds_it_goes_on_bit_for_bit(tmp_path):
    straight, cut = started(), started()
    past = [scripted_player(GAME, "greedy")]
    straight.train(3)
    cut.train(3)
    for side, training in cut.trainings.items():
        save_state(tmp_path / side, training)
    resumed = population()
    for side, training in resumed.trainings.items():
        assert load_state(tmp_path / side, training)
    for each in (straight, resumed):
        each.meet("good", past, even(3, 3))
        each.meet("adversary", past, even(2, 4))
        each.train(4)
    assert all(torch.equal(weights(straight, side), weights(resumed, side)) for side in SIDES)


def test_games_of_three_sides_have_no_league(monkeypatch):
    game = load("simple_adversary")
    monkeypatch.setattr(type(game), "sides", {"a": (0,), "b": (1,), "c": (2,)}, raising=False)
    with pytest.raises(ArenaError, match="has 3 sides; a league trains games of one or two"):
        Population(game, {}, {}, algo="", steps=1, worlds=1, seed=0)
