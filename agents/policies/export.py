"""What a team in training has learned so far, as frozen policies: to be saved, or to play at once."""

import hashlib

import numpy as np

from agents.policies.card import PartCard
from agents.policies.checkpoint import part_card, policy_of
from agents.policies.weights import Tensors, on_disk
from agents.training.loop import Training
from agents.training.team import by_side
from arena.errors import ArenaError
from arena.player import Player


def sides_of(training: Training) -> list[str]:
    """The sides that learn."""
    learned = {seat for part in training.learning for seat in part.spec.mine}
    return [side for side, seats in training.game.sides.items() if set(seats) <= learned]


def policies_of(training: Training, member: int, algo: str) -> tuple[list[Tensors], list[PartCard]]:
    """The weights of a member's policies and their cards, one of each for every learner of the team."""
    game, words = training.game, by_side(algo, training.game)
    weights: list[Tensors] = []
    cards: list[PartCard] = []
    for part in training.learning:
        tensors, acting = part.policy(member)
        weights.append({name: tensor.numpy() for name, tensor in tensors.items()})
        side = next(side for side, seats in game.sides.items() if part.spec.mine[0] in seats)
        names = [game.seats[seat].name for seat in part.spec.mine]
        cards.append(part_card(words[side], names, weights[-1], acting))
    return weights, cards


def player_of(training: Training, member: int, algo: str, act: str = "") -> Player:
    """What a member has learned, as it stands; `act` overrides how it acts. ArenaError if weights are not finite."""
    weights, cards = policies_of(training, member, algo)
    tensors = on_disk(weights)
    if not all(np.isfinite(x).all() for x in tensors.values()):
        raise ArenaError(f"training diverged before step {training.step}: the weights are not finite")
    if act:
        cards = [card.model_copy(update={"act": act}) for card in cards]
    digest = hashlib.sha256()
    for name, x in tensors.items():
        digest.update(name.encode() + np.ascontiguousarray(x).tobytes())
    for card in cards:
        digest.update(card.model_dump_json().encode())
    policy = policy_of(cards, training.game, tensors)
    return Player(f"member {member}", digest.hexdigest(), policy, tuple(sides_of(training)))
