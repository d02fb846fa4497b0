"""Learners reach the scores known for them on games of one seat, through the adapter."""

import numpy as np
import pytest

from agents.policies.neural import NeuralPolicy
from agents.training.loop import Training
from agents.training.settings import find_learner
from arena.catalog import load_game
from arena.draw import seeds_of
from arena.games import Games
from arena.player import Player
from arena.playing import play

GAMES = 100


def greedy_return(word: str, algo: str, steps: int, seed: int) -> float:
    """The mean return of the greedy policy after training with the preset `long`."""
    game, learner = load_game(word), find_learner(algo, "long")
    training = Training(game, learner, steps=steps, worlds=game.train_worlds, seed=seed)
    for _ in training.run(report_steps=steps):
        pass
    training.worlds.close()
    tensors, acting = learner.policy(training.parts[0].stack, 0)
    weights = {name: tensor.numpy() for name, tensor in tensors.items()}
    policy = NeuralPolicy.of(weights, acting["normed"], acting["head"], "greedy", game)
    legs = Games.unplayed(game, ["learned"], np.zeros((GAMES, 1), np.int32), seeds_of(GAMES, "known"))
    played, errors = play(legs, {"learned": Player("learned", "learned", policy, tuple(game.sides))}, game)
    assert not errors
    return float(played.score.mean())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("word", "algo", "steps", "least"),
    [("gym:CartPole-v1", "dqn", 50_000, 475), ("gym:Pendulum-v1", "ddpg", 40_000, -250)],
)
def test_known_scores_are_reached(word, algo, steps, least):
    """A random player has 22 and -1,230; the best that is known is 500 and about -150."""
    assert greedy_return(word, algo, steps, seed=1) > least
