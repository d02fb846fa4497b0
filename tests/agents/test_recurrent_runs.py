"""Learners with a memory in training: they learn from what they lived, resume bit for bit, and play what they are."""

import json

import numpy as np
import pytest
import torch
from runs import content

from agents.networks.gru import step
from agents.networks.perceptron import layers
from agents.policies import checkpoint
from agents.policies.export import player_of
from agents.q_learning.learner import Dqn
from agents.training.loop import Training
from agents.training.settings import find_learner
from agents.training.state import load_state, save_state
from agents.training.windows import draw_windows, memories
from arena import cli
from arena.catalog import load_game
from arena.errors import ArenaError
from arena.scenario import load

SMALL = {"recurrent": True, "hidden": [8], "batch_size": 32, "sequence": 8, "burn_in": 4}
SMALL |= {"warmup": 100, "samples_per_step": 4}
LEARNERS = ("maddpg", "ddpg", "dqn")


def training(name: str, game=None, steps: int = 600, **settings) -> Training:
    game = game or load("simple_speaker_listener")
    learner = find_learner(name, "", {**SMALL, **settings})
    return Training(game, learner, steps=steps, members=2, worlds=20)


@pytest.mark.parametrize("name", LEARNERS)
def test_windows_remember_what_was_remembered_at_play(name, rng):
    """In games of 6 frames a burn-in of 6 always reaches back to the start of a game."""
    run = training(name, load("simple_speaker_listener", max_cycles=6), warmup=10_000)
    (part,), lived = run.parts, []
    count = part.count

    def watching(transition):
        lived.append(part.memory.clone())
        count(transition)

    part.count = watching
    for _ in range(20):
        run.play_step()
    number = torch.randint(400, (2, 50), generator=rng)
    run.replay.draw = lambda count, rng: number
    window = draw_windows(run.replay, 50, 8, 6, rng)
    stack, mine = part.stack, part.spec.mine_of
    flat, shape = (stack.online, stack.network.plain) if name == "dqn" else (stack.actor, stack.actor_shape)
    after = memories(layers(flat, shape), mine(window.past.obs), mine(window.obs), window.starts, False)[1]
    frame = (number // 20).unsqueeze(1) - torch.arange(7, -1, -1).unsqueeze(1)  # [M, L, K]
    member = torch.arange(2).view(2, 1, 1)
    held = torch.stack(lived, 1).unflatten(0, (2, 2)).transpose(1, 2)  # [M, T, A, W, H]
    expected = held[member, frame.clamp_min(0), :, (number % 20).unsqueeze(1)].flatten(1, 2)  # [M, L * K, A, H]
    is_held = window.alive.bool()
    assert torch.equal(is_held[..., 0], (frame >= 0).flatten(1))
    apart = (mine(expected) - after).abs().amax(2)
    assert apart[mine(is_held)].max() < 1e-5
    assert held.std() > 0.01


@pytest.mark.parametrize("name", LEARNERS)
def test_a_run_resumes_bit_for_bit(name, tmp_path):
    whole = training(name)
    reports = list(whole.run(200))
    half = training(name)
    for report in half.run(200):
        if report.step == 400:
            break
    assert half.parts[0].memory.any()  # in the middle of a game
    save_state(tmp_path, half)
    again = training(name)
    load_state(tmp_path, again)
    assert [report.rows for report in again.run(200)] == [reports[-1].rows]
    for key, tensor in whole.parts[0].stack.tensors().items():
        assert torch.equal(again.parts[0].stack.tensors()[key], tensor), key
    assert torch.equal(again.parts[0].memory, whole.parts[0].memory)
    assert whole.updates > 50


@pytest.mark.parametrize("name", LEARNERS)
def test_what_is_trained_plays_from_its_checkpoint(name, tmp_path, capsys):
    words = ["train", "simple_speaker_listener", "--algo", name, "--steps", "600", "--worlds", "20", "--saves", "2"]
    settings = [f"{key}={json.dumps(value)}" for key, value in SMALL.items()]
    words += [word for setting in settings for word in ("--setting", setting)] + ["--threads", "1"]
    assert cli.main([*words, "--out", str(tmp_path / "a")]) == 0
    assert cli.main([*words, "--out", str(tmp_path / "a"), "--resume"]) == 0
    before = content(tmp_path / "a")
    player, _, card = checkpoint.load(checkpoint.folders_of(tmp_path / "a")[-1])
    assert player.policy.memory_width == 8 and card.parts[0].network.recurrent
    capsys.readouterr()
    tournament = ["tournament", str(tmp_path / "a"), "random", "--pairs", "10", "--json", "--out", str(tmp_path / "t")]
    assert cli.main(tournament) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["legs"] > 0 and len(found["players"]) == 2
    assert content(tmp_path / "a") == before


def test_a_game_that_hides_some_of_itself_trains():
    game = load("simple_tag", num_agent_neighbors=2, num_landmark_neighbors=1)
    run = training("maddpg", game)
    rows = list(run.run(300))[-1].rows
    assert all(np.isfinite(value) for row in rows for value in row.values())
    tensors, acting = run.parts[0].policy(0)
    assert acting["recurrent"] and tensors["w.1"].shape == (4, 8, 24)


def test_sides_with_a_memory_learn_beside_others():
    """A critic that reads others along windows can tell what they do; one that has none is refused."""
    game = load("simple_adversary")
    maddpg, ddpg, dqn = (find_learner(name, "", SMALL) for name in LEARNERS)
    few = {"hidden": [8], "batch_size": 32, "samples_per_step": 4, "warmup": 100}
    plain, central = find_learner("ddpg", "", few), find_learner("maddpg", "", few)
    for adversary in (ddpg, dqn, plain):
        run = Training(game, {"adversary": adversary, "good": maddpg}, steps=300, worlds=20)
        assert all(np.isfinite(value) for value in list(run.run(300))[-1].rows[0].values())
    with pytest.raises(ArenaError, match="set recurrent for all"):
        Training(game, {"adversary": dqn, "good": central}, steps=300, worlds=20)
    assert Training(game, {"adversary": dqn, "good": plain}, steps=300, worlds=20)


REFUSED = {
    "maddpg": [{"ensemble": 2}, {"inferred": True}],
    "dqn": [{"dueling": True}, {"noisy": True}, {"prioritized": True}, {"atoms": 51}, {"use_replay": False}],
    "ddpg": [{"hidden": []}, {"n_step": 3}, {"batch_size": 30}],
}


@pytest.mark.parametrize(("name", "settings"), [(name, own) for name, each in REFUSED.items() for own in each])
def test_what_does_not_go_with_a_memory_is_refused(name, settings):
    with pytest.raises(ArenaError) as caught:
        training(name, **{"samples_per_step": 1, **settings})
    message = str(caught.value)
    assert "\n" not in message and ("recurrent=true" in message or "windows of sequence=8" in message)


@pytest.mark.parametrize("setting", [{"sequence": 8}, {"burn_in": 0}])
def test_windows_are_for_learners_with_a_memory(setting):
    with pytest.raises(ArenaError, match="has no effect without recurrent=true"):
        Training(load("simple"), find_learner("dqn", "", setting), steps=200)


def test_a_plain_class_does_not_pretend_to_remember():
    with pytest.raises(ArenaError, match="with_memory"):
        Training(load("simple"), Dqn(recurrent=True), steps=200)


TOGETHER = {
    "scaled": ("dqn", "simple_speaker_listener", {"normalise_obs": True, "normalise_reward": True, "hidden": [8]}),
    "shared": ("maddpg", "simple_spread", {"shared": True, "hidden": [6, 8]}),
    "others as they are": ("maddpg", "simple_spread", {"others": "current", "initial": "orthogonal"}),
    "twin": ("matd3", "simple_adversary", {"normed": True, "hidden": [6, 8]}),
    "ranges": ("ddpg", "gym:Pendulum-v1", {"explore": "ou", "hidden": [8, 8]}),
}


@pytest.mark.parametrize("what", TOGETHER)
def test_a_frozen_policy_does_what_the_learner_would(what):
    """With what goes with a memory: on the last observations of a run, over several frames, before any noise."""
    name, game, settings = TOGETHER[what]
    run = training(name, load_game(game), steps=400, **settings)
    assert all(np.isfinite(value) for row in list(run.run(400))[-1].rows for value in row.values())
    (part,), player = run.parts, player_of(run, 0, name, act="greedy")
    stack, seats, width = part.stack, len(run.game.seats), part.learner.hidden[-1]
    flat, shape = (stack.online, stack.network.plain) if name == "dqn" else (stack.actor, stack.actor_shape)
    weights, memory = layers(flat, shape), torch.zeros(2 * seats, 20, width)
    kept = np.zeros((seats, 20, width), np.float32)
    for frame in range(5):
        obs = run.by_member(run.worlds.obs) + 0.1 * frame
        seen = part.normaliser.seen(obs) if part.normaliser else obs
        memory = step(weights, seen.flatten(0, 1), memory, shape.normed)
        for seat in range(seats):
            player.policy.act(seat, obs[0, seat].numpy(), kept[seat], np.zeros(20, np.uint64), frame)
            assert np.abs(kept[seat] - memory[seat].numpy()).max() < 1e-4
    assert memory.std() > 0.01
