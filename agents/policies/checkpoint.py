"""Checkpoints: a folder with policy.safetensors and card.json, which opening never lets run code.

The card is validated by schema (card.py), the weights by size, hash, names, shapes and finiteness (weights.py).
"""

import hashlib
import reprlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from agents.policies.card import CARD, Card, NetworkCard, PartCard, read_card, shown, versions
from agents.policies.drawn import DrawnPolicy
from agents.policies.neural import NeuralPolicy, TeamPolicy, widths_of
from agents.policies.weights import WEIGHTS as WEIGHTS
from agents.policies.weights import Tensors, on_disk, packed, read_weights
from arena.catalog import is_installed, load_game, not_installed
from arena.errors import ArenaError
from arena.files import write_bytes, write_json
from arena.game import Game, combinations
from arena.player import Player, Policy


def part_card(algorithm: str, seats: Sequence[str], tensors: Tensors, acting: Mapping[str, Any]) -> PartCard:
    """The card of networks w.k [B, I, H] and b.k [B, H] of B `seats`; `acting` says how they act.

    With distributions over atoms there is a tensor support [B, Z]. Of an ensemble every seat has several rows.
    """
    recurrent = acting.get("recurrent", False)
    inputs, *hidden, outputs = widths_of(tensors, recurrent)
    network = NetworkCard(
        inputs=inputs,
        hidden=hidden,
        outputs=outputs,
        normed=acting["normed"],
        recurrent=recurrent,
        atoms=tensors["support"].shape[1] if "support" in tensors else 0,
    )
    ensemble = acting.get("ensemble", 1)
    head, act = acting["head"], acting["act"]
    return PartCard(algorithm=algorithm, seats=list(seats), network=network, head=head, act=act, ensemble=ensemble)


def save(folder: Path, weights: Sequence[Tensors], **entries: Any) -> Card:
    """Writes a checkpoint: the weights w.k [B, I, H] and b.k [B, H] of each part, then the card that vouches for them.

    `entries` are the fields of the Card that do not follow from the weights. ArenaError if the weights are not finite.
    """
    data = packed(folder, on_disk(weights))
    card = Card(format=2, versions=versions(), sha256=hashlib.sha256(data).hexdigest(), **entries)
    write_bytes(folder / WEIGHTS, data)
    write_json(folder / CARD, card.model_dump())
    return card


def folders_of(run: Path) -> list[Path]:
    """The checkpoint folders checkpoints/STEP/MEMBER of a run, by step and member."""
    cards = run.glob(f"checkpoints/*/*/{CARD}")
    found = [card.parent for card in cards if card.parent.name.isdecimal() and card.parent.parent.name.isdecimal()]
    return sorted(found, key=lambda folder: (int(folder.parent.name), int(folder.name)))


def load(folder: Path, name: str = "", act: str = "", named: Game | None = None) -> tuple[Player, Game, Card]:
    """The player of a checkpoint, the game it plays, and its card; `act` overrides the card's rule.

    `named` is a game that the user has named: a card alone has nothing imported that is not installed. Raises
    ArenaError with what is wrong with which file.
    """
    card = read_card(folder).acting(act)
    game = find_game(folder, card, named)
    policy = policy_of(card.parts, game, read_weights(folder, card))
    player = Player(name or folder.name, content_hash(card, game), policy, tuple(card.sides))
    return player, game, card


def policy_of(cards: Sequence[PartCard], game: Game, tensors: Tensors) -> Policy:
    """What weights, by their names on disk, do in the seats of the game."""
    seat_of = {seat.name: index for index, seat in enumerate(game.seats)}
    parts: list[Policy] = []
    part_of: dict[int, int] = {}
    for number, part in enumerate(cards):
        prefix = f"{number}."
        own = {name.removeprefix(prefix): x for name, x in tensors.items() if name.startswith(prefix)}
        seats = [seat_of[name] for name in part.seats]
        parts.append(policy_of_part(part, game, own, seats))
        part_of |= dict.fromkeys(seats, number)
    return parts[0] if len(parts) == 1 else TeamPolicy(tuple(parts), part_of, max(p.memory_width for p in parts))


def policy_of_part(part: PartCard, game: Game, tensors: Tensors, seats: Sequence[int]) -> Policy:
    """What the networks of one learner do in its seats: one policy, or several of which games draw one."""
    network, count = part.network, part.ensemble
    policies = tuple(
        NeuralPolicy.of(
            {name: x[k::count] for name, x in tensors.items()},
            network.normed,
            part.head,
            part.act,
            game,
            seats,
            network.recurrent,
        )
        for k in range(count)
    )
    first = policies[0]
    return first if count == 1 else DrawnPolicy(policies, first.action_width, first.memory_width)


def content_hash(card: Card, game: Game) -> str:
    """The hash a player is known by: everything that its play depends on, and nothing else."""
    parts = [part.model_dump_json(exclude={"algorithm"}, exclude_defaults=True) for part in card.parts]
    return hashlib.sha256("\x1f".join([card.sha256, game.identity, *parts, ",".join(card.sides)]).encode()).hexdigest()


def find_game(folder: Path, card: Card, named: Game | None = None) -> Game:
    """The game that a card names, with its parameters, checked against the card."""
    game = _loaded(folder, card, named)
    if game.version != card.scenario.version:
        raise ArenaError(
            f"{folder / CARD}: made for {game.name} version {card.scenario.version}, "
            f"but version {game.version} is installed; train it anew"
        )
    for what, found, own in _compared(card, game):
        if found != own:
            found, own = reprlib.repr(found), reprlib.repr(own)
            raise ArenaError(f"{folder / CARD}: {what} {found} do not fit {game.name}, which has {own}")
    return game


def _loaded(folder: Path, card: Card, named: Game | None) -> Game:
    name, parameters = card.scenario.name, card.scenario.parameters
    if named is not None and name == named.name and parameters == named.parameters:
        return named
    if is_installed(name):
        try:
            return load_game(name, **parameters)
        except ArenaError as error:
            raise ArenaError(f"{folder / CARD}: {error}") from None
    if named is None:
        raise ArenaError(f"{folder / CARD}: {not_installed(name)}")
    own, other = (name, named.name) if name != named.name else (str(parameters), str(named.parameters))
    raise ArenaError(f"{folder / CARD}: made for {shown(own)}, not {shown(other)}; leave it out")


def _compared(card: Card, game: Game) -> Iterator[tuple[str, Any, Any]]:
    """What the card says and what the game has; the seats first, so that a cast without end is not looked at twice."""
    yield "seats", card.seats, [seat.name for seat in game.seats]
    yield "sides", card.sides, [side for side in game.sides if side in card.sides]
    held = {game.seats[seat].name for side, seats in game.sides.items() if side in card.sides for seat in seats}
    named = [name for part in card.parts for name in part.seats]
    yield "seats of the parts", sorted(named), sorted(held.union(named).intersection(card.seats))
    seat_of = {seat.name: seat for seat in game.seats}
    for part in card.parts:
        yield "network inputs", part.network.inputs, game.observation_width
        products = max(combinations(seat_of[name].heads) for name in part.seats) * max(part.network.atoms, 1)
        yield "network outputs", part.network.outputs, products if part.head == "product" else game.action_width
