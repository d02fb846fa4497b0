"""Frozen policies with a memory: torch's forward pass over whole games, row by row, and through a file and back."""

import numpy as np
import pytest
import torch
from checkpoints import SCENARIO, SEATS, entries, refusal, rewrite
from test_policy import MOVES, WIDE, streams

from agents.networks.gru import RecurrentShape, read, step
from agents.networks.perceptron import initialise, layers, named_layers
from agents.policies import checkpoint
from agents.policies.neural import NeuralPolicy, TeamPolicy

ACTING = {"head": "hard", "act": "greedy", "normed": False, "recurrent": True}
SHAPE = RecurrentShape(WIDE, (64, 64), MOVES)
STEPS = 25


def network(rng, shape: RecurrentShape = SHAPE) -> torch.Tensor:
    return initialise(shape, [WIDE] * 3, rng) * 2


def policy_of(flat, shape: RecurrentShape = SHAPE, head: str = "soft", rule: str = "greedy") -> NeuralPolicy:
    tensors = {k: v.numpy() for k, v in named_layers(flat, shape).items()}
    return NeuralPolicy.of(tensors, shape.normed, head, rule, SCENARIO, recurrent=True)


def game(policy, obs, stream, seat: int = 1) -> np.ndarray:
    """The actions [T, M, U] of a whole game whose observations are [T, M, O]."""
    memory = np.zeros((obs.shape[1], policy.memory_width), np.float32)
    return np.stack([policy.act(seat, seen, memory, stream, t) for t, seen in enumerate(obs)])


@pytest.mark.parametrize("hidden", [(64, 64), (16,), (8, 5, 130)])
@pytest.mark.parametrize("normed", [False, True])
def test_a_whole_game_is_torchs(hidden, normed, rng):
    shape = RecurrentShape(WIDE, hidden, MOVES, normed)
    flat = network(rng, shape)
    weights, policy = layers(flat, shape), policy_of(flat, shape)
    assert policy.memory_width == hidden[-1]
    obs = torch.randn(STEPS, 3, 50, WIDE, generator=rng)
    memory, ours = torch.zeros(3, 50, hidden[-1]), [np.zeros((50, hidden[-1]), np.float32) for _ in range(3)]
    for t in range(STEPS):
        memory = step(weights, obs[t], memory, normed)
        soft = read(weights, memory).softmax(-1)
        for seat in range(3):
            action = policy.act(seat, obs[t, seat].numpy(), ours[seat], streams(50), t)
            assert np.abs(action - soft[seat].numpy()).max() < 1e-5
            assert np.abs(ours[seat] - memory[seat].numpy()).max() < 1e-5
    assert memory.std() > 0.1  # there is something in it


@pytest.mark.parametrize("head", ["soft", "product"])
@pytest.mark.parametrize("rule", ["sample", "greedy"])
def test_bits_of_a_game_depend_on_its_row_alone(head, rule, rng):
    policy = policy_of(network(rng), head=head, rule=rule)
    obs, stream = torch.randn(STEPS, 60, WIDE, generator=rng).numpy(), streams(60)
    whole = game(policy, obs, stream)
    order = torch.randperm(60, generator=rng).numpy()
    assert np.array_equal(game(policy, obs[:, order], stream[order]), whole[:, order])
    for size in (1, 7, 32):
        parts = [game(policy, obs[:, k : k + size], stream[k : k + size]) for k in range(0, 60, size)]
        assert np.array_equal(np.concatenate(parts, 1), whole)


def test_what_was_seen_first_changes_what_is_done_last(rng):
    policy = policy_of(network(rng))
    obs = torch.randn(STEPS, 20, WIDE, generator=rng).numpy()
    other = obs.copy()
    other[0] += 1
    assert not np.array_equal(game(policy, obs, streams(20))[4], game(policy, other, streams(20))[4])


def test_a_team_gives_each_part_the_memory_it_needs(rng):
    small = RecurrentShape(WIDE, (8,), MOVES)
    parts = policy_of(network(rng)), policy_of(network(rng, small), small)
    team = TeamPolicy(parts, {0: 0, 1: 1, 2: 1}, 64)
    obs = torch.randn(STEPS, 20, WIDE, generator=rng).numpy()
    for seat in range(3):
        assert np.array_equal(game(team, obs, streams(20), seat), game(parts[min(seat, 1)], obs, streams(20), seat))


@pytest.fixture
def saved(tmp_path, rng):
    """A checkpoint of recurrent policies, and the policies."""
    shape = RecurrentShape(WIDE, (6, 4), MOVES)
    flat = network(rng, shape)
    tensors = {k: v.numpy() for k, v in named_layers(flat, shape).items()}
    part = checkpoint.part_card("maddpg", SEATS, tensors, ACTING)
    checkpoint.save(tmp_path / "good", [tensors], **{**entries(), "parts": [part]})
    return tmp_path / "good", policy_of(flat, shape, "hard")


def test_a_policy_with_a_memory_comes_back(saved, rng):
    folder, policy = saved
    player, _, card = checkpoint.load(folder)
    assert card.parts[0].network.recurrent and card.parts[0].network.hidden == [6, 4]
    obs = torch.randn(STEPS, 30, WIDE, generator=rng).numpy()
    for seat in range(3):
        assert np.array_equal(game(player.policy, obs, streams(30), seat), game(policy, obs, streams(30), seat))


def card(**changes) -> dict:
    return {"inputs": WIDE, "hidden": [6, 4], "outputs": MOVES, "normed": False, "recurrent": True, **changes}


BAD = {
    "no room for memory": (card(hidden=[]), "recurrent without a hidden layer"),
    "not a truth": (card(recurrent=1), "recurrent: Input should be a valid boolean"),
    "plain after all": (card(recurrent=False), "unexpected tensors"),
    "another memory": (card(hidden=[6, 12]), "the card says float32 (3, 6, 36)"),
    "a layer less": (card(hidden=[4]), "unexpected tensors"),
    "a layer more": (card(hidden=[6, 6, 4]), "tensors are missing"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_cards_of_policies_with_a_memory(saved, what):
    network, expected = BAD[what]
    rewrite(saved[0], network=network)
    assert expected in refusal(saved[0])


def test_a_plain_policy_whose_card_claims_a_memory(folder):
    rewrite(folder, network={"inputs": 10, "hidden": [4], "outputs": 5, "normed": False, "recurrent": True})
    assert "missing" in refusal(folder)
