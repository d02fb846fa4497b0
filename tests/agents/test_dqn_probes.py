"""Every variant of DQN on the probe games, by way of a replay: values to 0.1, choices without fail."""

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


@pytest.mark.parametrize("game", MOST)
@pytest.mark.parametrize("name", VARIANTS)
def test_value_of_a_constant_reward(name, game, learn, rng):
    values = probes.values(VARIANTS[name], learn(name, game), probes.GAMES[game](200, rng))
    torch.testing.assert_close(values, torch.full_like(values, MOST[game]), atol=0.1, rtol=0)


@pytest.mark.parametrize("name", VARIANTS)
def test_value_follows_the_observation(name, learn, rng):
    t = probes.sight(200, rng)
    values = probes.values(VARIANTS[name], learn(name, "sight"), t)
    torch.testing.assert_close(values, t.reward[0].T, atol=0.1, rtol=0)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_later_reward_is_worth_gamma(name, learn, rng):
    t = probes.delay(200, rng)
    values = probes.values(VARIANTS[name], learn(name, "delay"), t)
    exact = torch.where(probes.seen(t)[0].T > 0, 1.0, GAMMA)
    torch.testing.assert_close(values, exact, atol=0.1, rtol=0)


@pytest.mark.parametrize("name", VARIANTS)
def test_the_action_follows_the_observation(name, learn, rng):
    t = probes.match(200, rng)
    best = probes.best_actions(VARIANTS[name], learn(name, "match"), t)
    assert torch.equal(best, (probes.seen(t)[0].T > 0).long())
