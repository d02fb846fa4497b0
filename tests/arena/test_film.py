"""A film is the leg that `play` plays, frame by frame."""

import sys
from itertools import pairwise

import numpy as np
import pytest

from arena.draw import children
from arena.errors import ArenaError
from arena.film import film
from arena.games import End, Games
from arena.player import Player
from arena.playing import play
from arena.scenario import Scenario, load


class Dice:
    """Acts by its own stream, and remembers: whatever a policy may use, matters."""

    memory_width = 1

    def __init__(self, width: int) -> None:
        self.width = width

    def act(self, seat, obs, memory, stream, step):
        draws = [children(stream, step * self.width + k) >> np.uint64(40) for k in range(self.width)]
        memory += obs[:, :1]
        return (np.stack(draws, 1).astype(np.float32) / (1 << 24) + np.abs(np.sin(memory))) / 2


class Seeker:
    """Runs to the landmark of simple_spread with N = 1, braking."""

    memory_width = 0

    def act(self, seat, obs, memory, stream, step):
        action = np.zeros((len(obs), 5), np.float32)
        push = np.clip(3 * obs[:, 4:6] - 1.5 * obs[:, :2], -1, 1)
        action[:, [2, 4]], action[:, [1, 3]] = np.maximum(push, 0), np.maximum(-push, 0)
        return action


class Broken:
    """Acts as `mistake` says from step 3 on."""

    memory_width = 0

    def __init__(self, mistake) -> None:
        self.mistake = mistake

    def act(self, seat, obs, memory, stream, step):
        return self.mistake() if step >= 3 else np.zeros((len(obs), 5), np.float32)


def player(name, policy, scenario):
    return Player(name, name, policy, tuple(scenario.sides))


def played(scenario: Scenario, line_up: list[Player], seed: int) -> Games:
    """The result of the same leg by `play`, among others."""
    names = [p.hash for p in line_up]
    seeds = np.array([7, seed, 8], np.uint64)
    games = Games.unplayed(scenario, names, np.tile(np.arange(len(names)), (3, 1)), seeds)
    return play(games, {p.hash: p for p in line_up}, scenario)[0][1:2]


@pytest.mark.parametrize(("name", "count"), [("simple_adversary", 2), ("simple_spread", 3)])
def test_the_film_of_a_leg_is_that_leg_bit_for_bit(name, count):
    scenario = load(name, N=count)
    line_up = [player(f"dice {seat.name}", Dice(scenario.action_width), scenario) for seat in scenario.seats]
    for seed in (0, 1, 2**64 - 1):
        frames = list(film(scenario, line_up, seed))
        result = played(scenario, line_up, seed)
        assert result.end[0] == End.PLAYED
        assert frames[-1].rewards == tuple(result.score[0].tolist())
        assert frames[-1].winner == result.winner[0]
        assert [f.step for f in frames] == list(range(26))
        assert [f.last for f in frames] == [False] * 25 + [True]
        assert frames[0].rewards == (0.0,) * len(scenario.sides)


def test_the_last_frame_shows_where_everything_ended():
    scenario = load("simple_adversary")
    line_up = [player(seat.name, Dice(5), scenario) for seat in scenario.seats]
    world = list(film(scenario, line_up, 3))[-1].view
    to_goal = np.linalg.norm(world.pos - world.pos[world.note[0]], axis=1)
    metrics = dict(zip(scenario.metric_names, played(scenario, line_up, 3).metrics[0], strict=True))
    assert to_goal[0] == pytest.approx(metrics["adversary_distance"], abs=1e-6)
    assert to_goal[1:3].min() == pytest.approx(metrics["good_distance"], abs=1e-6)


def test_frames_are_copies_and_move_on():
    scenario = load("simple_adversary")
    frames = list(film(scenario, [player(seat.name, Dice(5), scenario) for seat in scenario.seats], 4))
    steps = np.array([np.abs(b.view.pos - a.view.pos).max() for a, b in pairwise(frames)])
    assert steps[0] == 0  # a force moves its entity one step later
    assert (steps[1:] > 0).all()
    assert steps.max() < 0.2  # no jump to the next game's start


def test_a_true_ending_ends_the_film_where_it_happened():
    scenario = load("simple_spread", N=1, terminate_on_success=True)
    frames = list(film(scenario, [player("seeker", Seeker(), scenario)], 0))
    assert 2 < len(frames) < 26
    gaps = [float(np.linalg.norm(f.view.pos[0] - f.view.pos[1])) for f in frames]
    assert gaps[-1] < 0.1 <= min(gaps[:-1])
    assert frames[-1].last


@pytest.mark.parametrize("mistake", [lambda: np.full((1, 5), np.nan, np.float32), lambda: np.zeros(3), lambda: None])
def test_an_illegal_action_forfeits_as_in_play(mistake):
    scenario = load("simple_adversary")
    fair = player("fair", Dice(5), scenario)
    line_up = [fair, player("broken", Broken(mistake), scenario), fair]
    final = list(film(scenario, line_up, 5))[-1]
    result = played(scenario, line_up, 5)
    assert (final.fault, final.winner) == (1, 0) == (result.fault[0], result.winner[0])


@pytest.mark.parametrize(("mistake", "said"), [(lambda: 1 / 0, "ZeroDivisionError"), (sys.exit, "SystemExit")])
def test_a_player_that_raises_is_named(mistake, said):
    scenario = load("simple_spread", N=1)
    line_up = [player("runs/odd", Broken(mistake), scenario)]
    with pytest.raises(ArenaError, match=f"runs/odd failed in step 3: {said}"):
        list(film(scenario, line_up, 0))


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_out_of_range_is_refused(seed):
    scenario = load("simple_spread", N=1)
    with pytest.raises(ArenaError, match="a seed is a whole number"):
        next(film(scenario, [player("seeker", Seeker(), scenario)], seed))
