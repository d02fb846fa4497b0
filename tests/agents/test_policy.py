"""Frozen policies: torch's forward pass, whose bits depend on the row alone; and the players without weights."""

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from scipy.stats import chisquare

from agents.networks.heads import Heads
from agents.networks.perceptron import Shape, forward, initialise, layers, named_layers
from agents.policies.neural import ACTS, HEADS, NeuralPolicy
from agents.policies.scripted import RandomPolicy, scripted_names, scripted_player
from arena.draw import seeds_of
from arena.engine import cache
from arena.game import Head
from arena.scenario import load

SEATS, WIDE, MOVES = 3, 10, 5
SHAPE = Shape(WIDE, (64, 64), MOVES)


def network(rng, shape: Shape = SHAPE, scale: float = 1.0) -> torch.Tensor:
    return initialise(shape, [shape.inputs] * SEATS, rng) * scale


def policy_of(flat, shape: Shape = SHAPE, head: str = "soft", act: str = "greedy") -> NeuralPolicy:
    tensors = {k: v.numpy() for k, v in named_layers(flat, shape).items()}
    return NeuralPolicy.of(tensors, shape.normed, head, act, SCENARIO)


def streams(count: int) -> np.ndarray:
    return seeds_of(count, "test")


def act(policy, obs, stream=None, step=0, seat=1) -> np.ndarray:
    stream = streams(len(obs)) if stream is None else stream
    return policy.act(seat, obs, np.zeros((len(obs), policy.memory_width), np.float32), stream, step)


@pytest.mark.parametrize("hidden", [(64, 64), (7,), (), (5, 130, 16)])
@pytest.mark.parametrize("normed", [False, True])
def test_a_policy_is_torchs_forward_pass(hidden, normed, rng):
    shape = Shape(WIDE, hidden, MOVES, normed)
    flat = network(rng, shape, scale=2.0)
    obs = torch.randn(SEATS, 300, WIDE, generator=rng)
    logits = forward(layers(flat, shape), obs, normed)
    for seat in range(SEATS):
        soft = act(policy_of(flat, shape), obs[seat].numpy(), seat=seat)
        hard = act(policy_of(flat, shape, "hard"), obs[seat].numpy(), seat=seat)
        assert np.abs(soft - logits[seat].softmax(-1).numpy()).max() < 1e-6
        top = logits[seat].topk(2).values
        is_clear = (top[:, 0] - top[:, 1] > 1e-5).numpy()
        assert is_clear.mean() > 0.95
        assert np.array_equal(hard.argmax(1)[is_clear], logits[seat].argmax(1).numpy()[is_clear])
        assert set(np.unique(hard)) == {0, 1} and (hard.sum(1) == 1).all()


@pytest.mark.parametrize("normed", [False, True])
@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("rule", ACTS)
def test_bits_depend_on_the_row_alone(rule, head, normed, rng):
    shape = replace(SHAPE, normed=normed)
    policy = policy_of(network(rng, shape), shape, head, rule)
    obs, stream = torch.randn(257, WIDE, generator=rng).numpy(), streams(257)
    whole = act(policy, obs, stream, step=3)
    order = torch.randperm(257, generator=rng).numpy()
    assert np.array_equal(act(policy, obs[order], stream[order], step=3), whole[order])
    for size in (1, 2, 7, 64, 100):
        parts = [act(policy, obs[k : k + size], stream[k : k + size], step=3) for k in range(0, 257, size)]
        assert np.array_equal(np.concatenate(parts), whole)
    wide = np.zeros((257, 2 * WIDE), np.float32)
    wide[:, ::2] = obs  # another layout in memory
    assert np.array_equal(act(policy, wide[:, ::2], stream, step=3), whole)


