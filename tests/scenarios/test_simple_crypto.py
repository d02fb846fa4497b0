"""simple_crypto by hand-made numbers, and what its ciphers hide."""

import numpy as np
import pytest
from test_players import match

from agents.policies.scripted import scripted_player
from arena.engine.worlds import Worlds
from arena.scenario import DRAW, load

EVE, BOB, ALICE = 0, 1, 2


def secret(goal, key, cycles=25):
    worlds = Worlds("simple_crypto", 1, max_cycles=cycles, restarts=False, dtype=np.float64)
    worlds.state.note[0, :2] = goal, key
    return worlds


def say(worlds, eve, bob, alice=0):
    """A step in which words or vectors are said."""
    if np.ndim(eve) == 0:
        return worlds.step(np.array([[eve], [bob], [alice]]))
    action = np.zeros((3, 1, 9))
    action[EVE, 0, 5:], action[BOB, 0, 5:] = eve, bob
    return worlds.step(action)


HALF, NOTHING, RIGHT = (0.5, 0.5, 0, 0), (0, 0, 0, 0), (0, 1, 0, 0)


@pytest.mark.parametrize(
    ("eve", "bob", "errors", "rights"),
    [
        (1, 1, (0, 0), (1, 1)),
        (0, 1, (2, 0), (0, 1)),
        (1, 0, (0, 2), (1, 0)),
        (2, 3, (2, 2), (0.5, 0.5)),
        (HALF, RIGHT, (0.5, 0), (0.5, 1)),
        (NOTHING, (0, 0.5, 0, 0.5), (0, 0.5), (0.5, 1)),
        ((0.25, 0, 1, 0), NOTHING, (2.0625, 0), (0, 0.5)),
    ],
)
def test_errors_are_paid_and_who_is_nearer_is_right(eve, bob, errors, rights):
    """The goal is the second colour."""
    out = say(secret(1, 0, cycles=1), eve, bob)
    gain = errors[0] - errors[1]
    np.testing.assert_allclose(out.reward, [[-errors[0], gain, gain]])
    decoded = np.array(rights) >= 0.75
    np.testing.assert_allclose(out.metrics, [[*rights[::-1], *decoded[::-1], *errors[::-1]]])


@pytest.mark.parametrize(
    ("eve", "bob", "winner"),
    [(3, 3, DRAW), (2, 3, 1), (2, 2, DRAW), (3, 2, 0), (4, 4, DRAW), (4, 3, DRAW), (0, 0, DRAW)],
)
def test_a_listener_decodes_by_three_of_four_frames(eve, bob, winner):
    """Of four frames so many are right, the last ones wrong."""
    worlds = secret(0, 0, cycles=4)
    for frame in range(4):
        out = say(worlds, int(frame >= eve), int(frame >= bob))
    assert out.winner[0] == winner
    assert out.metrics[0, :4].tolist() == [bob / 4, eve / 4, bob >= 3, eve >= 3]


def test_who_sees_what():
    worlds = secret(1, 0)
    obs = say(worlds, 0, 0, alice=3).obs[:, 0]
    heard, goal, key, nothing = np.eye(4)[3], np.eye(4)[1], np.eye(4)[0], np.zeros(4)
    np.testing.assert_array_equal(obs, [[*heard, *nothing], [*key, *heard], [*goal, *key]])


def test_words_are_numbers_and_nobody_moves():
    worlds = secret(0, 0)
    start = worlds.state.pos.copy()
    out = worlds.step(np.array([[4], [0], [1]]))
    assert worlds.state.fault[0] == 1 + EVE and out.obs[EVE, 0, 1] == 1
    np.testing.assert_array_equal(worlds.state.pos, start)


def test_goal_and_key_are_drawn_apart():
    notes = Worlds("simple_crypto", 4000).state.note
    np.testing.assert_allclose(np.bincount(2 * notes[:, 0] + notes[:, 1]) / 4000, 1 / 4, atol=0.03)


@pytest.mark.parametrize(("script", "told"), [("plain", 1.0), ("cipher", 0.5)])
def test_the_cipher_tells_nothing_to_who_lacks_the_key(script, told):
    """How often the word is the goal's, over all goals and keys; with the key it can always be undone."""
    worlds = Worlds("simple_crypto", 4, dtype=np.float64)
    worlds.state.note[:, 0], worlds.state.note[:, 1] = [0, 0, 1, 1], [0, 1, 0, 1]
    worlds.step(np.zeros((3, 4), np.int64))
    policy = scripted_player(load("simple_crypto"), script).policy
    memory = np.zeros((4, policy.memory_width), np.float32)
    words = policy.act(ALICE, worlds.obs[ALICE].astype(np.float32), memory, None, 0)[:, 5:].argmax(1)
    for goal in (0, 1):
        assert (words[worlds.state.note[:, 0] == goal] == goal).mean() == told


def test_random_words_decode_nothing_and_a_guess_every_second_game():
    """Error 1.5 a frame at random, 1 by guessing. Scripts keep to one word, whatever is said."""
    chance, metrics = match("simple_crypto", "random", "random")
    assert (chance.winner == DRAW).mean() > 0.98
    assert abs(metrics["eve_accuracy"] - 0.5) < 0.02 and abs(metrics["bob_accuracy"] - 0.5) < 0.02
    np.testing.assert_allclose([metrics["eve_error"], metrics["bob_error"]], 1.5, atol=0.05)
    guess, metrics = match("simple_crypto", "plain", "random")
    assert abs((guess.winner == 0).mean() - 0.5) < 0.1 and metrics["eve_error"] < 1.1
    assert (guess.winner == 1).mean() == 0


def test_the_scripts_beat_random_and_the_cipher_beats_plain_words():
    open_words, overheard = match("simple_crypto", "plain", "plain")
    assert (open_words.winner == DRAW).all() and overheard["eve_accuracy"] == overheard["bob_accuracy"] > 0.97
    hidden, metrics = match("simple_crypto", "plain", "cipher")
    assert metrics["bob_accuracy"] > 0.97 and abs(metrics["eve_accuracy"] - 0.5) < 0.1
    assert abs((hidden.winner == 1).mean() - 0.5) < 0.1 and (hidden.winner == 0).mean() == 0
    assert hidden.score[:, 1].mean() > open_words.score[:, 1].mean() + 20
    told, _ = match("simple_crypto", "random", "cipher")
    assert (told.winner == 1).mean() > 0.98
