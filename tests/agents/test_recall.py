"""What was seen on the first frame decides what pays on the last: with a memory exactly solved, without one never."""

from dataclasses import replace

import pytest
import torch
from windows import LENGTH, RECALL, recalled, replay_of_recall

from agents.actor_critic.learner import ActorCritic
from agents.actor_critic.recurrent import RecurrentActorCritic
from agents.networks.perceptron import forward, layers
from agents.q_learning.learner import Dqn
from agents.q_learning.recurrent import RecurrentDqn
from agents.training.settings import with_memory
from agents.training.windows import Window, draw_windows
from arena.transition import seat_major

GAMMA = 0.8
SHARED = {"hidden": (16,), "gamma": GAMMA, "batch_size": 128}
WINDOWS = {"sequence": 4, "burn_in": 3}
ACTOR_CRITIC = {**SHARED, "hard": True, "actor_lr": 0.01, "critic_lr": 0.01, "tau": 0.1, "clip": 10.0}
DQN = {**SHARED, "lr": 0.01, "target_every": 10, "double": True}
LEARNERS = {
    "maddpg": ActorCritic(**ACTOR_CRITIC),
    "ddpg": ActorCritic(**ACTOR_CRITIC, view="own"),
    "twin": ActorCritic(**ACTOR_CRITIC, view="own", critics=2, delay=2),
    "dqn": Dqn(**DQN),
}


@pytest.fixture(scope="module")
def learn():
    """Trains a learner on games of recall, once for all that ask: (name, recurrent) -> (learner, stack)."""
    done = {}

    def train(name: str, recurrent: bool, updates: int = 400):
        if (name, recurrent) not in done:
            torch.set_num_threads(1)
            rng = torch.Generator().manual_seed(1)
            learner = with_memory(replace(LEARNERS[name], **WINDOWS)) if recurrent else LEARNERS[name]
            stack, replay = learner.init(RECALL, 1, rng), replay_of_recall(50, 20, rng)
            for _ in range(updates):
                learner.update(stack, learner.sample(stack, replay, 0.0, rng), 0.0, rng)
            done[name, recurrent] = learner, stack
        return done[name, recurrent]

    return train


def whole_games(rng) -> Window:
    """Windows of whole games: rows t * W + w."""
    return draw_windows(replay_of_one_length(rng), 200, LENGTH, 0, rng)


def replay_of_one_length(rng):
    """A replay whose windows of that length can only end where a game does."""
    replay = replay_of_recall(1, 200, rng)
    replay.draw = lambda count, rng: torch.arange(600, 800).unsqueeze(0)  # the last frames of the worlds
    return replay


def exact(window: Window) -> torch.Tensor:
    """What the actions of a window are worth if the best ones follow, [A, LENGTH, W]."""
    paid = seat_major(window.reward).unflatten(1, (LENGTH, -1))
    value = torch.ones_like(paid) * GAMMA ** torch.arange(LENGTH - 1, -1, -1.0).unsqueeze(1)
    value[:, -1] = paid[:, -1]
    return value


def values(learner, stack, window: Window) -> torch.Tensor:
    """What the learner thinks of the actions of a window, [A, LENGTH, W]."""
    joint = torch.cat([window.obs.flatten(2), window.action.flatten(2)], 2)
    if isinstance(learner, RecurrentActorCritic):
        q = learner.values(stack.first_critics, stack, joint, window)
    elif isinstance(learner, ActorCritic):
        read = stack.view.read(joint)
        q = forward(layers(stack.first_critics, stack.critic_shape), read, learner.normed).squeeze(-1)
    else:
        if isinstance(learner, RecurrentDqn):
            each = learner.along(stack.online, stack, window)[0]
        else:
            each = learner.values(stack.online, seat_major(window.obs), stack)
        q = (each * seat_major(window.action)).sum(-1)
    return q.unflatten(1, (LENGTH, -1)).detach()


@pytest.mark.parametrize("name", LEARNERS)
def test_a_memory_knows_the_exact_values(name, learn, rng):
    window = whole_games(rng)
    apart = (values(*learn(name, True), window) - exact(window)).abs()
    assert apart[:, -1].max() < 0.1
    assert apart.mean() < 0.05


@pytest.mark.parametrize("name", LEARNERS)
def test_without_a_memory_the_last_frame_is_a_coin_flip(name, learn, rng):
    last = values(*learn(name, False), whole_games(rng))[:, -1]
    assert (last - 0.5).abs().max() < 0.15


def played(learner, stack, rng, games: int = 400) -> torch.Tensor:
    """The share of games in which each seat, acting frame by frame, is paid, [A]."""
    memory = torch.zeros(2, games, learner.memory_width(RECALL))
    steps = recalled(games, rng)
    for step in steps:
        action = learner.act(stack, seat_major(step.obs), memory, 1.0, rng)
    cue = steps[0].obs[0, :, :, 0].T
    return ((cue > 0) == (action.argmax(-1) == 1)).float().mean(1)


@pytest.mark.parametrize("name", LEARNERS)
def test_a_memory_is_played_by(name, learn, rng):
    paid = played(*learn(name, True), rng)
    assert (paid > 0.95).all()  # exploring: epsilon is 0.05 here, and choices are sampled
    assert (played(*learn(name, False), rng) < 0.6).all()