def test_a_sample_depends_on_stream_and_step_and_a_greedy_action_on_neither(rng):
    flat = network(rng)
    obs, stream = np.zeros((500, WIDE), np.float32), streams(500)
    sample, greedy = policy_of(flat, head="hard", act="sample"), policy_of(flat, head="hard")
    base = act(sample, obs, stream, step=0).argmax(1)
    assert (act(sample, obs, stream, step=1).argmax(1) != base).mean() > 0.5
    assert (act(sample, obs, np.roll(stream, 1), step=0).argmax(1) != base).mean() > 0.5
    assert np.array_equal(act(greedy, obs, stream, step=0), act(greedy, obs, np.roll(stream, 1), step=9))


def biased(logits: list[float]) -> torch.Tensor:
    """A network whose logits are the same everywhere."""
    flat = torch.zeros(SEATS, SHAPE.size)
    flat[:, -MOVES:] = torch.tensor(logits)
    return flat


LOGITS = [0.0, 1.0, -1.0, 0.5, -3.0]


@pytest.mark.parametrize("step", [0, 24])
def test_hard_samples_follow_the_softmax(step):
    policy = policy_of(biased(LOGITS), head="hard", act="sample")
    count = 100_000
    drawn = act(policy, np.zeros((count, WIDE), np.float32), step=step).sum(0)
    expected = torch.tensor(LOGITS).softmax(0).double().numpy()
    assert chisquare(drawn, expected / expected.sum() * count).pvalue > 1e-4


def test_soft_samples_have_the_mean_of_the_gumbel_softmax():
    count = 100_000
    policy = policy_of(biased(LOGITS), head="soft", act="sample")
    drawn = act(policy, np.zeros((count, WIDE), np.float32))
    z = np.random.default_rng(3).gumbel(size=(count, MOVES)) + LOGITS
    plain = np.exp(z - z.max(1, keepdims=True))
    plain /= plain.sum(1, keepdims=True)
    error = np.sqrt((drawn.var(0) + plain.var(0)) / count)
    assert (np.abs(drawn.mean(0) - plain.mean(0)) < 4.5 * error).all()
    assert np.allclose(drawn.std(0), plain.std(0), rtol=0.02)
    assert np.allclose(drawn.sum(1), 1, atol=1e-6)
    assert drawn.min() >= 0 and drawn.max() <= 1


@pytest.mark.parametrize("hard", [False, True])
def test_learners_sample_as_their_policies_do(hard, rng):
    logits = torch.tensor(LOGITS).expand(1, 100_000, -1)
    theirs = Heads.of(((Head(0, MOVES),),), MOVES, 1).relax(logits, rng, hard)[0].numpy()
    policy = policy_of(biased(LOGITS), head="hard" if hard else "soft", act="sample")
    ours = act(policy, np.zeros((100_000, WIDE), np.float32))
    error = np.sqrt((ours.var(0) + theirs.var(0)) / 100_000)
    assert (np.abs(ours.mean(0) - theirs.mean(0)) < 4.5 * error).all()


def test_extreme_logits_give_finite_actions():
    for logits in ([1e30, -1e30, 0, 0, 0], [3e38] * 5, [-3e38] * 5):
        for head in HEADS:
            for rule in ACTS:
                action = act(policy_of(biased(logits), head=head, act=rule), np.zeros((50, WIDE), np.float32))
                assert np.isfinite(action).all() and np.allclose(action.sum(1), 1, atol=1e-6)


SCENARIO = load("simple_adversary")


@pytest.mark.parametrize("name", scripted_names(SCENARIO))
@pytest.mark.parametrize("seat", range(3))
def test_players_without_weights_act_legally_and_row_by_row(name, seat, rng):
    policy = scripted_player(SCENARIO, name).policy
    count, width = 60, SCENARIO.observation_width
    obs = torch.randn(8, count, width, generator=rng).numpy()
    stream, memory = streams(count), np.zeros((count, policy.memory_width), np.float32)
    actions = [policy.act(seat, seen, memory, stream, step) for step, seen in enumerate(obs)]
    for action in actions:
        assert action.shape == (count, 5) and action.dtype == np.float32
        assert action.min() >= 0 and action.max() <= 1
    for row in (0, 17, 59):
        alone, own = np.zeros((1, policy.memory_width), np.float32), slice(row, row + 1)
        for step, seen in enumerate(obs):
            assert np.array_equal(policy.act(seat, seen[own], alone, stream[own], step)[0], actions[step][row])
        assert np.array_equal(alone[0], memory[row])


