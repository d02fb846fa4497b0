"""Playing, films and training take a game of others as they take ours."""

import numpy as np
import pytest
import tiny
import torch

from agents.actor_critic.learner import ActorCritic
from agents.q_learning.learner import Dqn
from agents.training.loop import Training
from agents.training.state import load_state, save_state
from arena.draw import children
from arena.errors import ArenaError
from arena.film import film
from arena.foreign import from_pettingzoo, load
from arena.games import End, Games
from arena.player import Player
from arena.playing import play

SMALL = {"hidden": (8,), "batch_size": 16, "samples_per_step": 1.0, "warmup": 40}
LEARNERS = {
    "maddpg": ActorCritic(**SMALL),
    "ddpg": ActorCritic(view="own", hard=True, **SMALL),
    "wandering": ActorCritic(explore="ou", noise_end=0.5, **SMALL),
    "twin": ActorCritic(critics=2, delay=2, smoothing=0.1, **SMALL),
    "inferred": ActorCritic(inferred=True, **SMALL),
    "ensemble": ActorCritic(ensemble=2, explore="ou", **SMALL),
    "dqn": Dqn(**SMALL),
}


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


class Dice:
    """Acts by its own stream; illegally in step `stumbles`."""

    memory_width = 0

    def __init__(self, width, stumbles=-1):
        self.width, self.stumbles = width, stumbles

    def act(self, seat, obs, memory, stream, step):
        draws = [children(stream, step * self.width + k) >> np.uint64(40) for k in range(self.width)]
        return np.stack(draws, 1).astype(np.float32) / (1 << 24) + (2 if step == self.stumbles else 0)


def players(game):
    dice = {"dice": Dice(game.action_width), "drunk": Dice(game.action_width, stumbles=2)}
    return {name: Player(name, name, policy, tuple(game.sides)) for name, policy in dice.items()}


def test_play_does_not_depend_on_the_batch_and_films_show_the_same_game():
    game = from_pettingzoo(tiny.parallel_env, sides="a=hunter_0,hunter_1;b=prey_0", worlds=4)
    line_ups = np.array([[0, 0, 0]] * 6 + [[0, 0, 1]] * 3)
    legs = Games.unplayed(game, ["dice", "drunk"], line_ups, np.arange(9, dtype=np.uint64) + np.uint64(1000))
    played, errors = play(legs, players(game), game)
    whole, _ = play(legs, players(game), game, batch_legs=9)
    assert not errors
    for name in ("score", "winner", "end", "fault", "metrics"):
        assert np.array_equal(getattr(played, name), getattr(whole, name), equal_nan=True)
    assert played.end.tolist() == [End.PLAYED] * 6 + [End.FORFEIT] * 3
    assert played.winner[6:].tolist() == [0] * 3 and played.fault[6:].tolist() == [2] * 3
    line_up = [players(game)["dice"]] * 3
    frames = list(film(game, line_up, 1004))
    assert [frame.step for frame in frames] == [0, 1, 2, 3, 4, 5] and frames[-1].last
    assert [frame.view.shape for frame in frames] == [(4, 6, 3)] * 6
    assert [int(frame.view[0, 0, 0]) for frame in frames] == [0, 1, 2, 3, 4, 5]  # its picture shows the time
    assert frames[-1].rewards == pytest.approx(played.score[4].tolist())
    assert frames[-1].winner == played.winner[4]


def test_a_picture_asked_for_late_shows_the_game_that_is_on():
    worlds = from_pettingzoo(tiny.parallel_env).open(1, restarts=False)
    worlds.reset(np.array([300], np.uint64))
    for _ in range(3):
        worlds.step(np.full((3, 1, 10), 0.3, np.float32))
    seen, moment = worlds.obs.copy(), worlds.moment()
    assert (moment.view == 3).all() and moment.step == 3 and np.array_equal(worlds.obs, seen)
    worlds.step(np.full((3, 1, 10), 0.3, np.float32))
    assert (worlds.moment().view == 4).all()


def test_large_pictures_are_made_smaller():
    class Large(tiny.Tiny):
        def render(self):
            return np.repeat(np.arange(1500), 1000 * 4).reshape(1500, 1000, 4).astype(np.uint8)

    worlds = from_pettingzoo(Large).open(1, restarts=False)
    picture = worlds.moment().view
    assert picture.shape == (750, 500, 3) and picture[:3, 0, 0].tolist() == [
        1,
        3,
        5,
    ]  # means of 0 and 1, of 2 and 3, ..


def test_no_picture_where_there_is_none_or_another_game_would_be_shown():
    with pytest.warns(UserWarning, match="pettingzoo:tiny does not repeat itself"):
        drifting = from_pettingzoo(tiny.parallel_env, drift=tiny.OF_ALL).open(1, restarts=False)
    drifting.reset()
    drifting.step(np.zeros((3, 1, 10), np.float32))
    seen = drifting.obs.copy()
    assert drifting.moment().view is None and np.array_equal(drifting.obs, seen)
    assert drifting.step(np.zeros((3, 1, 10), np.float32)).alive.all()  # and it goes on
    assert drifting.moment().step == 2
    game = from_pettingzoo(tiny.parallel_env)
    assert game.open(2, restarts=False).moment().view is None
    assert game.open(1).moment().view is None
    assert load("gym:CliffWalking-v1").open(1).moment().view is None
    assert from_pettingzoo(lambda: tiny.Tiny()).open(1, restarts=False).moment().view is None  # takes no render_mode


@pytest.mark.parametrize("name", [name for name in LEARNERS if name != "dqn"])
def test_actor_critics_train_on_unequal_seats_that_leave(name, tmp_path):
    game = from_pettingzoo(tiny.parallel_env, sides="a=hunter_0,hunter_1;b=prey_0")

    def training():
        return Training(game, LEARNERS[name], steps=400, members=2, worlds=4, seed=3)

    whole = training()
    reports = list(whole.run(report_steps=200))
    assert reports[-1].step == 400 and reports[-1].updates == 22
    row = reports[-1].rows[1]
    assert 1 <= row["metric/close"] <= 2 and row["metric/time"] == 5
    assert row["return/b"] > -10 and np.isfinite(list(row.values())).all()
    t = whole.replay.row.unpack(whole.replay.rows)
    assert t.alive.mean((0, 1)).tolist() == pytest.approx([2 / 5, 3 / 5, 1])
    assert (t.reward * (1 - t.alive) == 0).all()
    half = training()
    for report in half.run(report_steps=48):
        if report.step >= 192:
            break
    save_state(tmp_path, half)
    again = training()
    assert load_state(tmp_path, again)
    list(again.run(report_steps=200))
    first, second = whole.parts[0].stack.tensors(), again.parts[0].stack.tensors()
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert torch.equal(whole.parts[0].memory, again.parts[0].memory)


def test_dqn_trains_on_choices_and_refuses_ranges():
    with pytest.raises(ArenaError, match="chooses among discrete actions"):
        Training(from_pettingzoo(tiny.parallel_env), LEARNERS["dqn"], steps=400, worlds=4)
    game = from_pettingzoo(tiny.Choices)
    reports = list(Training(game, LEARNERS["dqn"], steps=400, worlds=4).run(report_steps=400))
    assert reports[-1].updates == 22 and np.isfinite(list(reports[-1].rows[0].values())).all()
