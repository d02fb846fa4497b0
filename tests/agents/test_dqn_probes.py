"""Every variant of DQN on the probe games, by way of a replay: values to 0.1, choices without fail.

By default what is all at once meets every game, and each variant a game of its own; with -m slow they meet all.
"""

from dataclasses import replace

import probes
import pytest
import torch

from agents.q_learning.learner import Dqn
from agents.rainbow import PRESETS as RAINBOW
from agents.training.replay import Replay, Row

GAMMA, HELD = 0.6, 1024
PLAIN = Dqn(hidden=(16,), gamma=GAMMA, batch_size=64, lr=0.02, target_every=10, replay=HELD)
ALL = {
    name: getattr(RAINBOW["fast"], name) for name in ("double", "dueling", "noisy", "prioritized", "atoms", "n_step")
}
VARIANTS = {
    "double": replace(PLAIN, double=True),
    "dueling": replace(PLAIN, dueling=True),
    "noisy": replace(PLAIN, noisy=True),
    "prioritized": replace(PLAIN, prioritized=True),
    "atoms": replace(PLAIN, atoms=21),
    "atoms-named": replace(PLAIN, atoms=21, v_min=-3.0, v_max=3.0),
    "soft": replace(PLAIN, tau=0.1),
    "squared": replace(PLAIN, huber=False),
    "naive": replace(PLAIN, use_replay=False, use_target=False, samples_per_step=1.0),
    "rainbow": replace(PLAIN, **ALL),
}
MOST = {"constant": 1.0, "endless": 1 / (1 - GAMMA)}
OWN = {  # the game on which a variant is tried whenever the tests run; `rainbow`, with most of them, on all
    "double": "endless",
    "dueling": "match",
    "noisy": "sight",
    "prioritized": "delay",
    "atoms": "sight",
    "atoms-named": "constant",
    "soft": "endless",
    "squared": "delay",
    "naive": "match",
}


@pytest.fixture(scope="module")
def learn():
    """Trains a variant on a game, once for all tests that ask: (variant, game) -> its stack."""
    done = {}

    def train(name: str, game: str, updates: int = 250):
        if (name, game) not in done:
            torch.set_num_threads(1)
            learner, rng = VARIANTS[name], torch.Generator().manual_seed(1)
            stack = learner.init(probes.SPEC, 1, rng)
            replay = Replay(Row(probes.SEATS, probes.WIDE, probes.MOVES), 1, HELD, 64)
            for _ in range(0, HELD, 64):
                replay.add(probes.GAMES[game](64, rng))
            for update in range(updates):
                replay.add(probes.GAMES[game](64, rng))
                faded = replace(learner, lr=0.02 if update < 150 else 0.004)  # lets sampling noise settle
                faded.update(stack, faded.sample(stack, replay, update / updates, rng), 0.0, rng)
            done[name, game] = stack
        return done[name, game]

    return train


@probes.tried(VARIANTS, OWN, *MOST)
def test_value_of_a_constant_reward(name, game, learn, rng):
    values = probes.values(VARIANTS[name], learn(name, game), probes.GAMES[game](200, rng))
    torch.testing.assert_close(values, torch.full_like(values, MOST[game]), atol=0.1, rtol=0)


@probes.tried(VARIANTS, OWN, "sight")
def test_value_follows_the_observation(name, game, learn, rng):
    t = probes.sight(200, rng)
    values = probes.values(VARIANTS[name], learn(name, game), t)
    torch.testing.assert_close(values, t.reward[0].T, atol=0.1, rtol=0)


@probes.tried(VARIANTS, OWN, "delay")
def test_a_later_reward_is_worth_gamma(name, game, learn, rng):
    t = probes.delay(200, rng)
    values = probes.values(VARIANTS[name], learn(name, game), t)
    exact = torch.where(probes.seen(t)[0].T > 0, 1.0, GAMMA)
    torch.testing.assert_close(values, exact, atol=0.1, rtol=0)


@probes.tried(VARIANTS, OWN, "match")
def test_the_action_follows_the_observation(name, game, learn, rng):
    t = probes.match(200, rng)
    best = probes.best_actions(VARIANTS[name], learn(name, game), t)
    assert torch.equal(best, (probes.seen(t)[0].T > 0).long())