def test_a_deceptive_adversary_remembers_where_others_started(rng):
    policy = scripted_player(SCENARIO, "deceptive").policy
    obs = torch.randn(2, 40, SCENARIO.observation_width, generator=rng).numpy()
    memory = np.zeros((40, policy.memory_width), np.float32)
    policy.act(0, obs[0], memory, streams(40), 0)
    assert len(np.unique(memory, axis=0)) == 40
    with_memory = policy.act(0, obs[1], memory, streams(40), 1)
    without = policy.act(0, obs[1], np.zeros_like(memory), streams(40), 1)
    assert not np.array_equal(with_memory, without)


def test_random_players_draw_every_action_evenly():
    policy = scripted_player(SCENARIO, "random").policy
    stream = streams(20_000)
    obs, memory = np.zeros((20_000, 10), np.float32), np.zeros((20_000, 0), np.float32)
    drawn = [policy.act(0, obs, memory, stream, step) for step in range(3)]
    for action in drawn:
        assert (action.sum(1) == 1).all()
        assert chisquare(action.sum(0)).pvalue > 1e-4
    together = np.zeros((5, 5))  # one step says nothing of the next
    np.add.at(together, (drawn[0].argmax(1), drawn[1].argmax(1)), 1)
    assert chisquare(together.ravel()).pvalue > 1e-4


def test_a_talker_draws_a_message_too():
    move = Head(0, 5)
    policy = RandomPolicy(((move, Head(5, 3)), (move,), (move,)), action_width=8)
    obs, memory = np.zeros((30_000, 10), np.float32), np.zeros((30_000, 0), np.float32)
    action = policy.act(0, obs, memory, streams(30_000), 0)
    assert (action[:, :5].sum(1) == 1).all() and (action[:, 5:].sum(1) == 1).all()
    together = np.zeros((5, 3))
    np.add.at(together, (action[:, :5].argmax(1), action[:, 5:].argmax(1)), 1)
    assert chisquare(together.ravel()).pvalue > 1e-4
    assert policy.act(1, obs, memory, streams(30_000), 0)[:, 5:].max() == 0


def test_the_hash_of_a_script_covers_its_source_and_its_game(tmp_path):
    def with_source(text: str):
        module = ModuleType("scenarios.copy")
        module.__dict__.update({k: v for k, v in vars(SCENARIO.module).items() if not k.startswith("__")})
        path = tmp_path / "copy.py"
        path.write_text(text, encoding="utf-8")
        module.__file__ = str(path)
        return scripted_player(replace(SCENARIO, module=module), "greedy").hash

    own = scripted_player(SCENARIO, "greedy").hash
    source = Path(SCENARIO.module.__file__).read_text(encoding="utf-8")
    assert with_source(source) == with_source(source)
    assert with_source(source.replace("PLAYERS = ", "EDITED = 1\nPLAYERS = ")) != with_source(source)
    hashes = {
        scripted_player(load("simple_adversary", N=n), name).hash for n in (2, 3) for name in ("random", "greedy")
    }
    assert len(hashes | {scripted_player(SCENARIO, "deceptive").hash}) == 5
    assert len(own) == 64


def test_the_hash_of_a_script_covers_what_it_steers_by(monkeypatch):
    """The compiled pieces of the hub that its file uses, and nothing else of the hub."""
    own, usual = scripted_player(SCENARIO, "greedy").hash, cache.source_of
    for edited, is_covered in (("arena.kit.steer", True), ("arena.kit.sight", True), ("arena.files", False)):
        monkeypatch.setattr(cache, "source_of", lambda m, edited=edited: usual(m) + b"#" * (m.__name__ == edited))
        assert (scripted_player(SCENARIO, "greedy").hash != own) == is_covered
