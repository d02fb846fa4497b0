"""What variants of DQN leave behind: plain perceptrons that play as the learner would, and their atoms."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from checkpoints import refusal, rewrite
from scipy.stats import chisquare

from agents.policies import checkpoint
from agents.policies.card import ScenarioCard, read_card
from agents.policies.neural import NeuralPolicy
from agents.q_learning.categorical import atoms_between
from agents.q_learning.learner import Dqn
from agents.q_learning.noisy import means
from agents.training.learner import Spec
from arena.draw import seeds_of
from arena.scenario import load

GAME = load("simple_world_comm")  # the leader has 20 combinations of a move and a word, the others 5 moves
SPEC = Spec.of(GAME)
PLAIN = Dqn(hidden=(16, 12), replay=100)
VARIANTS = {
    "dueling": replace(PLAIN, dueling=True),
    "noisy": replace(PLAIN, noisy=True),
    "atoms": replace(PLAIN, atoms=21),
    "dueling-noisy-normed": replace(PLAIN, dueling=True, noisy=True, normed=True),
    "rainbow": replace(PLAIN, dueling=True, noisy=True, atoms=51),
}


@pytest.fixture(params=VARIANTS)
def trained(request, rng):
    """A variant and a stack of two members whose atoms reach differently far."""
    learner = VARIANTS[request.param]
    stack = learner.init(SPEC, 2, rng)
    stack.online *= 3
    stack.ends += torch.rand(stack.ends.shape, generator=rng) * torch.tensor([-5.0, 9.0])
    return learner, stack


def exported(learner, stack, member: int, act: str = "greedy") -> NeuralPolicy:
    tensors, acting = learner.policy(stack, member)
    weights = {name: tensor.numpy() for name, tensor in tensors.items()}
    return NeuralPolicy.of(weights, acting["normed"], acting["head"], act, GAME)


def observed(rng, count: int = 400) -> torch.Tensor:
    """Observations [A, count, O], in which what a seat does not see is 0."""
    live = torch.arange(SPEC.obs_width) < torch.tensor(SPEC.sees).view(-1, 1, 1)
    return torch.randn(SPEC.seats, count, SPEC.obs_width, generator=rng) * live


def play(policy, seat: int, obs, step: int = 0):
    return policy.act(seat, obs, np.zeros((len(obs), 0), np.float32), seeds_of(len(obs), "t"), step)


@pytest.mark.parametrize("member", [0, 1])
def test_a_policy_plays_what_is_worth_most_to_the_learner(trained, member, rng):
    learner, stack = trained
    obs = observed(rng)
    values = learner.values(stack.online, obs.repeat(2, 1, 1), stack)[member * SPEC.seats :][: SPEC.seats]
    number = values.argmax(-1)
    expected = stack.products.action[: SPEC.seats].gather(1, number.unsqueeze(2).expand(-1, -1, SPEC.action_width))
    best = values.topk(2).values
    assert number.unique().numel() > 4
    is_clear = best[..., 0] - best[..., 1] > 1e-4  # the last bits of two sums may differ
    policy = exported(learner, stack, member)
    for seat in range(SPEC.seats):
        played = play(policy, seat, obs[seat].numpy())
        assert is_clear[seat].float().mean() > 0.98
        assert np.array_equal(played[is_clear[seat]], expected[seat][is_clear[seat]].numpy())


def test_bits_depend_on_the_row_alone(trained, rng):
    policy = exported(*trained, member=0, act="sample")
    obs = observed(rng, 100)[0].numpy()
    streams, memory = seeds_of(100, "t"), np.zeros((100, 0), np.float32)
    whole = policy.act(0, obs, memory, streams, 2)
    for row in range(0, 100, 9):
        own = slice(row, row + 1)
        assert np.array_equal(policy.act(0, obs[own], memory[own], streams[own], 2), whole[own])


def test_sampled_actions_follow_the_softmax_of_the_means_over_atoms(rng):
    learner = replace(PLAIN, hidden=(), atoms=2, v_min=-1.0, v_max=3.0)
    stack = learner.init(SPEC, 1, rng)
    stack.online.zero_()
    worth = torch.linspace(-0.9, 2.9, 5)  # of five moves: logits (0, log odds) of the upper atom
    stack.online[:, -stack.network.plain.outputs :].view(SPEC.seats, -1, 2)[:, :5, 1] = (
        (worth + 1) / (3 - worth)
    ).log()
    policy = exported(learner, stack, 0, "sample")
    seat = 1  # which only moves
    played = play(policy, seat, np.zeros((40_000, SPEC.obs_width), np.float32), step=3)[:, :5]
    expected = worth.softmax(0).double().numpy()
    assert chisquare(played.sum(0), 40_000 * expected / expected.sum()).pvalue > 1e-4


def test_noise_is_left_behind_and_streams_are_folded(rng):
    learner = VARIANTS["rainbow"]
    stack = learner.init(SPEC, 1, rng)
    tensors, _ = learner.policy(stack, 0)
    assert [tensors[f"w.{k}"].shape[1:] for k in range(3)] == [(SPEC.obs_width, 16), (16, 24), (24, 20 * 51)]
    noiseless = means(stack.online)[:, : SPEC.obs_width * 16]
    assert torch.equal(tensors["w.0"].flatten(1), noiseless)
    assert torch.equal(tensors["support"], atoms_between(stack.ends, 51).squeeze(1))


@pytest.fixture
def saved(trained, tmp_path):
    """A checkpoint of the second member, with the policy that was saved."""
    learner, stack = trained
    tensors, acting = learner.policy(stack, 1)
    weights = {name: tensor.numpy() for name, tensor in tensors.items()}
    names = [seat.name for seat in GAME.seats]
    checkpoint.save(
        tmp_path / "saved",
        [weights],
        parts=[checkpoint.part_card("dqn", names, weights, acting)],
        scenario=ScenarioCard(name=GAME.name, version=GAME.version, parameters=GAME.parameters),
        seats=names,
        sides=list(GAME.sides),
        step=1,
        member=1,
        parent=None,
        configuration={},
    )
    return tmp_path / "saved", exported(learner, stack, 1)


def test_a_checkpoint_plays_as_what_was_saved(saved, rng):
    folder, policy = saved
    player, _, card = checkpoint.load(folder)
    assert card.parts[0].network.atoms == policy.support.shape[1]
    obs = observed(rng)
    for seat in range(SPEC.seats):
        assert np.array_equal(play(player.policy, seat, obs[seat].numpy()), play(policy, seat, obs[seat].numpy()))


def test_a_card_whose_atoms_do_not_fit_is_refused(saved):
    folder, _ = saved
    network = read_card(folder).parts[0].network.model_dump()
    for atoms in {1, 20, 1000} - {network["atoms"]}:
        rewrite(folder, network={**network, "atoms": atoms})
        message = refusal(folder)
        assert "network outputs" in message if atoms > 1 or network["atoms"] else "tensors are missing" in message
    rewrite(folder, network={**network, "atoms": 1001})
    assert "less than or equal to 1000" in refusal(folder)
