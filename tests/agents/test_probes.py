"""Every learner on every probe game: values to 0.1, choices without exception.

By default the plain learners meet every game, and each variant a game of its own; with -m slow they meet all.
"""

import probes
import pytest
import torch

from agents.actor_critic.learner import ActorCritic
from agents.q_learning.learner import Dqn

GAMMA = 0.6
FAST = {"hidden": (16,), "gamma": GAMMA, "lr_end": 1.0, "batch_size": 64}
ACTOR_CRITIC = {**FAST, "actor_lr": 0.01, "critic_lr": 0.02, "tau": 0.1, "clip": 10.0, "logit_penalty": 0.001}
LEARNERS = {
    "maddpg": ActorCritic(**ACTOR_CRITIC),
    "maddpg-normed": ActorCritic(**{**ACTOR_CRITIC, "hidden": (16, 16)}, normed=True),
    "maddpg-hard": ActorCritic(**ACTOR_CRITIC, hard=True),
    "maddpg-current": ActorCritic(**ACTOR_CRITIC, others="current"),
    "maddpg-inferred": ActorCritic(**ACTOR_CRITIC, inferred=True),
    "maddpg-ensemble": ActorCritic(**ACTOR_CRITIC, ensemble=2),
    "maddpg-twin": ActorCritic(**ACTOR_CRITIC, critics=2, delay=2),
    "ddpg": ActorCritic(view="own", **ACTOR_CRITIC),
    "ddpg-twin": ActorCritic(view="own", **ACTOR_CRITIC, critics=2, delay=2),
    "ddpg-hard": ActorCritic(view="own", **ACTOR_CRITIC, hard=True),
    "dqn": Dqn(**FAST, lr=0.02, target_every=10, clip=10.0),
}
EXACT = {"constant": 1.0, "endless": 1 / (1 - GAMMA)}  # games worth the same everywhere
OWN = {  # the game on which a variant is tried whenever the tests run; the others are tried on all
    "maddpg-normed": "sight",
    "maddpg-hard": "match",
    "maddpg-current": "other",
    "maddpg-inferred": "other",
    "maddpg-ensemble": "match",
    "maddpg-twin": "delay",
    "ddpg-twin": "endless",
    "ddpg-hard": "choice",
}


@pytest.fixture(scope="module")
def learn():
    """Trains a learner on a game, once for all tests that ask: (learner, game) -> (stack, mean loss at the end)."""
    done = {}

    def train(name: str, game: str, updates: int = 300):
        if (name, game) not in done:
            torch.set_num_threads(1)
            learner, rng = LEARNERS[name], torch.Generator().manual_seed(1)
            stack = learner.init(probes.SPEC, 1, rng)
            losses = []
            for _ in range(updates):
                batch = probes.batch_for(learner, probes.GAMES[game], 64, rng)
                metrics = learner.update(stack, batch, 0.0, rng)
                losses.append(metrics["q_loss" if name == "dqn" else "critic_loss"])
            done[name, game] = stack, torch.stack(losses[-50:]).mean(0)
        return done[name, game]

    return train


@probes.tried(LEARNERS, OWN, *EXACT)
def test_value_of_a_constant_reward(name, game, learn, rng):
    values = probes.values(LEARNERS[name], learn(name, game)[0], probes.GAMES[game](200, rng))
    assert torch.allclose(values, torch.tensor(EXACT[game]), atol=0.1)


@probes.tried(LEARNERS, OWN, "sight")
def test_value_follows_the_observation(name, game, learn, rng):
    t = probes.sight(200, rng)
    values = probes.values(LEARNERS[name], learn(name, game)[0], t)
    assert torch.allclose(values, t.reward[0].T, atol=0.1)


@probes.tried(LEARNERS, OWN, "delay")
def test_a_later_reward_is_worth_gamma(name, game, learn, rng):
    t = probes.delay(200, rng)
    values = probes.values(LEARNERS[name], learn(name, game)[0], t)
    exact = torch.where(probes.seen(t)[0].T > 0, 1.0, GAMMA)
    assert torch.allclose(values, exact, atol=0.1)


@probes.tried(LEARNERS, OWN, "choice")
def test_the_paid_action_is_preferred(name, game, learn, rng):
    best = probes.best_actions(LEARNERS[name], learn(name, game)[0], probes.choice(200, rng))
    assert (best == 0).all()


@probes.tried(LEARNERS, OWN, "match")
def test_the_action_follows_the_observation(name, game, learn, rng):
    t = probes.match(200, rng)
    best = probes.best_actions(LEARNERS[name], learn(name, game)[0], t)
    assert torch.equal(best, (probes.seen(t)[0].T > 0).long())


@probes.tried(LEARNERS, OWN, "other")
def test_only_a_centralised_critic_explains_what_others_cause(name, game, learn):
    loss = learn(name, game)[1]
    if name.startswith("maddpg"):
        assert (loss < 0.003).all()
    else:  # the variance of a fair bit; DQN's Huber loss is half of it
        variance = 0.125 if name == "dqn" else 0.25
        assert torch.allclose(loss, torch.tensor(variance), rtol=0.08)
