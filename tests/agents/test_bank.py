"""Many players in one batch: each row is what its player does alone."""

from itertools import pairwise

import numpy as np
import pytest

from agents.policies.bank import Bank
from agents.policies.neural import NeuralPolicy, TeamPolicy
from agents.policies.scripted import scripted_player
from arena.draw import seeds_of
from arena.player import Player
from arena.scenario import load

GAME = load("simple_adversary")
ROWS = 40


def neural(number: int, hidden=(6, 5), head="soft", act="sample", seats=(), recurrent=False, normed=False) -> Player:
    rng, count = np.random.default_rng(number), len(seats) or len(GAME.seats)
    outputs = 5 if head == "product" else GAME.action_width
    widths = [*pairwise([GAME.observation_width, *hidden, outputs])]
    if recurrent:
        inputs, width = widths[-2]
        widths[-2:-1] = [(inputs, 3 * width), (width, 3 * width)]
    tensors = {}
    for k, (inputs, out) in enumerate(widths):
        tensors[f"w.{k}"] = rng.normal(size=(count, inputs, out)).astype(np.float32)
        tensors[f"b.{k}"] = rng.normal(size=(count, out)).astype(np.float32)
    policy = NeuralPolicy.of(tensors, normed, head, act, GAME, seats, recurrent)
    return Player(f"p{number}", f"p{number}", policy, tuple(GAME.sides))


def team(number: int) -> Player:
    parts = (neural(number, seats=(0,)).policy, neural(number + 1, seats=(1, 2)).policy)
    return Player(f"t{number}", f"t{number}", TeamPolicy(parts, {0: 0, 1: 1, 2: 1}), tuple(GAME.sides))


def batch(bank: Bank, seed: int = 0):
    """Who plays, what is seen, what is remembered, the streams, and the frames."""
    rng = np.random.default_rng(seed)
    chosen = rng.integers(0, len(bank), ROWS)
    obs = rng.normal(size=(ROWS, GAME.observation_width)).astype(np.float32)
    memory = rng.normal(size=(ROWS, bank.memory_width)).astype(np.float32)
    return chosen, obs, memory, seeds_of(ROWS, "bank", seed), rng.integers(0, 25, ROWS)


def check(bank: Bank) -> None:
    """Every row against its player alone, in every seat; memory, too."""
    for seat in range(len(GAME.seats)):
        chosen, obs, memory, stream, step = batch(bank, seat)
        after = memory.copy()
        found = bank.act(seat, chosen, obs, after, stream, step)
        for row in range(ROWS):
            policy, own = bank.players[chosen[row]].policy, memory[row : row + 1].copy()
            one = slice(row, row + 1)
            alone = policy.act(seat, obs[one], own, stream[one], int(step[row]))
            assert np.array_equal(found[one], alone), (seat, row)
            assert np.array_equal(after[one], own), (seat, row)


@pytest.mark.parametrize(
    "players",
    [
        [neural(k) for k in range(5)],
        [neural(k, act="greedy", head="hard", normed=True) for k in range(3)],
        [neural(k, recurrent=True) for k in range(3)],
        [neural(0), neural(1, hidden=(4,)), neural(2, act="greedy"), neural(3, head="product"), neural(4)],
        [team(0), team(2), neural(4)],
        [
            scripted_player(GAME, "random"),
            neural(1),
            scripted_player(GAME, "greedy"),
            neural(2),
            neural(5, recurrent=True),
        ],
    ],
    ids=["alike", "greedy", "recurrent", "mixed", "teams", "scripted"],
)
def test_each_row_is_what_its_player_does_alone(players):
    check(Bank(players, GAME.action_width))


def test_players_may_be_exchanged_and_added():
    bank = Bank([neural(0), neural(1)], GAME.action_width)
    check(bank)
    bank.put(0, neural(7))
    for number in range(2, 30):
        bank.put(number, neural(10 + number))
    bank.put(1, scripted_player(GAME, "greedy"))
    assert len(bank) == 30
    check(bank)
    bank.put(1, neural(1))
    check(bank)
