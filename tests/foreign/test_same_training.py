"""Learning through the adapter is learning in the engine: mpe2's simple_adversary by both."""

import numpy as np
import pytest

from agents.training.loop import Training
from agents.training.settings import find_learner
from arena.catalog import load_game
from arena.game import Game

MEMBERS, WORLDS, STEPS = 10, 10, 24_000
NAMES = {"pettingzoo:mpe2.simple_adversary_v3": ("adversary", "agent"), "simple_adversary": ("adversary", "good")}


def returns(word: str) -> np.ndarray:
    """The returns [M, side] of the last quarter of training, by member."""
    game: Game = load_game(word)
    assert tuple(game.sides) == NAMES[word]
    learner = find_learner("maddpg", settings={"warmup": 1_000})
    training = Training(game, learner, steps=STEPS, members=MEMBERS, worlds=WORLDS, seed=6)
    reports = list(training.run(report_steps=STEPS // 4))
    training.worlds.close()
    first, last = ([[row[f"return/{side}"] for side in game.sides] for row in reports[k].rows] for k in (0, -1))
    assert np.mean(last, 0)[0] > np.mean(first, 0)[0] + 5  # the adversary has learned to follow
    return np.array(last)


@pytest.mark.slow
def test_training_through_the_adapter_ends_where_training_in_the_engine_does():
    """Means over the members lie within three standard errors of each other, on both sides."""
    theirs, ours = (returns(word) for word in NAMES)
    error = np.sqrt(theirs.var(0, ddof=1) / MEMBERS + ours.var(0, ddof=1) / MEMBERS)
    assert (np.abs(theirs.mean(0) - ours.mean(0)) < 3 * error).all(), (theirs, ours)
    assert (error < 1.5).all(), error  # so that the comparison means something
